use super::in_flight::InFlight;
use super::{Stage, Upload};
use crate::digest::Md5;
use crate::error::{StepError, UploadError};
use crate::http::Response;
use crate::spec::Outcome;
use crate::step::Step;

/// What follows from a response.
impl Upload {
    pub(super) fn accept(&mut self, request: &InFlight, response: Response, now: u64) {
        match self.follow(request, response, now) {
            Ok(()) if request.step == Step::Probe => {}
            Ok(()) => self.waits.milestone += 1,
            Err(error) => self.on_error(request, error, now),
        }
    }

    /// An error if the response makes no sense.
    fn follow(&mut self, request: &InFlight, response: Response, now: u64) -> Result<(), StepError> {
        match response {
            Response::Created(ids) => {
                self.ids = ids;
                self.recovery.on_created(now);
                self.pending_actions.save_checkpoint();
                self.enter(Step::SetMetadata);
            }
            Response::ChunkList(list) => {
                self.chunks.apply_list(self.spec.file_size, &list)?;
                self.recovery.is_resuming = false;
                self.pending_actions.save_checkpoint();
                self.enter_chunks();
            }
            Response::ChunkStored(md5) => self.on_chunk_stored(request, md5, now)?,
            Response::Finished => self.enter(Step::Commit),
            Response::ChunksMissing(numbers) => self.on_chunks_missing(request, &numbers)?,
            Response::Unfinished => self.enter(Step::SetMetadata),
            Response::Reachable => {}
            Response::Processing => self.on_processing(now),
            Response::Ready { release_id } => self.end(Outcome::Ready { release_id }),
            Response::Cancelled => self.end(Outcome::Cancelled),
            // A finish that was aborted may have arrived all the same.
            Response::NotCancellable => self.enter(Step::CancelCommitted),
        }
        Ok(())
    }

    fn on_chunk_stored(
        &mut self,
        request: &InFlight,
        server_md5: Option<Md5>,
        now: u64,
    ) -> Result<(), StepError> {
        let Some(number) = request.chunk() else { return Ok(()) };
        if server_md5.is_some() && server_md5 != self.chunks.md5(number) {
            return Err(StepError::Corrupted);
        }
        self.progress.meter.add(request.len - request.sent, now);
        self.transfer.window.on_chunk_stored(request.len, now);
        self.chunks.on_stored(number);
        self.pending_actions.save_checkpoint();
        self.enter_chunks();
        Ok(())
    }

    fn on_chunks_missing(&mut self, request: &InFlight, numbers: &[u32]) -> Result<(), StepError> {
        if let Err(error) = self.recovery.on_missing_chunks() {
            self.stop(UploadError { step: request.step, error });
        } else if self.chunks.total() == 0 {
            // The list never came, because the server seemed to take nothing more.
            self.enter(Step::SetMetadata);
        } else if self.chunks.mark_missing(numbers) {
            self.enter_chunks();
        } else {
            return Err(StepError::UnexpectedResponse { expected: "chunks that this file has" });
        }
        Ok(())
    }

    fn on_processing(&mut self, now: u64) {
        if let Err(error) = self.polling.on_processing(now) {
            return self.stop(UploadError { step: Step::Poll, error });
        }
        let is_first = !matches!(self.stage, Stage::Request(Step::Poll));
        self.recovery.is_resuming = false;
        self.enter(Step::Poll);
        if !is_first {
            self.waits.attempts.not_before = now + self.polling.next_wait_ms();
        }
    }
}
