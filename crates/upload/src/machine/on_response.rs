use super::in_flight::Flight;
use super::{Keep, Stage, Upload};
use crate::digest::Md5;
use crate::error::{StepError, UploadError};
use crate::http::Response;
use crate::retry::Attempts;
use crate::spec::Outcome;
use crate::step::Step;

/// How often the server may miss parts after all were stored.
const ROUNDS: u32 = 5;

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
            Err(error) => self.on_error(flight, error, now),
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
}
