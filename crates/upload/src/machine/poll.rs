use super::in_flight::InFlight;
use super::pending_actions::CheckpointTask;
use super::transfer::PendingRead;
use super::{Stage, Upload};
use crate::action::Action;
use crate::http::{Body, RequestBuilder, RequestId};
use crate::step::Step;

/// Which action is next.
impl Upload {
    /// The next action, if any.
    ///
    /// The checkpoint comes before the next request. A chunk that is stored and not in the checkpoint could be sent
    /// again after a crash, and the file may have changed by then: the checkpoint's digest is what finds that out. So
    /// at most the chunks in flight are unknown to it.
    pub fn poll(&mut self, now: u64) -> Option<Action> {
        let now = self.clock.now(now);
        self.abort_timed_out(now);
        if let Some(id) = self.pending_actions.take_aborted() {
            return Some(Action::Abort { id });
        }
        if self.waits.credentials.take_request() {
            return Some(Action::RenewCredentials);
        }
        match self.pending_actions.take_checkpoint_task() {
            CheckpointTask::Nothing => {}
            CheckpointTask::Save => return Some(Action::SaveCheckpoint(Box::new(self.checkpoint()))),
            CheckpointTask::Delete => return Some(Action::DeleteCheckpoint),
        }
        self.next_send(now).or_else(|| self.next_read(now)).or_else(|| self.next_alarm(now))
    }

    fn abort_timed_out(&mut self, now: u64) {
        while let Some((request, error)) = self.transfer.take_timed_out(now) {
            self.pending_actions.abort(request.id);
            self.on_error(&request, error, now);
        }
    }

    fn next_send(&mut self, now: u64) -> Option<Action> {
        if self.is_on_hold() {
            return None;
        }
        let is_alone = self.transfer.has_none_in_flight();
        if let Some(probe_at) = self.probe_at() {
            return (is_alone && probe_at <= now).then(|| self.send(self.probe(), now));
        }
        if self.waits.retry_after > now && !self.is_cancelling() {
            return None;
        }
        match self.stage {
            Stage::Request(Step::Commit) if self.awaits_digest() => None,
            Stage::Request(step) if is_alone && self.waits.attempts.not_before <= now => {
                Some(self.send(step, now))
            }
            Stage::Chunks => {
                let (id, number) = self.transfer.take_queued()?;
                Some(self.send_chunk(id, number, now))
            }
            Stage::Request(_) | Stage::Ended(_) => None,
        }
    }

    /// Whether nothing is to be sent or read until the host or the user says so.
    fn is_on_hold(&self) -> bool {
        self.waits.are_indefinite() || self.is_ended()
    }

    /// When the next probe is due, while the server cannot be reached. A cancel does not wait for that.
    fn probe_at(&self) -> Option<u64> {
        self.waits.connectivity.probe_at().filter(|_| !self.is_cancelling())
    }

    /// What is sent to learn whether the server can be reached: a request that can be repeated.
    fn probe(&self) -> Step {
        match self.stage {
            Stage::Request(step) if self.ids.upload.is_empty() => step,
            _ => Step::Probe,
        }
    }

    /// Whether the host has read the whole file and is still hashing it. The server compares what it stored with that
    /// digest, which comes with the commit.
    fn awaits_digest(&self) -> bool {
        !self.digests.is_known() && self.chunks.total() > 0 && self.chunks.are_done()
    }

    fn send(&mut self, step: Step, now: u64) -> Action {
        let id = self.transfer.new_id();
        let digest = self.digests.to_state(self.chunks.are_done());
        let builder = RequestBuilder { spec: &self.spec, ids: &self.ids, digest };
        let request = builder.request(step);
        self.start(id, step, 0, self.waits.attempts.failures, now);
        Action::Send { id, request }
    }

    fn send_chunk(&mut self, id: RequestId, number: u32, now: u64) -> Action {
        let (offset, len) = self.chunks.range(number);
        let builder = RequestBuilder { spec: &self.spec, ids: &self.ids, digest: None };
        let body = Body::Chunk { number, offset, len };
        let request = builder.upload_chunk(number, body, self.chunks.md5(number));
        self.start(id, Step::UploadChunk(number), len, self.chunks.failures(number), now);
        Action::Send { id, request }
    }

    fn start(&mut self, id: RequestId, step: Step, len: u64, failures: u32, now: u64) {
        let credentials = self.waits.credentials.number;
        let (started_at, moved_at) = (now, now);
        self.transfer.start(InFlight { id, step, len, sent: 0, started_at, moved_at, failures, credentials });
    }

    fn next_read(&mut self, now: u64) -> Option<Action> {
        if !self.may_read() {
            return None;
        }
        let number = self.chunks.next_to_read(now)?;
        let is_verification = self.chunks.is_stored(number);
        let id = self.transfer.new_id();
        self.chunks.start_reading(number);
        self.transfer.start_reading(PendingRead { id, number, is_verification });
        let (offset, len) = self.chunks.range(number);
        Some(Action::ReadChunk { id, offset, len })
    }

    fn may_read(&self) -> bool {
        let is_sending = matches!(self.stage, Stage::Chunks) && !self.is_on_hold();
        let is_online = !self.waits.connectivity.is_offline();
        is_sending && is_online && self.transfer.may_read(self.chunks.chunk_size())
    }

    fn next_alarm(&mut self, now: u64) -> Option<Action> {
        let timeout = self.transfer.next_timeout();
        let alarm = timeout.into_iter().chain(self.due_at(now)).min();
        if !self.pending_actions.set_alarm(alarm) {
            return None;
        }
        alarm.map(|alarm| Action::WakeAt(self.clock.host_time(alarm)))
    }

    /// When there is something to be sent or read, in milliseconds, if nothing happens before.
    fn due_at(&self, now: u64) -> Option<u64> {
        if self.is_on_hold() {
            return None;
        }
        let is_alone = self.transfer.has_none_in_flight();
        if let Some(probe_at) = self.probe_at() {
            return is_alone.then_some(probe_at);
        }
        let (not_before, retry_after) = (self.waits.attempts.not_before, self.waits.retry_after);
        match self.stage {
            Stage::Request(step) if step.is_cancel() => is_alone.then_some(not_before),
            Stage::Request(Step::Commit) if self.awaits_digest() => None,
            Stage::Request(_) => is_alone.then_some(not_before.max(retry_after)),
            Stage::Chunks => {
                let read = self.chunks.next_read_at().filter(|_| self.may_read());
                let send = (retry_after > now && self.transfer.is_chunk_queued()).then_some(retry_after);
                read.into_iter().chain(send).min()
            }
            Stage::Ended(_) => None,
        }
    }
}
