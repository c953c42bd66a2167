//! What may happen to one call on its way and back.

/// What happens to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Luck {
    Good,
    /// The connection breaks when so many thousandths have left; the server may have got all of it.
    CutRequest {
        at: u64,
        arrives: bool,
    },
    /// It arrives, its answer does not.
    CutAnswer,
    /// Nothing moves any more after so many thousandths, and nobody says so.
    Silence {
        at: u64,
        arrives: bool,
    },
    /// The host gives up waiting, after so many milliseconds.
    Timeout(u64),
    /// The answer's body ends after so many thousandths of it.
    CutBody(u64),
    /// This status instead of being served, or after it.
    Status {
        status: u16,
        is_served: bool,
        wait: Wait,
    },
    /// A sign-in page of somebody in between, with this status.
    Html(u16),
    /// `{"error":true}` with this code.
    Code(&'static str),
    /// A byte flips on the way.
    Corrupted,
    /// The server says another MD5 than the bytes have.
    WrongDigest,
    /// The answer is that to another call.
    Mixed,
    /// The answer comes twice.
    Twice,
    /// The bytes take so many milliseconds.
    Slow(u64),
    /// The answer takes so many milliseconds more, and is overtaken by others.
    Late(u64),
}

/// What `Retry-After` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    Unsaid,
    Seconds(u64),
    /// A date so many seconds, less than a minute, after the answer's own.
    Date(u64),
    Nonsense(&'static str),
}

impl Luck {
    pub(crate) fn status(status: u16) -> Luck {
        Luck::Status { status, is_served: false, wait: Wait::Unsaid }
    }

    /// How much of the request leaves, in thousandths.
    pub(super) fn leaves(self) -> u64 {
        match self {
            Luck::CutRequest { at, .. } | Luck::Silence { at, .. } => at,
            _ => 1000,
        }
    }

    pub(super) fn is_served(self) -> bool {
        match self {
            Luck::CutRequest { arrives, .. } | Luck::Silence { arrives, .. } => arrives,
            Luck::Status { is_served, .. } => is_served,
            Luck::Html(_) | Luck::Code(_) => false,
            _ => true,
        }
    }
}

impl Wait {
    pub(super) fn headers(self) -> (Option<String>, Option<String>) {
        match self {
            Wait::Unsaid => (None, None),
            Wait::Seconds(seconds) => (Some(seconds.to_string()), None),
            Wait::Date(seconds) => {
                let date = |second: u64| Some(format!("Sun, 06 Nov 1994 08:49:{second:02} GMT"));
                (date(seconds), date(0))
            }
            Wait::Nonsense(words) => (Some(words.to_owned()), None),
        }
    }
}
