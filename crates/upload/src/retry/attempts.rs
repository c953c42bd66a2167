use super::backoff::{Jitter, RetryPolicy};

/// How often a request failed, and when it may be sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// Failures so far.
    pub(crate) failures: u32,
    /// Not before this time, in milliseconds.
    pub(crate) not_before: u64,
    /// Failures since the upload last made progress before them.
    since_progress: u32,
    /// How far the upload was at the last failure.
    milestone: u64,
}

/// What the connection did when it broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkState {
    /// Nothing had moved, or the server responded.
    Idle,
    /// Bytes were going out.
    Moving,
}

impl Attempts {
    /// None yet; the request may be sent from `not_before` on.
    pub(crate) fn from(not_before: u64) -> Attempts {
        Attempts { not_before, ..Attempts::default() }
    }

    /// Counts a failure and sets the next wait.
    ///
    /// A connection that broke while it carried bytes proves that there is a network: only the failures since the
    /// upload last made progress make the wait longer. Else a train that loses its connection every minute would wait
    /// half a minute after each, although every chunk in between arrived.
    pub(crate) fn record_failure(&mut self, milestone: u64, link: LinkState, now: u64, jitter: &mut Jitter) {
        self.failures += 1;
        self.since_progress = if self.milestone == milestone { self.since_progress + 1 } else { 1 };
        self.milestone = milestone;
        let n_failures = match link {
            LinkState::Moving => self.since_progress,
            LinkState::Idle => self.failures,
        };
        self.not_before = now + RetryPolicy::UPLOAD.backoff_ms(n_failures, jitter);
    }

    /// Whether it may be sent again: fewer than `max_attempts` failures while the upload stayed at one milestone.
    pub(crate) fn are_left(&self, max_attempts: u32) -> bool {
        self.since_progress < max_attempts
    }

    /// Ends the wait.
    pub(crate) fn clear_backoff(&mut self, now: u64) {
        self.not_before = self.not_before.min(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_the_longest_and_attempts_end() {
        let max_attempts = RetryPolicy::UPLOAD.max_attempts;
        let mut longest = vec![0; max_attempts as usize];
        for seed in 0..2_000 {
            let (mut attempts, mut jitter) = (Attempts::default(), Jitter::new(seed));
            for (n, longest) in (1..).zip(&mut longest) {
                attempts.record_failure(7, LinkState::Idle, 0, &mut jitter);
                assert_eq!(attempts.are_left(max_attempts), n < max_attempts);
                *longest = (*longest).max(attempts.not_before);
            }
        }
        let limits = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000];
        for (longest, limit) in longest.into_iter().zip(limits) {
            assert!(longest <= limit && longest > limit * 9 / 10, "expected nearly {limit}, got {longest}");
        }
    }

    #[test]
    fn progress_restores_all_attempts_and_waits_stay_long() {
        let (mut attempts, mut jitter) = (Attempts::default(), Jitter::new(1));
        for milestone in 0..50 {
            attempts.record_failure(milestone, LinkState::Idle, 0, &mut jitter);
            assert!(attempts.are_left(2));
        }
        assert_eq!(attempts.failures, 50);
        attempts.record_failure(49, LinkState::Idle, 0, &mut jitter);
        assert!(!attempts.are_left(2));
    }

    #[test]
    fn a_moving_connection_that_breaks_is_retried_soon_as_long_as_the_upload_makes_progress() {
        let (mut attempts, mut jitter) = (Attempts::default(), Jitter::new(1));
        for milestone in 1..50 {
            attempts.record_failure(milestone, LinkState::Moving, 0, &mut jitter);
            assert!(attempts.not_before <= RetryPolicy::UPLOAD.first_wait_ms, "{attempts:?}");
        }
    }
}
