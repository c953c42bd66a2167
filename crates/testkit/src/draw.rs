//! Numbers from a seed: the same seed draws the same numbers, in every run and on every machine.

use std::ops::Range;

/// A source of numbers (`SplitMix64`).
#[derive(Clone, Debug)]
pub(crate) struct Draw(u64);

impl Draw {
    /// The numbers of the `nth` thing under this seed, whatever others draw meanwhile.
    pub(crate) fn new(seed: u64, nth: u64) -> Draw {
        let mut draw = Draw(seed ^ nth.wrapping_mul(0xd134_2543_de82_ef95));
        // Seeds that differ in one bit begin apart.
        draw.next();
        draw
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
    fn a_seed_draws_the_same_numbers_again_and_another_draws_others() {
        let drawn = |seed, nth| {
            let mut draw = Draw::new(seed, nth);
            [(); 4].map(|()| draw.within(&(4..16)))
        };
        assert_eq!(drawn(1, 0), drawn(1, 0));
        assert_ne!(drawn(1, 0), drawn(1, 1));
        assert_ne!(drawn(1, 0), drawn(2, 0));
        assert!((0..1000).all(|nth| drawn(1, nth).iter().all(|number| (4..16).contains(number))));
    }
}
