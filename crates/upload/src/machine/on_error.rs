use super::Upload;
use super::in_flight::InFlight;
use crate::error::{StepError, UploadError};
use crate::http::ServerIds;
use crate::retry::{ErrorClass, LinkState, MAX_CANCEL_ATTEMPTS, Reaction, RetryPolicy, reaction};
use crate::spec::Outcome;
use crate::step::Step;

/// What follows from a failed request: the table in [`reaction`] says what, and this does it.
impl Upload {
    pub(super) fn on_error(&mut self, request: &InFlight, error: StepError, now: u64) {
        let step = request.step;
        if let Some(number) = request.chunk() {
            self.chunks.return_to_queue(number);
        }
        let situation = self.recovery.situation(self.waits.connectivity.is_offline(), now);
        match reaction(step, error.class(), situation) {
            Reaction::Ignore => {}
            Reaction::Retry => self.retry_later(request, error, now),
            Reaction::RetryCancel => self.retry_cancel(error, now),
            Reaction::AssumeCancelled => self.end(Outcome::Cancelled),
            Reaction::ProbeLater => self.probe_later(step, error, now),
            Reaction::RenewCredentials => self.request_credentials(request, error),
            Reaction::FetchStatus => self.fetch_status(),
            Reaction::Finish => self.enter(Step::Finish),
            Reaction::BeginAnew => self.begin_anew(),
            Reaction::Poll => self.enter(Step::Poll),
            Reaction::Stop => self.stop(UploadError { step, error }),
            Reaction::StopAtPoll => self.stop(UploadError { step: Step::Poll, error }),
        }
    }

    fn retry_later(&mut self, request: &InFlight, error: StepError, now: u64) {
        let class = error.class();
        let is_silent = class == ErrorClass::NoResponse && request.sent == 0;
        let has_moved = class == ErrorClass::NoResponse && request.sent > 0;
        let link = if has_moved { LinkState::Moving } else { LinkState::Idle };
        let attempts = match request.chunk() {
            Some(number) => self.chunks.return_to_queue(number),
            None => Some(&mut self.waits.attempts),
        };
        let are_left = attempts.is_some_and(|attempts| {
            attempts.record_failure(self.waits.milestone, link, now, &mut self.waits.jitter);
            attempts.are_left(RetryPolicy::UPLOAD.max_attempts)
        });
        if !are_left {
            return self.stop(UploadError { step: request.step, error });
        }
        if class.is_congestion() && request.chunk().is_some() {
            self.transfer.window.on_congestion(request.started_at, now);
        }
        self.waits.last_error = Some(error);
        if is_silent && self.waits.connectivity.on_no_response(now, &mut self.waits.jitter) {
            // The others would fail in the same way, and use up what is left of their attempts.
            self.abort_all();
        }
    }

    /// The probe got no response; before there is an upload, the request that creates it is the probe.
    fn probe_later(&mut self, step: Step, error: StepError, now: u64) {
        self.waits.connectivity.on_no_response(now, &mut self.waits.jitter);
        if self.waits.connectivity.is_probing_over(now) {
            self.stop(UploadError { step, error });
        }
    }

    fn retry_cancel(&mut self, error: StepError, now: u64) {
        let Self { waits, .. } = self;
        waits.attempts.record_failure(waits.milestone, LinkState::Idle, now, &mut waits.jitter);
        if waits.attempts.are_left(MAX_CANCEL_ATTEMPTS) {
            waits.last_error = Some(error);
        } else {
            self.end(Outcome::Cancelled);
        }
    }

    fn request_credentials(&mut self, request: &InFlight, error: StepError) {
        let refusal = UploadError { step: request.step, error };
        let Self { waits, .. } = self;
        if !waits.credentials.on_refusal(request.credentials, waits.milestone, refusal.clone()) {
            self.stop(refusal);
        }
    }

    /// Continues as after a crash: the server says what it knows of the upload.
    fn fetch_status(&mut self) {
        self.abort_all();
        self.recovery.on_lost();
        self.enter(Step::FetchStatus);
    }

    /// The server has deleted the upload. A digest of the whole file that this run has read is still that of the file.
    fn begin_anew(&mut self) {
        self.recovery.is_resuming = false;
        self.digests.forget_earlier();
        self.ids = ServerIds::default();
        self.chunks = self.chunks.for_new_upload();
        self.enter(Step::Create);
    }
}
