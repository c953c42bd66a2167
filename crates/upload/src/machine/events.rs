use super::chunks::ReadOutcome;
use super::{Stage, Upload};
use crate::digest::Md5;
use crate::error::{StepError, UploadError};
use crate::http::{RawResponse, RequestId, decode};
use crate::spec::HostError;
use crate::step::Step;

/// What the host reports.
impl Upload {
    /// The response to a request. One to a request that has ended is ignored.
    pub fn on_response(&mut self, id: RequestId, response: RawResponse<'_>, now: u64) {
        let now = self.clock.now(now);
        let Some(request) = self.transfer.complete(id) else { return };
        if self.waits.connectivity.is_offline() {
            self.clear_backoffs(now);
        }
        self.waits.connectivity.on_traffic();
        match decode(request.step, response.status, response.body) {
            Ok(response) => self.accept(&request, response, now),
            Err(error) => {
                self.waits.follow_retry_after(response, now);
                self.on_error(&request, error, now);
            }
        }
        self.update_progress();
    }

    /// So many bytes of a request's body have left in all.
    pub fn on_bytes_sent(&mut self, id: RequestId, sent: u64, now: u64) {
        let now = self.clock.now(now);
        let Some(request) = self.transfer.in_flight_mut(id) else { return };
        let new = request.on_bytes_sent(sent, now);
        if new > 0 {
            self.progress.meter.add(new, now);
            self.waits.connectivity.on_traffic();
        }
        self.update_progress();
    }

    /// A request has no response, or a chunk cannot be read.
    pub fn on_failure(&mut self, id: RequestId, error: HostError, now: u64) {
        let now = self.clock.now(now);
        let error = match error {
            HostError::Network => StepError::Network,
            HostError::Timeout => StepError::TimedOut,
            HostError::Unreadable => StepError::FileChanged,
        };
        if let Some(request) = self.transfer.complete(id) {
            self.on_error(&request, error, now);
        } else if let Some(reading) = self.transfer.complete_reading(id) {
            self.stop_changed(reading.number);
        }
        self.update_progress();
    }

    /// The bytes of a chunk are in memory, and have this MD5.
    pub fn on_chunk_read(&mut self, id: RequestId, md5: Md5, now: u64) {
        self.clock.now(now);
        let Some(reading) = self.transfer.complete_reading(id) else { return };
        match self.chunks.on_read(reading.number, md5) {
            ReadOutcome::ToSend => self.transfer.queue(id, reading.number),
            ReadOutcome::AlreadyStored => {
                self.pending_actions.abort(id);
                self.enter_chunks();
            }
            ReadOutcome::Changed => {
                self.pending_actions.abort(id);
                self.chunks.return_to_queue(reading.number);
                self.stop_changed(reading.number);
            }
        }
        self.update_progress();
    }

    fn stop_changed(&mut self, number: u32) {
        self.stop(UploadError { step: Step::UploadChunk(number), error: StepError::FileChanged });
    }

    /// The MD5 of the whole file, once every chunk was read. The upload is not committed before it.
    pub fn on_file_digest(&mut self, md5: Md5) {
        self.digests.set(md5);
        if matches!(self.stage, Stage::Chunks | Stage::Request(Step::Finish)) {
            self.pending_actions.save_checkpoint();
        }
    }

    /// The time asked for by [`Action::WakeAt`](crate::Action::WakeAt) has come.
    pub fn on_timer(&mut self, now: u64) {
        self.clock.now(now);
        self.pending_actions.clear_alarm();
    }

    /// The answer to [`Action::RenewCredentials`](crate::Action::RenewCredentials): whether there is another session or
    /// token.
    pub fn on_credentials(&mut self, is_renewed: bool, now: u64) {
        let now = self.clock.now(now);
        if is_renewed && self.waits.credentials.are_awaited() {
            self.waits.credentials.on_renewed();
            self.clear_backoffs(now);
        } else if let Some(refusal) = self.waits.credentials.stop_waiting() {
            self.stop(refusal);
        }
    }

    /// The host has a network again. That does not mean that the server can be reached: the next probe is due at once.
    pub fn on_online(&mut self, now: u64) {
        let now = self.clock.now(now);
        self.waits.connectivity.clear_backoff(now);
        self.clear_backoffs(now);
    }

    /// The host has no network. What is in flight is lost, and uses up no attempts.
    pub fn on_offline(&mut self, now: u64) {
        let now = self.clock.now(now);
        if self.is_ended() {
            return;
        }
        self.waits.connectivity.go_offline(now, &mut self.waits.jitter);
        self.transfer.window.stop_measuring();
        self.abort_all();
    }

    /// Ends every wait that the upload has set itself.
    pub(super) fn clear_backoffs(&mut self, now: u64) {
        self.waits.attempts.clear_backoff(now);
        self.chunks.clear_backoffs(now);
    }
}
