use crate::error::StepError;
use crate::retry::{POLL_MS, PROCESSING_MS};

/// The wait for the release.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Polling {
    since: Option<u64>,
    wait_ms: u64,
}

impl Polling {
    /// The server is still working. An error if it has been for too long.
    pub(super) fn on_processing(&mut self, now: u64) -> Result<(), StepError> {
        let since = *self.since.get_or_insert(now);
        if now.saturating_sub(since) > PROCESSING_MS {
            return Err(StepError::ProcessingTimeout { minutes: PROCESSING_MS / 60_000 });
        }
        Ok(())
    }

    /// How long to wait before the next poll, in milliseconds: twice as long as before, up to the longest.
    pub(super) fn next_wait_ms(&mut self) -> u64 {
        let (first, longest) = POLL_MS;
        self.wait_ms = (self.wait_ms * 2).clamp(first, longest);
        self.wait_ms
    }
}
