use protocol::limit;

use super::Upload;
use super::in_flight::Flight;
use crate::error::{StepError, UploadError};
use crate::http::Names;
use crate::retry::{ErrorClass, LinkState, MAX_NEW_UPLOADS, Reaction, RetryPolicy, Situation, reaction};
use crate::spec::Outcome;
use crate::step::Step;

/// How often a lost cancel is sent. The server deletes the upload by itself after a day.
const MAX_CANCEL_ATTEMPTS: u32 = 3;

/// What follows from a failed request; which of it, [`reaction`] says.
impl Upload {
    pub(super) fn on_error(&mut self, flight: &Flight, error: StepError, now: u64) {
        let step = flight.step;
        if let Some(number) = flight.number() {
            self.chunks.put_back(number);
        }
        match reaction(step, error.class(), self.situation(now)) {
            Reaction::Ignore => {}
            Reaction::Retry => self.retry_later(flight, error, now),
            Reaction::RetryCancel => self.retry_cancel(error, now),
            Reaction::AssumeCancelled => self.end(Outcome::Cancelled),
            Reaction::ProbeLater => self.probe_later(step, error, now),
            Reaction::RenewCredentials => self.ask_for_credentials(flight, error),
            Reaction::FetchStatus => self.fetch_status(),
            Reaction::Finish => self.enter(Step::Finish),
            Reaction::BeginAnew => self.begin_anew(),
            Reaction::Poll => self.enter(Step::Poll),
            Reaction::Stop => self.stop(UploadError { step, error }),
            Reaction::StopAtPoll => self.stop(UploadError { step: Step::Poll, error }),
        }
    }

    fn situation(&self, now: u64) -> Situation {
        Situation {
            is_unreachable: self.connectivity.is_offline(),
            is_resuming: self.is_resuming,
            is_expired: now.saturating_sub(self.begun) >= limit::UPLOAD_LIFETIME_MS.unsigned_abs(),
            may_begin_anew: self.losses < MAX_NEW_UPLOADS,
        }
    }

    fn retry_later(&mut self, flight: &Flight, error: StepError, now: u64) {
        let class = error.class();
        let has_moved = class == ErrorClass::NoResponse && flight.loaded > 0;
        let link = if has_moved { LinkState::Moving } else { LinkState::Idle };
        let attempts = match flight.number() {
            Some(number) => self.chunks.put_back(number),
            None => Some(&mut self.control),
        };
        let are_left = attempts.is_some_and(|attempts| {
            attempts.record_failure(self.milestone, link, now, &mut self.jitter);
            attempts.are_left(RetryPolicy::UPLOAD.max_attempts)
        });
        if !are_left {
            return self.stop(UploadError { step: flight.step, error });
        }
        if class.is_congestion() && flight.number().is_some() {
            self.window.failed(flight.started, now);
        }
        self.last_error = Some(error);
        let is_silent = class == ErrorClass::NoResponse && flight.loaded == 0;
        if is_silent && self.connectivity.on_no_response(now, &mut self.jitter) {
            // The others would fail in the same way, and use up what is left of their attempts.
            self.abort_all();
        }
    }

    /// The probe got no response; before there is an upload, the request that creates it is the probe.
    fn probe_later(&mut self, step: Step, error: StepError, now: u64) {
        self.connectivity.on_no_response(now, &mut self.jitter);
        if self.connectivity.is_hopeless(now) {
            self.stop(UploadError { step, error });
        }
    }

    fn retry_cancel(&mut self, error: StepError, now: u64) {
        self.control.record_failure(self.milestone, LinkState::Idle, now, &mut self.jitter);
        if self.control.are_left(MAX_CANCEL_ATTEMPTS) {
            self.last_error = Some(error);
        } else {
            self.end(Outcome::Cancelled);
        }
    }

    fn ask_for_credentials(&mut self, flight: &Flight, error: StepError) {
        let refusal = UploadError { step: flight.step, error };
        if !self.credentials.on_refusal(flight.credentials, self.milestone, refusal.clone()) {
            self.stop(refusal);
        }
    }

    /// Goes on as after a crash: the server says what it knows of the upload.
    fn fetch_status(&mut self) {
        self.losses += 1;
        self.abort_all();
        self.is_resuming = true;
        self.enter(Step::FetchStatus);
    }

    /// The server has deleted the upload. A digest of the whole file that this run has read is still that of the file.
    fn begin_anew(&mut self) {
        self.is_resuming = false;
        self.earlier_digest = None;
        self.names = Names::default();
        self.chunks = self.chunks.anew();
        self.enter(Step::Create);
    }

    pub(super) fn stop(&mut self, error: UploadError) {
        self.abort_all();
        self.credentials.stop_waiting();
        self.end(Outcome::Failed(error));
    }
}
