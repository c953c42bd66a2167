use super::backoff::{Jitter, RetryPolicy};

/// After so many failures in a row without a byte moved, the server cannot be reached.
const MAX_NO_RESPONSES: u32 = 3;

/// How long to probe whether the server can be reached again, in milliseconds: as long as it keeps an upload.
const PROBE_FOR_MS: u64 = protocol::limit::UPLOAD_LIFETIME_MS as u64;

/// The first probe waits as after so many failures, a second at most; the wait doubles up to 30 s.
const FIRST_FAILURES: u32 = 3;

/// Whether the server can be reached, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connectivity {
    /// It can, but for so many failures in a row without a byte moved.
    Online { no_responses: u32 },
    /// It cannot: instead of requests that would fail, one probe is sent now and then.
    Offline { since: u64, failures: u32, probe_at: u64 },
}

impl Default for Connectivity {
    fn default() -> Connectivity {
        Connectivity::Online { no_responses: 0 }
    }
}

impl Connectivity {
    /// A byte arrived at the other side, or came from there.
    pub(crate) fn on_traffic(&mut self) {
        *self = Connectivity::default();
    }

    /// A request ended without a byte moved. True if it is known by now that the server cannot be reached.
    pub(crate) fn on_no_response(&mut self, now: u64, jitter: &mut Jitter) -> bool {
        match self {
            Connectivity::Online { no_responses } if *no_responses + 1 < MAX_NO_RESPONSES => {
                *no_responses += 1;
            }
            Connectivity::Online { .. } => self.go_offline(now, jitter),
            Connectivity::Offline { failures, probe_at, .. } => {
                *failures += 1;
                *probe_at = now + RetryPolicy::UPLOAD.backoff_ms(*failures, jitter);
            }
        }
        self.is_offline()
    }

    /// The host says that there is no network.
    pub(crate) fn go_offline(&mut self, now: u64, jitter: &mut Jitter) {
        if !self.is_offline() {
            let probe_at = now + RetryPolicy::UPLOAD.backoff_ms(FIRST_FAILURES, jitter);
            *self = Connectivity::Offline { since: now, failures: FIRST_FAILURES, probe_at };
        }
    }

    /// The host says that there is a network again: the next probe is due.
    pub(crate) fn clear_backoff(&mut self, now: u64) {
        if let Connectivity::Offline { probe_at, .. } = self {
            *probe_at = now.min(*probe_at);
        }
    }

    pub(crate) fn is_offline(&self) -> bool {
        matches!(self, Connectivity::Offline { .. })
    }

    /// When the next probe is due, in milliseconds, while the server cannot be reached.
    pub(crate) fn probe_at(&self) -> Option<u64> {
        match self {
            Connectivity::Online { .. } => None,
            Connectivity::Offline { probe_at, .. } => Some(*probe_at),
        }
    }

    /// Whether there is no use in probing any longer: by now the server has deleted the upload.
    pub(crate) fn is_probing_over(&self, now: u64) -> bool {
        matches!(self, Connectivity::Offline { since, .. } if now.saturating_sub(*since) > PROBE_FOR_MS)
    }
}
