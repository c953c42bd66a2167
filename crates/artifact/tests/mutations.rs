//! Real packages with random but reproducible damage.
//!
//! `SLIPWAY_MUTATIONS=200000` asks for that many mutants instead of a few thousand.

mod support;

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use artifact::fuzzing;
use artifact::limits::{MAX_BYTES_READ, MAX_READS};
use support::memory::{Counting, Usage, measured};
use support::mutants::Original;
use support::{Fetched, PACKAGES, Row, inspect_counted, rows};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Mutants in a usual run.
const N_MUTANTS: u32 = 6000;

/// In a usual run longer packages are left out: copying them takes the time.
const MAX_LEN: u64 = 160 << 10;

/// Bytes that an inspection may hold at once, those of the file that it fetched among them.
const MAX_PEAK: usize = 160 << 20;

/// Bytes that an inspection may allocate in all.
const MAX_TOTAL: usize = 1 << 30;

/// Times that one attempt may ask its source for bytes.
const MAX_GETS: u64 = 2_000_000;

/// The worst of many inspections.
#[derive(Default)]
struct Worst {
    n_accepted: u32,
    reads: (u32, String),
    bytes_read: (u64, String),
    peak: (usize, String),
    total: (usize, String),
    gets: (u64, String),
    failures: Vec<String>,
}

#[test]
fn a_damaged_package_is_read_or_refused_within_the_budgets() {
    let wanted: Option<u32> = env::var("SLIPWAY_MUTATIONS").ok().and_then(|text| text.parse().ok());
    let max_len = if wanted.is_some() { u64::MAX } else { MAX_LEN };
    let rows = rows(&PACKAGES);
    let rows: Vec<&Row> = rows.iter().filter(|row| row.len > 0 && row.len <= max_len).collect();
    let per_package = wanted.unwrap_or(N_MUTANTS).div_ceil(rows.len() as u32);
    let (next, worst) = (AtomicUsize::new(0), Mutex::new(Worst::default()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let original = Original::new(row.bytes());
                    (0..per_package).for_each(|n| check(row, &original, n, &worst));
                }
            });
        }
    });
    let worst = worst.into_inner().unwrap_or_default();
    println!("{} packages, {per_package} mutants each, {} accepted", rows.len(), worst.n_accepted);
    println!("most reads {:?}, bytes read {:?}", worst.reads, worst.bytes_read);
    println!("most bytes held {:?}, allocated {:?}", worst.peak, worst.total);
    println!("most times asked for bytes {:?}", worst.gets);
    assert!(rows.len() > 400, "expected the corpus beside the project, got {} packages", rows.len());
    assert!(worst.failures.is_empty(), "{} failed:\n{}", worst.failures.len(), worst.failures.join("\n"));
}

fn check(row: &Row, original: &Original, n: u32, worst: &Mutex<Worst>) {
    let name = format!("mutant {n} of {}", row.file);
    let mutant = original.mutant(&row.file, n);
    let done = catch_unwind(AssertUnwindSafe(|| measured(|| inspect_counted(&row.file, &mutant))));
    let gets = catch_unwind(AssertUnwindSafe(|| fuzzing::count_gets(&mutant)));
    let Ok(mut worst) = worst.lock() else { return };
    let (Ok(((outcome, fetched), Usage { peak, total })), Ok(gets)) = (done, gets) else {
        worst.failures.push(format!("{name}: panicked"));
        return;
    };
    // Counted by the source: a refusal does not say how much was read.
    let Fetched { reads, bytes: bytes_read } = fetched;
    if let Ok(artifact) = outcome {
        worst.n_accepted += 1;
        if (reads, bytes_read) != (artifact.reads, artifact.bytes_read) {
            worst.failures.push(format!("{name}: {reads} reads, said to be {}", artifact.reads));
        }
    }
    if reads > MAX_READS || bytes_read > MAX_BYTES_READ.min(mutant.len() as u64) {
        worst.failures.push(format!("{name}: {reads} reads, {bytes_read} bytes read"));
    }
    if peak > MAX_PEAK || total > MAX_TOTAL || gets > MAX_GETS {
        worst.failures.push(format!("{name}: held {peak}, allocated {total}, asked {gets} times"));
    }
    raise(&mut worst.reads, reads, &name);
    raise(&mut worst.bytes_read, bytes_read, &name);
    raise(&mut worst.peak, peak, &name);
    raise(&mut worst.total, total, &name);
    raise(&mut worst.gets, gets, &name);
}

fn raise<T: PartialOrd>(worst: &mut (T, String), got: T, name: &str) {
    if got > worst.0 {
        *worst = (got, name.to_owned());
    }
}
