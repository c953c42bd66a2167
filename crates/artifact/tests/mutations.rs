//! Real packages, damaged at random in a way that can be repeated.

mod support;

use support::random::Random;
use support::{PACKAGES, inspect_bytes, rows};

/// Mutants of each package.
const PER_PACKAGE: u32 = 16;

/// Where the zip directory is in the small ones.
const DIRECTORY: usize = 2000;

#[test]
fn a_damaged_package_is_read_or_refused_within_the_budgets() {
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    let (mut n_mutants, mut n_accepted) = (0, 0);
    for row in rows(&PACKAGES).iter().filter(|row| row.len > 0 && row.len <= 64 << 10) {
        let bytes = row.bytes();
        for _ in 0..PER_PACKAGE {
            let mutant = random.mutant(&bytes, DIRECTORY);
            n_mutants += 1;
            if let Ok(artifact) = inspect_bytes(&row.file, &mutant) {
                n_accepted += 1;
                assert!(artifact.reads <= artifact::limits::MAX_READS);
                assert!(artifact.bytes_read <= mutant.len() as u64);
            }
        }
    }
    println!("{n_mutants} mutants, {n_accepted} still accepted");
    assert!(n_mutants > 3000, "expected the corpus, got {n_mutants} mutants");
}
