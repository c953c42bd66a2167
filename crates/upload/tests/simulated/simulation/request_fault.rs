//! What may happen to one request and its response.

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestFault {
    None,
    /// The connection breaks when so many thousandths have left; the server may have got all of it.
    CutRequest {
        at: u64,
        arrives: bool,
    },
    /// It arrives, its response does not.
    CutResponse,
    /// Nothing moves any more after so many thousandths, and the connection stays open.
    Stall {
        at: u64,
        arrives: bool,
    },
    /// The host aborts it, after so many milliseconds.
    Timeout(u64),
    /// The response's body ends after so many thousandths of it.
    CutBody(u64),
    /// This status instead of being served, or after it.
    Status {
        status: u16,
        is_served: bool,
        wait: RetryAfter,
    },
    /// A sign-in page of a proxy, with this status.
    Html(u16),
    /// `{"error":true}` with this code.
    ErrorCode(&'static str),
    /// A byte flips on the way.
    Corrupted,
    /// The server says another MD5 than the bytes have.
    WrongDigest,
    /// The response names another chunk.
    WrongChunk,
    /// The response comes twice.
    Duplicated,
    /// The bytes take so many milliseconds.
    Slow(u64),
    /// The response takes so many milliseconds more, and is overtaken by others.
    Late(u64),
}

/// What `Retry-After` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    Absent,
    Seconds(u64),
    /// A date so many seconds, less than a minute, after the response's own.
    Date(u64),
    Nonsense(&'static str),
}

impl RequestFault {
    pub(crate) fn status(status: u16) -> RequestFault {
        RequestFault::Status { status, is_served: false, wait: RetryAfter::Absent }
    }

    /// How much of the request leaves, in thousandths.
    pub(super) fn leaves(self) -> u64 {
        match self {
            RequestFault::CutRequest { at, .. } | RequestFault::Stall { at, .. } => at,
            _ => 1000,
        }
    }

    pub(super) fn is_served(self) -> bool {
        match self {
            RequestFault::CutRequest { arrives, .. } | RequestFault::Stall { arrives, .. } => arrives,
            RequestFault::Status { is_served, .. } => is_served,
            RequestFault::Html(_) | RequestFault::ErrorCode(_) => false,
            _ => true,
        }
    }
}

impl RetryAfter {
    pub(super) fn headers(self) -> (Option<String>, Option<String>) {
        match self {
            RetryAfter::Absent => (None, None),
            RetryAfter::Seconds(seconds) => (Some(seconds.to_string()), None),
            RetryAfter::Date(seconds) => {
                let date = |second: u64| Some(format!("Sun, 06 Nov 1994 08:49:{second:02} GMT"));
                (date(seconds), date(0))
            }
            RetryAfter::Nonsense(value) => (Some(value.to_owned()), None),
        }
    }
}
