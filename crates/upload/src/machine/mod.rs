mod chunks;
mod clock;
mod events;
mod in_flight;
mod on_error;
mod on_response;
mod poll;
mod progress_view;
mod window;

use std::collections::VecDeque;

use crate::checkpoint::Checkpoint;
use crate::digest::Md5;
use crate::error::StepError;
use crate::http::{Names, RequestId, Token};
use crate::progress::Meter;
use crate::retry::{Attempts, Connectivity, Credentials, Jitter};
use crate::spec::{HostCapabilities, Outcome, UploadSpec};
use crate::step::Step;
use chunks::Chunks;
use clock::Clock;
use in_flight::{Flight, Reading};
use progress_view::Shown;
use window::Window;

/// One upload.
///
/// After every event, call [`poll`](Upload::poll) until there is nothing more, and do what it says.
#[derive(Debug)]
#[must_use = "an upload does nothing until it is polled"]
pub struct Upload {
    spec: UploadSpec,
    names: Names,
    /// MD5 of the whole file, as the host read it.
    digest: Option<Md5>,
    /// The same, as an earlier run read it.
    earlier_digest: Option<Md5>,
    clock: Clock,
    stage: Stage,
    chunks: Chunks,
    flights: Vec<Flight>,
    reading: Option<Reading>,
    /// Parts that were read and wait to be sent, with the id of their bytes.
    ready: VecDeque<(RequestId, u32)>,
    aborted: VecDeque<RequestId>,
    keep: Keep,
    control: Attempts,
    window: Window,
    /// See [`HostCapabilities::read_ahead_bytes`].
    ahead: u64,
    connectivity: Connectivity,
    credentials: Credentials,
    /// The server wants to be left alone until then.
    hold_until: u64,
    is_paused: bool,
    /// Whether it goes on with what an earlier run began, and the server has not confirmed yet that it can.
    is_resuming: bool,
    /// Counts up whenever the upload gets ahead.
    milestone: u64,
    rounds: u32,
    /// When the server made the upload, as far as this run knows.
    begun: u64,
    /// How often the server seemed to have lost the upload.
    losses: u32,
    asking: Asking,
    last_error: Option<StepError>,
    next_id: u32,
    alarm: Option<u64>,
    jitter: Jitter,
    meter: Meter,
    shown: Shown,
}

#[derive(Clone, Debug)]
enum Stage {
    /// One call at a time.
    Control(Step),
    /// Parts, several at a time.
    Sending,
    Over(Outcome),
}

/// What the host has not been told yet about its copy of the checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    AsItIs,
    Save,
    Forget,
}

/// The questions whether the release is there.
#[derive(Clone, Copy, Debug, Default)]
struct Asking {
    since: Option<u64>,
    wait: u64,
}

impl Upload {
    /// An upload that has not begun. The same seed makes the same waits.
    pub fn new(spec: UploadSpec, capabilities: HostCapabilities, seed: u64, now: u64) -> Upload {
        Upload {
            spec,
            names: Names::default(),
            digest: None,
            earlier_digest: None,
            clock: Clock::new(now),
            stage: Stage::Control(Step::Create),
            chunks: Chunks::new(capabilities.may_miss_changes),
            flights: Vec::new(),
            reading: None,
            ready: VecDeque::new(),
            aborted: VecDeque::new(),
            keep: Keep::AsItIs,
            control: Attempts::from(now),
            window: Window::new(capabilities.max_parallel),
            ahead: capabilities.read_ahead_bytes,
            connectivity: Connectivity::default(),
            credentials: Credentials::default(),
            hold_until: 0,
            is_paused: false,
            is_resuming: false,
            milestone: 0,
            rounds: 0,
            begun: now,
            losses: 0,
            asking: Asking::default(),
            last_error: None,
            next_id: 0,
            alarm: None,
            jitter: Jitter::new(seed),
            meter: Meter::default(),
            shown: Shown::default(),
        }
    }

    /// Goes on with an upload that an earlier run began, of the same file.
    ///
    /// The server is asked what it has. What is stored is read again and compared, and not sent again. If the server has
    /// forgotten the upload, a new one begins.
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
        upload.names = Names { upload: id, asset, token: Some(Token(token)) };
        upload.chunks.recall(chunk_size, upload.spec.file_size, &chunk_md5s);
        upload.earlier_digest = md5;
        upload.is_resuming = true;
        upload.stage = Stage::Control(Step::FetchStatus);
        upload.note();
        upload
    }

    /// How it ended, once it has.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.stage {
            Stage::Over(outcome) => Some(outcome),
            _ => None,
        }
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            upload: self.names.upload.clone(),
            asset: self.names.asset.clone(),
            token: self.names.token.as_ref().map(|token| token.0.clone()).unwrap_or_default(),
            chunk_size: self.chunks.chunk_size(),
            chunk_md5s: self.chunks.digests(),
            stored_bytes: self.chunks.stored_bytes(),
            md5: self.digest.or(self.earlier_digest),
        }
    }
}
