use super::polling::Polling;
use super::{Stage, Upload};
use crate::spec::Outcome;
use crate::step::Step;

/// What the user wants.
impl Upload {
    /// Sends nothing more until [`unpause`](Upload::unpause), and aborts the chunks in flight. Once the file is
    /// complete it changes nothing.
    pub fn pause(&mut self, now: u64) {
        self.clock.now(now);
        let can_pause = match self.stage {
            Stage::Request(step) => !(step.is_after_finish() || step.is_cancel()),
            Stage::Chunks => true,
            Stage::Ended(_) => false,
        };
        if can_pause && !self.waits.is_paused {
            self.waits.is_paused = true;
            self.transfer.window.stop_measuring();
            let aborted = self.transfer.abort_chunks();
            self.abort(aborted);
        }
    }

    /// Continues after [`pause`](Upload::pause).
    pub fn unpause(&mut self, now: u64) {
        let now = self.clock.now(now);
        if std::mem::take(&mut self.waits.is_paused) {
            self.clear_backoffs(now);
        }
    }

    /// Stops, and asks the server to delete the upload.
    ///
    /// After the commit it changes nothing: a release is being made, and testers may have it already. Between the
    /// finish and the commit the file is complete but no release yet. Then the server refuses the cancel of a finished
    /// file, and [`Step::CancelCommitted`] takes it back; if that is refused too, a release is there, and the upload
    /// ends with it.
    pub fn cancel(&mut self, now: u64) {
        self.clock.now(now);
        let is_too_late = match &self.stage {
            Stage::Request(step) => step.is_after_finish() || step.is_cancel(),
            Stage::Chunks => false,
            Stage::Ended(Outcome::Failed(error)) => matches!(error.step, Step::Commit | Step::Poll),
            Stage::Ended(Outcome::Ready { .. } | Outcome::Cancelled) => true,
        };
        if is_too_late {
            return;
        }
        self.abort_all();
        self.waits.credentials.stop_waiting();
        self.waits.is_paused = false;
        // At once: after a crash a cancelled upload must not be resumed.
        self.pending_actions.delete_checkpoint();
        if self.ids.asset.is_empty() {
            self.end(Outcome::Cancelled);
        } else {
            self.enter(Step::Cancel);
        }
    }

    /// Continues after an error that allows it. Chunks that are stored are not sent again.
    pub fn retry(&mut self, now: u64) {
        let now = self.clock.now(now);
        let Stage::Ended(Outcome::Failed(error)) = &self.stage else { return };
        if !error.can_retry() {
            return;
        }
        let step = match error.step {
            // The server's list says which receipts were lost, and resets the chunks' attempts.
            Step::UploadChunk(_) => Step::SetMetadata,
            // The server may have lost its job; another commit queues it again.
            Step::Poll => Step::Commit,
            Step::Probe if self.ids.upload.is_empty() => Step::Create,
            // By now the server may have deleted the upload.
            Step::Probe => {
                self.recovery.is_resuming = true;
                Step::FetchStatus
            }
            step => step,
        };
        self.recovery.clear_missing_rounds();
        self.polling = Polling::default();
        self.waits.connectivity.on_traffic();
        self.waits.retry_after = 0;
        self.waits.milestone += 1;
        self.enter(step);
        self.waits.attempts.not_before = now;
    }
}
