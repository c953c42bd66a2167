use crate::error::StepError;
use crate::http::RawResponse;
use crate::retry::{Attempts, Connectivity, Credentials, ErrorClass, Jitter, RetryPolicy, retry_after_ms};

/// Why nothing may be sent for now, and until when.
#[derive(Clone, Debug)]
pub(super) struct Waits {
    /// Those of the request that is sent alone; each chunk has its own.
    pub(super) attempts: Attempts,
    pub(super) connectivity: Connectivity,
    pub(super) credentials: Credentials,
    /// The server asked every client to wait until then.
    pub(super) retry_after: u64,
    pub(super) is_paused: bool,
    /// Counts up whenever the upload makes progress, which restores all attempts.
    pub(super) milestone: u64,
    /// The last error that was followed by another attempt.
    pub(super) last_error: Option<StepError>,
    pub(super) jitter: Jitter,
}

impl Waits {
    pub(super) fn new(seed: u64, now: u64) -> Waits {
        Waits {
            attempts: Attempts::from(now),
            connectivity: Connectivity::default(),
            credentials: Credentials::default(),
            retry_after: 0,
            is_paused: false,
            milestone: 0,
            last_error: None,
            jitter: Jitter::new(seed),
        }
    }

    /// Whether nothing is to be sent or read until the host or the user says so.
    pub(super) fn are_indefinite(&self) -> bool {
        self.is_paused || self.credentials.are_awaited()
    }

    /// Follows the header `Retry-After` of an error.
    ///
    /// All requests wait, not only the one that got the response: the next would get the same, and keep a server busy
    /// that has asked for rest. A little is added at random, as the same header goes to every client.
    pub(super) fn follow_retry_after(&mut self, response: RawResponse<'_>, now: u64) {
        let is_transient = ErrorClass::of_status(response.status).is_some_and(ErrorClass::is_transient);
        let wait = response.retry_after.and_then(|value| retry_after_ms(value, response.date));
        if let Some(wait) = wait.filter(|_| is_transient) {
            let spread = RetryPolicy::UPLOAD.backoff_ms(1, &mut self.jitter);
            self.retry_after = self.retry_after.max(now + wait + spread);
        }
    }
}
