use crate::pace::Random;

/// So many failures in a row without a byte moved mean that the server cannot be reached.
const SILENCES: u32 = 3;

/// How long it is asked whether the server can be reached again, in milliseconds: as long as it keeps an upload.
const PATIENCE_MS: u64 = protocol::limit::UPLOAD_LIFETIME_MS as u64;

/// Longest wait before the first question, in milliseconds; it doubles up to 30 s.
const FIRST_FAILURES: u32 = 3;

/// Whether the server can be reached, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It can, but for so many silences in a row.
    Online { silences: u32 },
    /// It cannot: instead of calls that would fail, one question is sent now and then.
    Offline { since: u64, failures: u32, not_before: u64 },
}

impl Default for Reach {
    fn default() -> Reach {
        Reach::Online { silences: 0 }
    }
}

impl Reach {
    /// Something arrived at the other side, or came from there.
    pub(crate) fn heard(&mut self) {
        *self = Reach::default();
    }

    /// A call ended without a byte moved. True if it is known by now that the server cannot be reached.
    pub(crate) fn silence(&mut self, now: u64, random: &mut Random) -> bool {
        match self {
            Reach::Online { silences } if *silences + 1 < SILENCES => *silences += 1,
            Reach::Online { .. } => self.lose(now, random),
            Reach::Offline { failures, not_before, .. } => {
                *failures += 1;
                *not_before = now + random.backoff(*failures);
            }
        }
        self.is_offline()
    }

    /// The host says that there is no network.
    pub(crate) fn lose(&mut self, now: u64, random: &mut Random) {
        if !self.is_offline() {
            let not_before = now + random.backoff(FIRST_FAILURES);
            *self = Reach::Offline { since: now, failures: FIRST_FAILURES, not_before };
        }
    }

    /// The host says that there is a network again: the next question is due.
    pub(crate) fn hurry(&mut self, now: u64) {
        if let Reach::Offline { not_before, .. } = self {
            *not_before = now.min(*not_before);
        }
    }

    pub(crate) fn is_offline(&self) -> bool {
        matches!(self, Reach::Offline { .. })
    }

    /// When the next question is due, in milliseconds, while the server cannot be reached.
    pub(crate) fn asks_at(&self) -> Option<u64> {
        match self {
            Reach::Online { .. } => None,
            Reach::Offline { not_before, .. } => Some(*not_before),
        }
    }

    /// Whether there is no use in asking any longer: the server has forgotten the upload by now.
    pub(crate) fn is_hopeless(&self, now: u64) -> bool {
        matches!(self, Reach::Offline { since, .. } if now.saturating_sub(*since) > PATIENCE_MS)
    }
}
