use super::chunks;
use super::{Asking, Keep, Stage, Upload};
use crate::digest::Md5;
use crate::error::{StepError, UploadError};
use crate::http::{self, RawResponse, RequestId};
use crate::retry::{ErrorClass, RetryPolicy, retry_after_ms};
use crate::spec::{HostError, Outcome};
use crate::step::Step;

/// What happens.
impl Upload {
    /// The answer to a call. One to a call that is over is ignored.
    pub fn on_response(&mut self, id: RequestId, answer: RawResponse<'_>, now: u64) {
        let now = self.clock.at(now);
        let Some(flight) = self.land(id) else { return };
        self.hear(now);
        match http::read(flight.step, answer.status, answer.body) {
            Ok(reply) => self.accept(&flight, reply, now),
            Err(error) => {
                self.back_off(answer, now);
                self.on_error(&flight, error, now);
            }
        }
        self.note();
    }

    /// The server can be reached.
    fn hear(&mut self, now: u64) {
        if self.connectivity.is_offline() {
            self.hurry(now);
        }
        self.connectivity.on_traffic();
    }

    /// A server that says how long every client has to wait is left alone by all requests, not only by the one that it
    /// answered: the next would get the same response, and keep a server busy that has asked for rest.
    fn back_off(&mut self, answer: RawResponse<'_>, now: u64) {
        let is_transient = ErrorClass::of_status(answer.status).is_some_and(ErrorClass::is_transient);
        let asked = answer.retry_after.and_then(|value| retry_after_ms(value, answer.date));
        if let Some(wait) = asked.filter(|_| is_transient) {
            let spread = RetryPolicy::UPLOAD.backoff_ms(1, &mut self.jitter);
            self.hold_until = self.hold_until.max(now + wait + spread);
        }
    }

    /// So many bytes of a part have left.
    pub fn on_bytes_sent(&mut self, id: RequestId, loaded: u64, now: u64) {
        let now = self.clock.at(now);
        let Some(flight) = self.flights.iter_mut().find(|flight| flight.id == id) else { return };
        let loaded = loaded.min(flight.len);
        if loaded > flight.loaded {
            self.meter.add(loaded - flight.loaded, now);
            flight.loaded = loaded;
            flight.moved_at = now;
            self.connectivity.on_traffic();
        }
        self.note();
    }

    /// A call has no answer, or a part cannot be read.
    pub fn on_failure(&mut self, id: RequestId, failure: HostError, now: u64) {
        let now = self.clock.at(now);
        let error = match failure {
            HostError::Network => StepError::Network,
            HostError::Timeout => StepError::TimedOut,
            HostError::Unreadable => StepError::FileChanged,
        };
        if let Some(flight) = self.land(id) {
            self.on_error(&flight, error, now);
        } else if let Some(reading) = self.reading.take_if(|reading| reading.id == id) {
            self.stop(UploadError { step: Step::UploadChunk(reading.number), error: StepError::FileChanged });
        }
        self.note();
    }

    /// The bytes that were asked for are in memory, and have this MD5.
    pub fn on_chunk_read(&mut self, id: RequestId, md5: Md5, now: u64) {
        self.clock.at(now);
        let Some(reading) = self.reading.take_if(|reading| reading.id == id) else { return };
        match self.chunks.read(reading.number, md5) {
            chunks::Reading::Wanted => self.ready.push_back((id, reading.number)),
            chunks::Reading::Confirmed => {
                self.aborted.push_back(id);
                self.enter_sending();
            }
            chunks::Reading::Changed => {
                self.aborted.push_back(id);
                self.chunks.put_back(reading.number);
                self.stop(UploadError {
                    step: Step::UploadChunk(reading.number),
                    error: StepError::FileChanged,
                });
            }
        }
        self.note();
    }

    /// The MD5 of the whole file, once every part was read. The upload is not closed before it.
    pub fn on_file_digest(&mut self, md5: Md5) {
        self.digest = Some(md5);
        if self.keep == Keep::AsItIs && matches!(self.stage, Stage::Sending | Stage::Control(Step::Finish)) {
            self.keep = Keep::Save;
        }
    }

    /// The time asked for by [`Action::WakeAt`](crate::Action::WakeAt) has come.
    pub fn on_timer(&mut self, now: u64) {
        self.clock.at(now);
        self.alarm = None;
    }

