use protocol::limit;

use super::flight::Flight;
use super::{Keep, Stage, Upload};
use crate::error::{StepError, UploadError};
use crate::md5::Md5;
use crate::pace::{Attempts, MAX_ATTEMPTS};
use crate::response::Response;
use crate::spec::Outcome;
use crate::step::{Names, Step};

/// How often a lost cancel is sent again. The server forgets the upload by itself after a day.
const CANCEL_TRIES: u32 = 3;

/// How often the server may miss parts after all were stored.
const ROUNDS: u32 = 5;

/// How often an upload that the server has lost begins anew.
const LOSSES: u32 = 2;

/// First and longest wait between two questions whether the release is there, in milliseconds.
const ASK_MS: (u64, u64) = (250, 2_000);

/// How long a server may work on a package, in milliseconds: half an hour.
const PATIENCE_MS: u64 = 30 * 60 * 1000;

/// What became of a call.
impl Upload {
    pub(super) fn accept(&mut self, flight: &Flight, reply: Response, now: u64) {
        match self.follow(flight, reply, now) {
            Ok(()) if flight.step == Step::Probe => {}
            Ok(()) => self.milestone += 1,
            Err(error) => self.stumble(flight, error, now),
        }
    }

    /// Does what follows from a reply, unless it makes no sense.
    fn follow(&mut self, flight: &Flight, reply: Response, now: u64) -> Result<(), StepError> {
        match reply {
            Response::Created(names) => {
                self.names = names;
                self.begun = now;
                self.keep = Keep::Save;
                self.enter(Step::SetMetadata);
            }
            Response::Described(response) => {
                self.chunks.describe(self.spec.file_size, &response)?;
                self.is_resuming = false;
                self.keep = Keep::Save;
                self.enter_sending();
            }
            Response::Stored(theirs) => self.stored(flight, theirs, now)?,
            Response::Finished => self.enter(Step::Commit),
            Response::Missing(numbers) => self.send_missing(flight, &numbers)?,
            Response::Open => self.enter(Step::SetMetadata),
            Response::Reached => {}
            Response::Processing => self.ask_again(now),
            Response::Ready { release_id } => self.end(Outcome::Ready { release_id }),
            Response::Cancelled => self.end(Outcome::Cancelled),
            // A finish that was given up may have arrived all the same.
            Response::NotCancelled => self.enter(Step::CancelCommitted),
        }
        Ok(())
    }

    fn stored(&mut self, flight: &Flight, theirs: Option<Md5>, now: u64) -> Result<(), StepError> {
        let Step::UploadChunk(number) = flight.step else { return Ok(()) };
        if theirs.is_some() && theirs != self.chunks.md5(number) {
            return Err(StepError::Corrupted);
        }
        self.meter.add(flight.len - flight.loaded, now);
        self.window.arrived(flight.len, now);
        self.chunks.store(number);
        self.keep = Keep::Save;
        self.enter_sending();
        Ok(())
    }

    pub(super) fn enter(&mut self, step: Step) {
        // From here on there is nothing to pause.
        self.is_paused &= !step.is_too_late();
        self.stage = Stage::Control(step);
        self.control = Attempts::default();
    }

    pub(super) fn enter_sending(&mut self) {
        if self.chunks.are_done() {
            self.enter(Step::Finish);
        } else {
            self.stage = Stage::Sending;
        }
    }

    fn send_missing(&mut self, flight: &Flight, numbers: &[u32]) -> Result<(), StepError> {
        self.rounds += 1;
        if self.rounds > ROUNDS {
            self.stop(UploadError {
                step: flight.step,
                error: StepError::ChunksMissing { rounds: self.rounds },
            });
        } else if self.chunks.total() == 0 {
            // The list never came, because the server seemed to take nothing more.
            self.enter(Step::SetMetadata);
        } else if self.chunks.lose(numbers) {
            self.enter_sending();
        } else {
            return Err(StepError::UnexpectedResponse { expected: "chunks that this file has" });
        }
        Ok(())
    }

    fn ask_again(&mut self, now: u64) {
        let (first, longest) = ASK_MS;
        let is_first = !matches!(self.stage, Stage::Control(Step::Poll));
        let since = *self.asking.since.get_or_insert(now);
        if now.saturating_sub(since) > PATIENCE_MS {
            let error = StepError::ProcessingTimeout { minutes: PATIENCE_MS / 60_000 };
            return self.stop(UploadError { step: Step::Poll, error });
        }
        self.is_resuming = false;
        self.enter(Step::Poll);
        if !is_first {
            self.asking.wait = (self.asking.wait * 2).clamp(first, longest);
            self.control.not_before = now + self.asking.wait;
        }
    }

