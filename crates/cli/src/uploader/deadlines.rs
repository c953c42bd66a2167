//! Ends an upload that waits too long: for the server to make a release, or for a server that cannot be reached.

use std::time::{Duration, Instant};

use upload::{Phase, Progress, Waiting};

/// How long the server may be unreachable: ten minutes. The state machine would wait for a day, which suits a page that a
/// user left open. A CI job should fail while its log still shows why.
const UNREACHABLE_LIMIT: Duration = Duration::from_mins(10);

/// When the waits began that must not last too long.
#[derive(Debug)]
pub(super) struct Deadlines {
    /// How long the server may take to make a release.
    timeout: Option<Duration>,
    processing_since: Option<Instant>,
    unreachable_since: Option<Instant>,
}

/// Which wait lasted too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExceededDeadline {
    /// The server made no release within `--timeout`.
    Processing { seconds: u64 },
    /// The server could not be reached.
    Unreachable { minutes: u64 },
}

impl Deadlines {
    pub(super) fn new(timeout: Option<Duration>) -> Self {
        Self { timeout, processing_since: None, unreachable_since: None }
    }

    /// Notes what the upload waits for now; the deadline that this exceeds, if one.
    pub(super) fn check(&mut self, progress: &Progress, now: Instant) -> Option<ExceededDeadline> {
        let begun = |is_waiting: bool, since: Option<Instant>| is_waiting.then(|| since.unwrap_or(now));
        self.processing_since = begun(progress.phase == Phase::Processing, self.processing_since);
        let is_unreachable = matches!(progress.waiting, Some(Waiting::Network { .. }));
        self.unreachable_since = begun(is_unreachable, self.unreachable_since);
        let has_lasted =
            |since: Option<Instant>, limit| since.is_some_and(|since| now.duration_since(since) >= limit);
        if let Some(timeout) = self.timeout.filter(|timeout| has_lasted(self.processing_since, *timeout)) {
            return Some(ExceededDeadline::Processing { seconds: timeout.as_secs() });
        }
        has_lasted(self.unreachable_since, UNREACHABLE_LIMIT)
            .then(|| ExceededDeadline::Unreachable { minutes: UNREACHABLE_LIMIT.as_secs() / 60 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uploader::progress_log::tests::progress;

    #[test]
    fn the_timeout_begins_when_the_server_has_the_file() {
        let (mut deadlines, start) = (Deadlines::new(Some(Duration::from_secs(60))), Instant::now());
        let mut at = |phase, seconds| {
            deadlines.check(&progress(phase, 50, None), start + Duration::from_secs(seconds))
        };
        assert_eq!(at(Phase::Uploading, 1000), None);
        assert_eq!(at(Phase::Processing, 1001), None);
        assert_eq!(at(Phase::Processing, 1060), None);
        assert_eq!(at(Phase::Processing, 1061), Some(ExceededDeadline::Processing { seconds: 60 }));
    }

    #[test]
    fn a_server_that_was_reached_again_gets_the_whole_time_again() {
        let (mut deadlines, start) = (Deadlines::new(None), Instant::now());
        let mut at = |is_down: bool, minutes| {
            let waiting = is_down.then_some(Waiting::Network { seconds: 1 });
            let now = start + Duration::from_mins(minutes);
            deadlines.check(&progress(Phase::Uploading, 50, waiting), now)
        };
        assert_eq!(at(true, 0), None);
        assert_eq!(at(true, 9), None);
        assert_eq!(at(false, 9), None);
        assert_eq!(at(true, 10), None);
        assert_eq!(at(true, 20), Some(ExceededDeadline::Unreachable { minutes: 10 }));
    }
}
