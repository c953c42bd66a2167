use super::{Stage, Upload};
use crate::progress::{Phase, Progress, SpeedMeter, Waiting};
use crate::spec::Outcome;
use crate::step::Step;

/// What the user sees: none of it goes back.
#[derive(Clone, Debug, Default)]
pub(super) struct ProgressView {
    pub(super) meter: SpeedMeter,
    sent_bytes: u64,
    committed_bytes: u64,
    read_bytes: u64,
    chunks_stored: u32,
    chunks_total: u32,
    percent: u8,
}

/// How far it is.
impl Upload {
    /// How far it is.
    pub fn progress(&self, now: u64) -> Progress {
        let now = self.clock.peek(now);
        let (phase, view) = (self.phase(), &self.progress);
        let bytes_per_second = if phase == Phase::Uploading { view.meter.bytes_per_second(now) } else { 0 };
        Progress {
            phase,
            sent_bytes: view.sent_bytes,
            committed_bytes: view.committed_bytes,
            read_bytes: view.read_bytes,
            total_bytes: self.spec.file_size,
            percent: view.percent,
            bytes_per_second,
            seconds_left: self.bytes_to_send().checked_div(bytes_per_second),
            chunks_stored: view.chunks_stored,
            chunks_total: view.chunks_total,
            in_flight: self.transfer.chunks_in_flight().collect(),
            parallel: self.transfer.window.size(),
            waiting: self.waiting(now),
        }
    }

    /// Bytes that have to leave, also if they did before and were lost.
    fn bytes_to_send(&self) -> u64 {
        let done = self.chunks.stored_bytes() + self.transfer.bytes_in_flight();
        self.spec.file_size.saturating_sub(done)
    }

    fn phase(&self) -> Phase {
        match &self.stage {
            Stage::Ended(Outcome::Ready { .. }) => Phase::Ready,
            Stage::Ended(Outcome::Failed(_)) => Phase::Failed,
            Stage::Ended(Outcome::Cancelled) => Phase::Cancelled,
            _ if self.waits.is_paused => Phase::Paused,
            Stage::Request(Step::FetchStatus) => Phase::Resuming,
            Stage::Request(Step::SetMetadata) if self.recovery.is_resuming => Phase::Resuming,
            Stage::Request(Step::Create | Step::SetMetadata) => Phase::Preparing,
            Stage::Chunks if self.transfer.is_only_verifying() => Phase::Checking,
            Stage::Request(Step::UploadChunk(_) | Step::Probe) | Stage::Chunks => Phase::Uploading,
            Stage::Request(Step::Finish | Step::Commit) => Phase::Finishing,
            Stage::Request(Step::Poll) => Phase::Processing,
            Stage::Request(Step::Cancel | Step::CancelCommitted) => Phase::Cancelling,
        }
    }

    fn waiting(&self, now: u64) -> Option<Waiting> {
        if self.waits.is_paused || self.is_ended() {
            return None;
        }
        if self.waits.credentials.are_awaited() {
            return Some(Waiting::Credentials);
        }
        let seconds = |at: u64| at.saturating_sub(now).div_ceil(1000);
        if let Some(probe_at) = self.waits.connectivity.probe_at() {
            return Some(Waiting::Network { seconds: seconds(probe_at) });
        }
        let attempts = match self.stage {
            Stage::Request(_) => self.waits.attempts,
            Stage::Chunks | Stage::Ended(_) => self.chunks.most_failed()?,
        };
        let last_error = self.waits.last_error.as_ref();
        let reason = last_error.filter(|_| attempts.failures > 0)?.to_string();
        let seconds = seconds(attempts.not_before.max(self.waits.retry_after));
        Some(Waiting::Retry { failures: attempts.failures, seconds, reason })
    }

    /// Takes the present state into the view. Each figure only grows: a chunk that is sent again, or a retry, would
    /// else move the bar back, which looks as if the upload lost what it had.
    pub(super) fn update_progress(&mut self) {
        let total = self.spec.file_size;
        let is_confirmed = matches!(&self.stage, Stage::Request(Step::Commit | Step::Poll))
            || matches!(&self.stage, Stage::Ended(Outcome::Ready { .. }));
        // An earlier run may have finished what the checkpoint does not say.
        let committed = if is_confirmed { total } else { self.chunks.stored_bytes() };
        let sent = committed + self.transfer.bytes_in_flight();
        let view = &mut self.progress;
        view.committed_bytes = view.committed_bytes.max(committed.min(total));
        view.sent_bytes = view.sent_bytes.max(sent.min(total));
        view.read_bytes = view.read_bytes.max(self.chunks.read_bytes());
        view.chunks_stored = view.chunks_stored.max(self.chunks.n_stored());
        view.chunks_total = view.chunks_total.max(self.chunks.total());
        // In 128 bits no file is too long; the quotient is at most 100.
        let percent = (u128::from(view.sent_bytes) * 100).checked_div(total.into()).unwrap_or(0) as u8;
        let percent = if is_confirmed { 100 } else { percent.min(99) };
        view.percent = view.percent.max(percent);
    }
}
