//! What comes of one upload.

use std::fmt;
use std::time::Duration;

/// An upload that came to its end.
#[derive(Clone, Debug)]
pub(crate) struct Uploaded {
    /// From the client's first call until the server has confirmed that it has everything; of curl, its one request.
    pub(crate) seconds: f64,
    /// What the store calls it.
    pub(crate) stored: String,
}

/// One that did not, or not well.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// Still running when its time was over.
    Hangs(Duration),
    /// The client gave up, and said so.
    Fails(String),
    /// The store has other bytes than were sent.
    Corrupt(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Hangs(limit) => write!(to, "hangs: not done after {:.0} s", limit.as_secs_f64()),
            Trouble::Fails(reason) => write!(to, "fails: {reason}"),
            Trouble::Corrupt(found) => write!(to, "stored other bytes: SHA-256 {found}"),
        }
    }
}

/// The middle of the times; of an even number the later one.
pub(crate) fn median(times: &[f64]) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}