    /// A call failed: it is sent again a little later, or this is the end.
    pub(super) fn stumble(&mut self, flight: &Flight, error: StepError, now: u64) {
        match flight.step {
            // A release is being made of it, or was: which one, it says.
            Step::CancelCommitted if matches!(error, StepError::Refused { status: 400, .. }) => {
                self.enter(Step::Poll)
            }
            Step::Cancel | Step::CancelCommitted => self.cancel_again(error, now),
            step if error.is_silence() && self.reach.is_offline() => self.unreached(step, error, now),
            Step::Probe => {}
            _ if error.is_about_rights() => self.ask_for_ticket(flight, error),
            step if self.is_resuming && self.resume_otherwise(step, &error) => {}
            step if self.seems_lost(step, &error, now) => self.recall(flight),
            step => self.try_again(step, flight, error, now),
        }
    }

    fn try_again(&mut self, step: Step, flight: &Flight, error: StepError, now: u64) {
        let (milestone, was_moving) = (self.milestone, error.is_silence() && flight.loaded > 0);
        let attempts = match step {
            Step::UploadChunk(number) => self.chunks.put_back(number),
            _ => Some(&mut self.control),
        };
        let is_left = attempts.is_some_and(|attempts| {
            attempts.fail(MAX_ATTEMPTS, milestone, was_moving, now, &mut self.random)
        });
        if !(error.passes_by() && is_left) {
            return self.stop(UploadError { step, error });
        }
        if error.is_congestion() && flight.number().is_some() {
            self.window.failed(flight.started, now);
        }
        let is_silence = error.is_silence() && flight.loaded == 0;
        self.last_error = Some(error);
        if is_silence && self.reach.silence(now, &mut self.random) {
            // The others would fail in the same way, and use up what is left of their tries.
            self.abort_all();
        }
    }

    /// Nobody answers the question whether the server can be reached, which may be the very call that begins the upload.
    fn unreached(&mut self, step: Step, error: StepError, now: u64) {
        self.reach.silence(now, &mut self.random);
        if self.reach.is_hopeless(now) {
            self.stop(UploadError { step, error });
        }
    }

    /// Nobody waits for this answer: the server forgets the upload by itself, a day later.
    fn cancel_again(&mut self, error: StepError, now: u64) {
        let is_left = self.control.fail(CANCEL_TRIES, self.milestone, false, now, &mut self.random);
        if error.passes_by() && is_left {
            self.last_error = Some(error);
        } else {
            self.end(Outcome::Cancelled);
        }
    }

    fn ask_for_ticket(&mut self, flight: &Flight, error: StepError) {
        if let Some(number) = flight.number() {
            self.chunks.put_back(number);
        }
        let refusal = UploadError { step: flight.step, error };
        if !self.ticket.refused(flight.ticket, self.milestone, refusal.clone()) {
            self.stop(refusal);
        }
    }

    /// Whether there is another way to go on with an upload of an earlier run.
    fn resume_otherwise(&mut self, step: Step, error: &StepError) -> bool {
        match (step, error) {
            // Every part was there, and perhaps only the answer to that never came.
            (Step::SetMetadata, StepError::UploadClosed { .. }) => self.enter(Step::Finish),
            (
                Step::FetchStatus | Step::SetMetadata | Step::Finish,
                StepError::UploadGone | StepError::Refused { status: 404, .. },
            )
            | (Step::Finish, StepError::UploadClosed { .. }) => self.start_anew(),
            // It was found out while nobody was there, and would be again.
            (Step::FetchStatus, StepError::PackageRejected { .. }) => {
                self.stop(UploadError { step: Step::Poll, error: error.clone() });
            }
            _ => return false,
        }
        true
    }

    /// Whether the server may have forgotten the upload: it knows nothing of it, or its time is over.
    fn seems_lost(&self, step: Step, error: &StepError, now: u64) -> bool {
        let is_late = now.saturating_sub(self.begun) >= limit::UPLOAD_LIFETIME_MS.unsigned_abs();
        let is_lost = match error {
            StepError::Refused { status, .. } => *status == 404,
            StepError::UploadClosed { .. } | StepError::UploadGone => is_late,
            _ => false,
        };
        is_lost
            && !self.is_resuming
            && self.losses < LOSSES
            && matches!(step, Step::SetMetadata | Step::UploadChunk(_) | Step::Finish)
    }

    /// Goes on as after a crash: the server says what it knows of the upload.
    fn recall(&mut self, flight: &Flight) {
        self.losses += 1;
        if let Some(number) = flight.number() {
            self.chunks.put_back(number);
        }
        self.abort_all();
        self.is_resuming = true;
        self.enter(Step::FetchStatus);
    }

    /// The server has forgotten the upload. A digest of the whole file that this run has read is still that of the file.
    fn start_anew(&mut self) {
        self.is_resuming = false;
        self.earlier_digest = None;
        self.names = Names::default();
        self.chunks = self.chunks.anew();
        self.enter(Step::Create);
    }

    pub(super) fn stop(&mut self, error: UploadError) {
        self.abort_all();
        self.ticket.give_up();
        self.end(Outcome::Failed(error));
    }
}
