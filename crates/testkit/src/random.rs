//! Random numbers from a seed: the same seed gives the same numbers in every run and on every machine.

use std::ops::Range;

/// A generator of random numbers (`SplitMix64`).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The numbers for the `nth` item under this seed. They do not depend on how many numbers other items have taken.
    pub(crate) fn new(seed: u64, nth: u64) -> Random {
        let mut random = Random(seed ^ nth.wrapping_mul(0xd134_2543_de82_ef95));
        // Otherwise seeds that differ in one bit would begin with similar numbers.
        random.next();
        random
    }

    /// One of the range, or its start if it is empty.
    pub(crate) fn within(&mut self, range: &Range<u64>) -> u64 {
        let width = range.end.saturating_sub(range.start).max(1);
        range.start + self.next() % width
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_again_and_another_seed_gives_others() {
        let numbers = |seed, nth| {
            let mut random = Random::new(seed, nth);
            [(); 4].map(|()| random.within(&(4..16)))
        };
        assert_eq!(numbers(1, 0), numbers(1, 0));
        assert_ne!(numbers(1, 0), numbers(1, 1));
        assert_ne!(numbers(1, 0), numbers(2, 0));
        assert!((0..1000).all(|nth| numbers(1, nth).iter().all(|number| (4..16).contains(number))));
    }
}