    /// The answer to [`Action::RenewCredentials`](crate::Action::RenewCredentials): whether there is a new session or token.
    pub fn on_credentials(&mut self, is_renewed: bool, now: u64) {
        let now = self.clock.at(now);
        if is_renewed && self.credentials.are_awaited() {
            self.credentials.on_renewed();
            self.hurry(now);
        } else if let Some(refusal) = self.credentials.stop_waiting() {
            self.stop(refusal);
        }
    }

    /// The host has a network again, which does not mean that the server can be reached: that is asked at once.
    pub fn on_online(&mut self, now: u64) {
        let now = self.clock.at(now);
        self.connectivity.clear_backoff(now);
        self.hurry(now);
    }

    /// The host has no network. What is on its way is lost, and nobody's fault.
    pub fn on_offline(&mut self, now: u64) {
        let now = self.clock.at(now);
        if matches!(self.stage, Stage::Over(_)) {
            return;
        }
        self.connectivity.go_offline(now, &mut self.jitter);
        self.window.pause();
        self.abort_all();
    }

    /// Ends every wait that is our own idea.
    fn hurry(&mut self, now: u64) {
        self.control.clear_backoff(now);
        self.chunks.hurry(now);
    }

    /// Sends nothing more until [`unpause`](Upload::unpause). Parts on their way are given up. Once the file is there
    /// it changes nothing.
    pub fn pause(&mut self, now: u64) {
        self.clock.at(now);
        let can_pause = match self.stage {
            Stage::Control(step) => !(step.is_too_late() || step.is_cancel()),
            Stage::Sending => true,
            Stage::Over(_) => false,
        };
        if can_pause && !self.is_paused {
            self.is_paused = true;
            self.window.pause();
            self.abort_parts();
        }
    }

    /// Goes on after [`pause`](Upload::pause).
    pub fn unpause(&mut self, now: u64) {
        let now = self.clock.at(now);
        if std::mem::take(&mut self.is_paused) {
            self.hurry(now);
        }
    }

    /// Stops, and tells the server to forget the upload. Too late once the upload is closed: a release is being
    /// made of it, and cannot be called back.
    pub fn cancel(&mut self, now: u64) {
        self.clock.at(now);
        let is_too_late = match &self.stage {
            Stage::Control(step) => step.is_too_late() || step.is_cancel(),
            Stage::Sending => false,
            Stage::Over(Outcome::Failed(error)) => matches!(error.step, Step::Commit | Step::Poll),
            Stage::Over(Outcome::Ready { .. } | Outcome::Cancelled) => true,
        };
        if is_too_late {
            return;
        }
        self.abort_all();
        self.credentials.stop_waiting();
        self.is_paused = false;
        // At once: after a crash nothing may go on that was cancelled.
        self.keep = Keep::Forget;
        if self.names.asset.is_empty() {
            self.end(Outcome::Cancelled);
        } else {
            self.enter(Step::Cancel);
        }
    }

    /// Goes on after a failure that allows it. Parts already stored are not sent again.
    pub fn retry(&mut self, now: u64) {
        let now = self.clock.at(now);
        let Stage::Over(Outcome::Failed(error)) = &self.stage else { return };
        if !error.can_retry() {
            return;
        }
        let step = match error.step {
            // The server's list says which receipts were lost, and drops the parts' failures.
            Step::UploadChunk(_) => Step::SetMetadata,
            // The server may have lost sight of its work; closing once more makes it begin again.
            Step::Poll => Step::Commit,
            Step::Probe if self.names.upload.is_empty() => Step::Create,
            // By now the server may have forgotten the upload.
            Step::Probe => {
                self.is_resuming = true;
                Step::FetchStatus
            }
            step => step,
        };
        self.rounds = 0;
        self.asking = Asking::default();
        self.connectivity.on_traffic();
        self.hold_until = 0;
        self.milestone += 1;
        self.enter(step);
        self.control.not_before = now;
    }

    pub(super) fn end(&mut self, outcome: Outcome) {
        let is_final = match &outcome {
            Outcome::Failed(error) => error.is_final(),
            Outcome::Ready { .. } | Outcome::Cancelled => true,
        };
        if is_final {
            self.keep = Keep::Forget;
        }
        self.stage = Stage::Over(outcome);
    }
}
