use std::time::{Duration, Instant};

use upload::{Phase, Progress, Waiting};

/// How long a server may be out of reach. The machine would wait for a day, which is right for a page that somebody left
/// open; a job in CI is better told.
const OUT_OF_REACH: Duration = Duration::from_mins(10);

/// When something began that must not last for ever.
#[derive(Debug)]
pub(super) struct Patience {
    /// How long the server may take to make a release.
    timeout: Option<Duration>,
    processing: Option<Instant>,
    out_of_reach: Option<Instant>,
}

/// What has lasted too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// The server made no release in the time that was given.
    Timeout { seconds: u64 },
    /// Nobody could be reached.
    OutOfReach { minutes: u64 },
}

impl Patience {
    pub(super) fn new(timeout: Option<Duration>) -> Self {
        Self { timeout, processing: None, out_of_reach: None }
    }

    /// Takes note of how it is now, and tells what has been so for too long.
    pub(super) fn exceeded(&mut self, progress: &Progress, now: Instant) -> Option<Limit> {
        let begun = |is_so: bool, since: Option<Instant>| is_so.then(|| since.unwrap_or(now));
        self.processing = begun(progress.phase == Phase::Processing, self.processing);
        let is_out_of_reach = matches!(progress.waiting, Some(Waiting::Network { .. }));
        self.out_of_reach = begun(is_out_of_reach, self.out_of_reach);
        let has_lasted =
            |since: Option<Instant>, most| since.is_some_and(|since| now.duration_since(since) >= most);
        if let Some(timeout) = self.timeout.filter(|timeout| has_lasted(self.processing, *timeout)) {
            return Some(Limit::Timeout { seconds: timeout.as_secs() });
        }
        has_lasted(self.out_of_reach, OUT_OF_REACH)
            .then(|| Limit::OutOfReach { minutes: OUT_OF_REACH.as_secs() / 60 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sending::lines::tests::progress;

    #[test]
    fn the_time_to_make_a_release_begins_when_the_file_is_there() {
        let (mut patience, start) = (Patience::new(Some(Duration::from_secs(60))), Instant::now());
        let mut at = |phase, seconds| {
            patience.exceeded(&progress(phase, 50, None), start + Duration::from_secs(seconds))
        };
        assert_eq!(at(Phase::Uploading, 1000), None);
        assert_eq!(at(Phase::Processing, 1001), None);
        assert_eq!(at(Phase::Processing, 1060), None);
        assert_eq!(at(Phase::Processing, 1061), Some(Limit::Timeout { seconds: 60 }));
    }

    #[test]
    fn a_server_that_comes_back_gets_all_the_time_again() {
        let (mut patience, start) = (Patience::new(None), Instant::now());
        let mut at = |is_gone: bool, minutes| {
            let waiting = is_gone.then_some(Waiting::Network { seconds: 1 });
            let now = start + Duration::from_mins(minutes);
            patience.exceeded(&progress(Phase::Uploading, 50, waiting), now)
        };
        assert_eq!(at(true, 0), None);
        assert_eq!(at(true, 9), None);
        assert_eq!(at(false, 9), None);
        assert_eq!(at(true, 10), None);
        assert_eq!(at(true, 20), Some(Limit::OutOfReach { minutes: 10 }));
    }
}
