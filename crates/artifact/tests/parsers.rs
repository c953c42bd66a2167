//! Every parser on inputs from the corpus with random but reproducible damage.
//!
//! `SLIPWAY_MUTATIONS=200000` asks for that many mutants instead of a few thousand.

mod support;

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use artifact::fuzzing::{TARGETS, Target};
use support::memory::{Counting, measured};
use support::mutants::damage;
use support::random::Random;
use support::seeds::Seeds;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Mutants in a usual run.
const N_MUTANTS: usize = 4500;

/// Bytes that a parser may hold at once: the dictionary of an LZMA stream is the largest thing.
const MAX_PEAK: usize = 160 << 20;

/// Bytes that a parser may allocate in all.
const MAX_TOTAL: usize = 1 << 30;

#[test]
fn no_parser_panics_on_damaged_input() {
    let wanted: Option<usize> = env::var("SLIPWAY_MUTATIONS").ok().and_then(|text| text.parse().ok());
    let per_target = wanted.unwrap_or(N_MUTANTS).div_ceil(TARGETS.len());
    let seeds = Seeds::collect();
    let (next, lines) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(target) = TARGETS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let line = check(target, seeds.of(target.0), per_target);
                    lines.lock().unwrap_or_else(|error| error.into_inner()).push(line);
                }
            });
        }
    });
    let lines = lines.into_inner().unwrap_or_default();
    let failures: Vec<String> = lines.into_iter().filter_map(Result::err).collect();
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

/// Runs one parser on its inputs as they are, then damaged.
fn check(&(name, parse): &Target, seeds: &[Vec<u8>], n_mutants: usize) -> Result<(), String> {
    if seeds.is_empty() {
        return Err(format!("{name}: expected something for it in the corpus, got nothing"));
    }
    let (mut peak, mut total) = ((0, 0), (0, 0));
    for n in 0..n_mutants {
        let seed = &seeds[n % seeds.len()];
        let mut random = Random::new((n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let input = if n < seeds.len() { seed.clone() } else { damage(&mut random, seed) };
        let done = catch_unwind(AssertUnwindSafe(|| measured(|| parse(&input))));
        let ((), usage) = done.map_err(|_| format!("{name}: mutant {n} panicked"))?;
        peak = peak.max((usage.peak, n));
        total = total.max((usage.total, n));
    }
    println!(
        "{name}: {} inputs, {n_mutants} mutants; bytes held, mutant: {peak:?}; allocated: {total:?}",
        seeds.len()
    );
    if peak.0 > MAX_PEAK || total.0 > MAX_TOTAL {
        return Err(format!("{name}: held {peak:?}, allocated {total:?}"));
    }
    Ok(())
}

#[test]
fn every_parser_has_a_fuzz_target() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap_or_default();
    for (name, _) in TARGETS {
        let target = fs::read_to_string(fuzz.join(format!("fuzz_targets/{name}.rs"))).unwrap_or_default();
        assert!(target.contains(&format!("\"{name}\"")), "expected fuzz_targets/{name}.rs");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "expected {name} in fuzz/Cargo.toml");
    }
}
