/// How often one call may fail before the upload stops, if nothing else of it gets ahead meanwhile.
pub const MAX_ATTEMPTS: u32 = 10;

/// A call without a byte out or an answer in for as long as this is given up and sent again, in milliseconds.
pub const STALL_MS: u64 = 20_000;

/// Longest wait after the first failure, in milliseconds; it doubles with each further one.
const BASE_MS: u64 = 250;

/// Longest wait of all, in milliseconds.
const CAP_MS: u64 = 30_000;

/// How long a part may take in any case, and what it may take for its length, in milliseconds and bytes a second. Eight
/// parts at once at this speed are 128 KiB/s; on slower lines there are fewer at once.
const DEADLINE: (u64, u64) = (60_000, 16 * 1024);

/// How long the call of a body of `len` bytes may take, in milliseconds.
pub(crate) fn deadline(len: u64) -> u64 {
    let (least, bytes_per_second) = DEADLINE;
    least + len.saturating_mul(1000) / bytes_per_second
}

/// How often a call failed, and when it may be sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// Failures so far.
    pub(crate) used: u32,
    /// Not before this time, in milliseconds.
    pub(crate) not_before: u64,
    /// Failures since the upload got ahead for the last time before them.
    spent: u32,
    /// How far the upload was at the last failure.
    milestone: u64,
}

impl Attempts {
    /// None yet; the call may be sent from `not_before` on.
    pub(crate) fn from(not_before: u64) -> Attempts {
        Attempts { not_before, ..Attempts::default() }
    }

    /// Counts a failure. False when none is left: as many as `of` while the upload stayed at one `milestone`.
    ///
    /// Full jitter: any wait between nothing and the limit is as likely as any other, so that many browsers
    /// cut off at once do not come back at once. A line that broke while it carried bytes is there: then only the failures
    /// since the upload got ahead make the wait longer.
    pub(crate) fn fail(
        &mut self,
        of: u32,
        milestone: u64,
        was_moving: bool,
        now: u64,
        random: &mut Random,
    ) -> bool {
        self.used += 1;
        self.spent = if self.milestone == milestone { self.spent + 1 } else { 1 };
        self.milestone = milestone;
        self.not_before = now + random.backoff(if was_moving { self.spent } else { self.used });
        self.spent < of
    }
}

/// `SplitMix64` (Steele, Lea, Flood 2014): small, and good enough to spread waits.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// How long to wait after so many failures, in milliseconds.
    pub(crate) fn backoff(&mut self, failures: u32) -> u64 {
        self.up_to(CAP_MS.min(BASE_MS << failures.saturating_sub(1).min(7)))
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
        let mut longest = [0; MAX_ATTEMPTS as usize];
        for seed in 0..2_000 {
            let (mut attempts, mut random) = (Attempts::default(), Random::new(seed));
            for (i, longest) in longest.iter_mut().enumerate() {
                assert_eq!(
                    attempts.fail(MAX_ATTEMPTS, 7, false, 0, &mut random),
                    i + 1 < MAX_ATTEMPTS as usize
                );
                *longest = (*longest).max(attempts.not_before);
            }
        }
        let capabilities = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000];
        for (longest, limit) in longest.into_iter().zip(capabilities) {
            assert!(longest <= limit && longest > limit * 9 / 10, "expected nearly {limit}, got {longest}");
        }
    }

    #[test]
    fn what_gets_ahead_gives_all_tries_back_and_waits_stay_long() {
        let (mut attempts, mut random) = (Attempts::default(), Random::new(1));
        for milestone in 0..50 {
            assert!(attempts.fail(2, milestone, false, 0, &mut random));
        }
        assert_eq!(attempts.used, 50);
        assert!(!attempts.fail(2, 49, false, 0, &mut random));
    }

    #[test]
    fn a_line_that_broke_under_way_is_tried_again_soon_as_long_as_the_upload_gets_ahead() {
        let (mut attempts, mut random) = (Attempts::default(), Random::new(1));
        for milestone in 1..50 {
            assert!(attempts.fail(MAX_ATTEMPTS, milestone, true, 0, &mut random));
            assert!(attempts.not_before <= BASE_MS, "{attempts:?}");
        }
    }
}
