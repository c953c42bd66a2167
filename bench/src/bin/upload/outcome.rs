//! The outcome of one upload.

use std::fmt;
use std::time::Duration;

/// A completed upload.
#[derive(Clone, Debug)]
pub(crate) struct UploadResult {
    /// From the client's first call until the server has confirmed that it has everything; of curl, its one request.
    pub(crate) seconds: f64,
    /// Its name on the server.
    pub(crate) stored: String,
}

/// An upload that was not completed, or not correctly.
#[derive(Clone, Debug)]
pub(crate) enum UploadError {
    /// Still running at its timeout.
    TimedOut(Duration),
    /// The client aborted it, with this message.
    Failed(String),
    /// The server has other bytes than were sent.
    Corrupt(String),
}

impl fmt::Display for UploadError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UploadError::TimedOut(limit) => write!(to, "hangs: not done after {:.0} s", limit.as_secs_f64()),
            UploadError::Failed(reason) => write!(to, "fails: {reason}"),
            UploadError::Corrupt(found) => write!(to, "stored other bytes: SHA-256 {found}"),
        }
    }
}

/// The middle of the times; of an even number the later one.
pub(crate) fn median(times: &[f64]) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}
