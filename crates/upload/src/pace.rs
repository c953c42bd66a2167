/// How often one call is sent before the upload stops.
pub const TRIES: u32 = 8;

/// A call without a byte out or an answer in for as long as this is given up and sent again, in milliseconds.
pub const STALL_MS: u64 = 30_000;

/// Longest wait after the first failure, in milliseconds; it doubles with each further one.
const BASE_MS: u64 = 500;

/// Longest wait of all, in milliseconds.
const CAP_MS: u64 = 15_000;

/// How often a call failed, and when it may be sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tries {
    /// Failures so far.
    pub(crate) used: u32,
    /// Not before this time, in milliseconds.
    pub(crate) not_before: u64,
}

impl Tries {
    /// Counts a failure. False when none is left.
    ///
    /// Full jitter: any wait between nothing and the limit is as likely as any other, so that many browsers
    /// cut off at once do not come back at once.
    pub(crate) fn fail(&mut self, of: u32, now: u64, random: &mut Random) -> bool {
        self.used += 1;
        let limit = CAP_MS.min(BASE_MS << (self.used - 1).min(5));
        self.not_before = now + random.up_to(limit);
        self.used < of
    }
}

/// `SplitMix64` (Steele, Lea, Flood 2014): small, and good enough to spread waits.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// A number from 0 to `limit`, both included.
    fn up_to(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % (limit + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_the_cap_and_end() {
        let mut longest = [0; TRIES as usize];
        for seed in 0..2_000 {
            let (mut tries, mut random) = (Tries::default(), Random::new(seed));
            for (i, longest) in longest.iter_mut().enumerate() {
                assert_eq!(tries.fail(TRIES, 0, &mut random), i + 1 < TRIES as usize);
                *longest = (*longest).max(tries.not_before);
            }
        }
        let limits = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000];
        for (longest, limit) in longest.into_iter().zip(limits) {
            assert!(longest <= limit && longest > limit * 9 / 10, "expected nearly {limit}, got {longest}");
        }
    }
}
