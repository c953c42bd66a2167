use super::{Stage, Upload};
use crate::progress::{ChunkProgress, Phase, Progress, Waiting};
use crate::spec::Outcome;
use crate::step::Step;

/// What was shown: it never goes back.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown {
    sent: u64,
    committed: u64,
    read: u64,
    /// Those that are stored, and all.
    chunks: (u32, u32),
    percent: u8,
}

/// How far it is.
impl Upload {
    /// How far it is.
    pub fn progress(&self, now: u64) -> Progress {
        let now = self.clock.peek(now);
        let phase = self.phase();
        let bytes_per_second = if phase == Phase::Uploading { self.meter.bytes_per_second(now) } else { 0 };
        Progress {
            phase,
            sent_bytes: self.shown.sent,
            committed_bytes: self.shown.committed,
            read_bytes: self.shown.read,
            total_bytes: self.spec.file_size,
            percent: self.shown.percent,
            bytes_per_second,
            seconds_left: self.left().checked_div(bytes_per_second),
            chunks_stored: self.shown.chunks.0,
            chunks_total: self.shown.chunks.1,
            in_flight: self.parts().collect(),
            parallel: self.window.size(),
            waiting: self.waiting(now),
        }
    }

    fn on_the_way(&self) -> u64 {
        self.flights.iter().map(|flight| flight.loaded).sum()
    }

    /// Bytes that have to leave, also if they did before and were lost.
    fn left(&self) -> u64 {
        self.spec.file_size.saturating_sub(self.chunks.stored_bytes() + self.on_the_way())
    }

    fn parts(&self) -> impl Iterator<Item = ChunkProgress> + '_ {
        let part = |number, flight: &super::Flight| ChunkProgress {
            number,
            sent: flight.loaded,
            len: flight.len,
            failures: flight.failures,
        };
        self.flights.iter().filter_map(move |flight| Some(part(flight.number()?, flight)))
    }

    fn phase(&self) -> Phase {
        match &self.stage {
            Stage::Over(Outcome::Ready { .. }) => Phase::Ready,
            Stage::Over(Outcome::Failed(_)) => Phase::Failed,
            Stage::Over(Outcome::Cancelled) => Phase::Cancelled,
            _ if self.is_paused => Phase::Paused,
            Stage::Control(Step::FetchStatus) => Phase::Resuming,
            Stage::Control(Step::SetMetadata) if self.is_resuming => Phase::Resuming,
            Stage::Control(Step::Create | Step::SetMetadata) => Phase::Preparing,
            Stage::Sending if self.is_checking() => Phase::Checking,
            Stage::Control(Step::UploadChunk(_) | Step::Probe) | Stage::Sending => Phase::Uploading,
            Stage::Control(Step::Finish | Step::Commit) => Phase::Finishing,
            Stage::Control(Step::Poll) => Phase::Processing,
            Stage::Control(Step::Cancel | Step::CancelCommitted) => Phase::Cancelling,
        }
    }

    fn is_checking(&self) -> bool {
        let is_check = self.reading.is_some_and(|reading| reading.is_check);
        is_check && self.flights.is_empty() && self.ready.is_empty()
    }

    fn waiting(&self, now: u64) -> Option<Waiting> {
        if self.is_paused || matches!(self.stage, Stage::Over(_)) {
            return None;
        }
        if self.credentials.are_awaited() {
            return Some(Waiting::Credentials);
        }
        let seconds = |at: u64| at.saturating_sub(now).div_ceil(1000);
        if let Some(asks_at) = self.connectivity.probe_at() {
            return Some(Waiting::Network { seconds: seconds(asks_at) });
        }
        let attempts = match self.stage {
            Stage::Control(_) => self.control,
            _ => self.chunks.worst()?,
        };
        let reason = self.last_error.as_ref().filter(|_| attempts.failures > 0)?.to_string();
        let seconds = seconds(attempts.not_before.max(self.hold_until));
        Some(Waiting::Retry { failures: attempts.failures, seconds, reason })
    }

    /// Keeps what is shown from going back.
    pub(super) fn note(&mut self) {
        let total = self.spec.file_size;
        let is_confirmed = matches!(&self.stage, Stage::Control(Step::Commit | Step::Poll))
            || matches!(&self.stage, Stage::Over(Outcome::Ready { .. }));
        // An earlier run may have finished what the checkpoint says nothing of.
        let committed = if is_confirmed { total } else { self.chunks.stored_bytes() };
        self.shown.committed = self.shown.committed.max(committed.min(total));
        self.shown.sent = self.shown.sent.max((committed + self.on_the_way()).min(total));
        self.shown.read = self.shown.read.max(self.chunks.read_bytes());
        let (stored, all) = self.shown.chunks;
        self.shown.chunks = (stored.max(self.chunks.stored()), all.max(self.chunks.total()));
        // In 128 bits no file is too long; the quotient is at most 100.
        let percent = (u128::from(self.shown.sent) * 100).checked_div(total.into()).unwrap_or(0) as u8;
        let percent = if is_confirmed { 100 } else { percent.min(99) };
        self.shown.percent = self.shown.percent.max(percent);
    }
}
