use crate::error::UploadError;

/// How often a new session or token is asked for while the upload gets no further.
const RENEWALS: u32 = 2;

/// What opens the server's doors: the session or token of the host. It may end during an upload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ticket {
    /// Counts up. A call that was sent with an older one says nothing about the present one.
    pub(crate) number: u32,
    /// Why a new one is asked for, while that is so.
    refusal: Option<UploadError>,
    /// Whether the host has not been told yet.
    pub(crate) is_wanted: bool,
    /// How often one was asked for at this milestone.
    asked: (u64, u32),
}

impl Ticket {
    /// A call was refused that had the ticket of that number. False if asking for a new one is no use any more.
    pub(crate) fn refused(&mut self, number: u32, milestone: u64, refusal: UploadError) -> bool {
        if number < self.number || self.is_out() {
            return true;
        }
        let asked = if self.asked.0 == milestone { self.asked.1 } else { 0 };
        if asked >= RENEWALS {
            return false;
        }
        self.asked = (milestone, asked + 1);
        self.is_wanted = true;
        self.refusal = Some(refusal);
        true
    }

    /// Whether a new one is waited for.
    pub(crate) fn is_out(&self) -> bool {
        self.refusal.is_some()
    }

    /// There is a new one.
    pub(crate) fn renew(&mut self) {
        self.number += 1;
        self.give_up();
    }

    /// Nobody waits for one any more. Tells why one was asked for.
    pub(crate) fn give_up(&mut self) -> Option<UploadError> {
        self.is_wanted = false;
        self.refusal.take()
    }
}
