//! The upload as a state machine: it has no I/O, no clock and no randomness of its own.
//!
//! What happens to an [`Upload`], and what it does then:
//!
//! - `events`: what the host reports, by the methods `on_…`.
//! - `commands`: what the user wants: pause, unpause, cancel, retry.
//! - `on_response`, `on_error`: what follows from a response, and from a failed request.
//! - `poll`: which action is next.
//!
//! What it consists of, one struct for each concern:
//!
//! - `chunks`: the chunks of the file, how far each is, and whether its bytes are still those that were read first.
//! - `transfer`, `in_flight`, `window`: what is read, waits to be sent or is in flight, and how much of it may be.
//! - `waits`: why nothing may be sent for now.
//! - `recovery`: uploads that are resumed or lost.
//! - `polling`: the wait for the release.
//! - `digests`: the MD5 of the whole file.
//! - `pending_actions`: what the host has still to do.
//! - `clock`: the host's clock as one that never goes back.
//! - `progress_view`: what the user sees.

mod chunks;
mod clock;
mod commands;
mod digests;
mod events;
mod in_flight;
mod on_error;
mod on_response;
mod pending_actions;
mod poll;
mod polling;
mod progress_view;
mod recovery;
mod transfer;
mod waits;
mod window;

use crate::checkpoint::Checkpoint;
use crate::error::UploadError;
use crate::http::{ServerIds, Token};
use crate::retry::Attempts;
use crate::spec::{HostCapabilities, Outcome, UploadSpec};
use crate::step::Step;
use chunks::Chunks;
use clock::Clock;
use digests::Digests;
use pending_actions::PendingActions;
use polling::Polling;
use progress_view::ProgressView;
use recovery::Recovery;
use transfer::{AbortedTransfer, Transfer};
use waits::Waits;

/// One upload, from the first request to the release.
///
/// The host reports what happens by the methods `on_…`. After every event and every command it calls
/// [`poll`](Upload::poll) until there is nothing more, and carries out each action.
///
/// What always holds: a chunk that the server has confirmed is not sent again, unless the server says that it lost it.
/// No two states of a file are mixed. What the user sees never goes back. And it ends, whatever the server answers.
#[derive(Debug)]
#[must_use = "an upload does nothing until it is polled"]
pub struct Upload {
    spec: UploadSpec,
    ids: ServerIds,
    stage: Stage,
    chunks: Chunks,
    transfer: Transfer,
    digests: Digests,
    waits: Waits,
    recovery: Recovery,
    polling: Polling,
    pending_actions: PendingActions,
    clock: Clock,
    progress: ProgressView,
}

#[derive(Clone, Debug)]
enum Stage {
    /// One request at a time, for this step.
    Request(Step),
    /// Chunks, several at a time.
    Chunks,
    Ended(Outcome),
}

impl Upload {
    /// An upload that has not begun. The same seed makes the same waits.
    pub fn new(spec: UploadSpec, capabilities: HostCapabilities, seed: u64, now: u64) -> Upload {
        Upload {
            spec,
            ids: ServerIds::default(),
            stage: Stage::Request(Step::Create),
            chunks: Chunks::new(capabilities.may_miss_changes),
            transfer: Transfer::new(capabilities),
            digests: Digests::default(),
            waits: Waits::new(seed, now),
            recovery: Recovery::new(now),
            polling: Polling::default(),
            pending_actions: PendingActions::default(),
            clock: Clock::new(now),
            progress: ProgressView::default(),
        }
    }

    /// Resumes an upload that an earlier run began, of the same file.
    ///
    /// The server says what it has. What is stored is read again and compared, and not sent again. If the server has
    /// deleted the upload, a new one begins.
    pub fn from_checkpoint(
        spec: UploadSpec,
        checkpoint: Checkpoint,
        capabilities: HostCapabilities,
        seed: u64,
        now: u64,
    ) -> Upload {
        let mut upload = Upload::new(spec, capabilities, seed, now);
        let Checkpoint { upload: id, asset, token, chunk_size, chunk_md5s, stored_bytes: _, md5 } =
            checkpoint;
        upload.ids = ServerIds { upload: id, asset, token: Some(Token(token)) };
        upload.chunks.restore(chunk_size, upload.spec.file_size, &chunk_md5s);
        upload.digests = Digests::of_earlier_run(md5);
        upload.recovery.is_resuming = true;
        upload.stage = Stage::Request(Step::FetchStatus);
        upload.update_progress();
        upload
    }

    /// How it ended, once it has.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.stage {
            Stage::Ended(outcome) => Some(outcome),
            Stage::Request(_) | Stage::Chunks => None,
        }
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            upload: self.ids.upload.clone(),
            asset: self.ids.asset.clone(),
            token: self.ids.token.as_ref().map(|token| token.0.clone()).unwrap_or_default(),
            chunk_size: self.chunks.chunk_size(),
            chunk_md5s: self.chunks.stored_md5s(),
            stored_bytes: self.chunks.stored_bytes(),
            md5: self.digests.to_save(),
        }
    }

    /// The step, while one request at a time is sent.
    fn step(&self) -> Option<Step> {
        if let Stage::Request(step) = self.stage { Some(step) } else { None }
    }

    fn is_cancelling(&self) -> bool {
        self.step().is_some_and(Step::is_cancel)
    }

    fn is_ended(&self) -> bool {
        matches!(self.stage, Stage::Ended(_))
    }

    fn enter(&mut self, step: Step) {
        // Once the file is complete, there is nothing to pause.
        self.waits.is_paused &= !step.is_after_finish();
        self.stage = Stage::Request(step);
        self.waits.attempts = Attempts::default();
    }

    fn enter_chunks(&mut self) {
        if self.chunks.are_done() {
            self.enter(Step::Finish);
        } else {
            self.stage = Stage::Chunks;
        }
    }

    fn stop(&mut self, error: UploadError) {
        self.abort_all();
        self.waits.credentials.stop_waiting();
        self.end(Outcome::Failed(error));
    }

    fn end(&mut self, outcome: Outcome) {
        let is_final = match &outcome {
            Outcome::Failed(error) => error.is_final(),
            Outcome::Ready { .. } | Outcome::Cancelled => true,
        };
        if is_final {
            self.pending_actions.delete_checkpoint();
        }
        self.stage = Stage::Ended(outcome);
    }

    /// Aborts every request and every read. What was to be sent has to be sent again.
    fn abort_all(&mut self) {
        let aborted = self.transfer.abort_all();
        self.abort(aborted);
    }

    fn abort(&mut self, aborted: Vec<AbortedTransfer>) {
        for AbortedTransfer { id, chunk } in aborted {
            self.pending_actions.abort(id);
            if let Some(number) = chunk {
                self.chunks.return_to_queue(number);
            }
        }
    }
}
