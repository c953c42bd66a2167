use crate::error::UploadError;

/// How often another session or token is asked for while the upload makes no progress.
const MAX_RENEWALS: u32 = 2;

/// The host's session or token, which may expire during an upload.
///
/// Each one has a number, and each request keeps the number of the one that it was sent with. When a session expires,
/// all requests in flight are refused one after the other. The first refusal asks for another session. Those that come
/// later, perhaps when the new one is already there, were sent with the old one: by the number they are distinguished from
/// refusals of the new one, which would ask again and use up the renewals.
#[derive(Clone, Debug, Default)]
pub(crate) struct Credentials {
    /// Counts up with every renewal.
    pub(crate) number: u32,
    /// Why others are asked for, while that is so.
    refusal: Option<UploadError>,
    /// Whether the host has still to be asked.
    is_request_due: bool,
    /// How often others were asked for at this milestone.
    renewals: (u64, u32),
}

impl Credentials {
    /// A request was refused that was sent with the credentials of that number. False if asking for others is no use
    /// any more.
    pub(crate) fn on_refusal(&mut self, number: u32, milestone: u64, refusal: UploadError) -> bool {
        if number < self.number || self.are_awaited() {
            return true;
        }
        let n_renewals = if self.renewals.0 == milestone { self.renewals.1 } else { 0 };
        if n_renewals >= MAX_RENEWALS {
            return false;
        }
        self.renewals = (milestone, n_renewals + 1);
        self.is_request_due = true;
        self.refusal = Some(refusal);
        true
    }

    /// Whether the host has to be asked now; it is asked once.
    pub(crate) fn take_request(&mut self) -> bool {
        std::mem::take(&mut self.is_request_due)
    }

    /// Whether the upload waits for others.
    pub(crate) fn are_awaited(&self) -> bool {
        self.refusal.is_some()
    }

    /// There are others.
    pub(crate) fn on_renewed(&mut self) {
        self.number += 1;
        self.stop_waiting();
    }

    /// The upload waits no longer. Returns why others were asked for.
    pub(crate) fn stop_waiting(&mut self) -> Option<UploadError> {
        self.is_request_due = false;
        self.refusal.take()
    }
}
