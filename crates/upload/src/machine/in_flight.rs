use crate::error::StepError;
use crate::http::RequestId;
use crate::retry::{deadline_ms, stall_ms};
use crate::step::Step;

/// A request that was sent and has no response yet.
#[derive(Clone, Debug)]
pub(super) struct InFlight {
    pub(super) id: RequestId,
    pub(super) step: Step,
    /// Bytes of the body.
    pub(super) len: u64,
    /// Bytes of it that have left.
    pub(super) sent: u64,
    pub(super) started_at: u64,
    pub(super) moved_at: u64,
    /// How often the same request failed before.
    pub(super) failures: u32,
    /// The number of the credentials that it carries.
    pub(super) credentials: u32,
}

impl InFlight {
    /// The chunk that it carries, if any.
    pub(super) fn chunk(&self) -> Option<u32> {
        if let Step::UploadChunk(number) = self.step { Some(number) } else { None }
    }

    /// So many bytes of the body have left in all. Returns how many are new.
    pub(super) fn on_bytes_sent(&mut self, sent: u64, now: u64) -> u64 {
        let sent = sent.min(self.len);
        let new = sent.saturating_sub(self.sent);
        if new > 0 {
            self.sent = sent;
            self.moved_at = now;
        }
        new
    }

    /// When it is aborted if nothing more happens to it. Chunks have a deadline too.
    pub(super) fn times_out_at(&self) -> u64 {
        match self.chunk() {
            Some(_) => self.stalls_at().min(self.started_at.saturating_add(deadline_ms(self.len))),
            None => self.stalls_at(),
        }
    }

    /// Why it is aborted when its time is over.
    pub(super) fn timeout(&self, now: u64) -> StepError {
        if self.stalls_at() <= now {
            StepError::Stalled { seconds: self.stall_ms() / 1000 }
        } else {
            StepError::TimedOut
        }
    }

    fn stalls_at(&self) -> u64 {
        self.moved_at.saturating_add(self.stall_ms())
    }

    fn stall_ms(&self) -> u64 {
        stall_ms(self.sent >= self.len, self.failures)
    }
}
