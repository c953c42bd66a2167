mod next;
mod settle;

use std::collections::VecDeque;

use crate::answer;
use crate::call::{Action, CallId};
use crate::chunk::Chunks;
use crate::error::Fault;
use crate::order::{Failure, Order, Outcome};
use crate::pace::{Random, TRIES, Tries};
use crate::progress::{Meter, Phase, Progress, Retrying};
use crate::step::{Names, Step};

/// How many chunks are on their way at once. Browsers open six connections to an origin over HTTP/1.1; the
/// page needs some of them.
pub const PARALLEL: usize = 4;

/// One upload.
///
/// After every event, call [`poll`](Upload::poll) until there is nothing more, and do what it says.
#[derive(Debug)]
#[must_use = "an upload does nothing until it is polled"]
pub struct Upload {
    order: Order,
    names: Names,
    digest: Option<String>,
    stage: Stage,
    chunks: Chunks,
    flights: Vec<Flight>,
    aborted: VecDeque<CallId>,
    control: Tries,
    rounds: u32,
    asking: Asking,
    last_fault: Option<Fault>,
    next_id: u32,
    alarm: Option<u64>,
    random: Random,
    meter: Meter,
    shown_bytes: u64,
    shown_percent: u8,
}

#[derive(Clone, Debug)]
enum Stage {
    /// One call at a time.
    Control(Step),
    /// Chunks, several at a time.
    Sending,
    Over(Outcome),
}

/// A call on its way.
#[derive(Clone, Debug)]
struct Flight {
    id: CallId,
    step: Step,
    loaded: u64,
    moved_at: u64,
}

/// The questions whether the release is there.
#[derive(Clone, Copy, Debug, Default)]
struct Asking {
    since: Option<u64>,
    wait: u64,
}

impl Upload {
    /// An upload that has not begun. The same seed makes the same waits.
    pub fn new(order: Order, seed: u64, now: u64) -> Upload {
        Upload {
            order,
            names: Names::default(),
            digest: None,
            stage: Stage::Control(Step::Create),
            chunks: Chunks::default(),
            flights: Vec::with_capacity(PARALLEL),
            aborted: VecDeque::new(),
            control: Tries { used: 0, not_before: now },
            rounds: 0,
            asking: Asking::default(),
            last_fault: None,
            next_id: 0,
            alarm: None,
            random: Random::new(seed),
            meter: Meter::default(),
            shown_bytes: 0,
            shown_percent: 0,
        }
    }

    /// What to do next, if anything.
    pub fn poll(&mut self, now: u64) -> Option<Action> {
        self.give_up_stalled(now);
        if let Some(id) = self.aborted.pop_front() {
            return Some(Action::Abort { id });
        }
        match self.next_step(now) {
            Some(step) => Some(self.send(step, now)),
            None => self.next_alarm(),
        }
    }

    /// The answer to a call. One to a call that is over is ignored.
    pub fn answered(&mut self, id: CallId, status: u16, body: &str, now: u64) {
        let Some(flight) = self.land(id) else { return };
        match answer::read(flight.step, status, body) {
            Ok(reply) => self.accept(&flight, reply, now),
            Err(fault) => self.stumble(flight.step, fault, now),
        }
        self.note();
    }

    /// So many bytes of a chunk have left.
    pub fn sent(&mut self, id: CallId, loaded: u64, now: u64) {
        let Some(flight) = self.flights.iter_mut().find(|flight| flight.id == id) else { return };
        let Step::Store(number) = flight.step else { return };
        let loaded = loaded.min(self.chunks.range(number).1);
        if loaded > flight.loaded {
            self.meter.add(loaded - flight.loaded, now);
            flight.loaded = loaded;
            flight.moved_at = now;
        }
        self.note();
    }

    /// A call has no answer.
    pub fn failed(&mut self, id: CallId, failure: Failure, now: u64) {
        let Some(flight) = self.land(id) else { return };
        let fault = match failure {
            Failure::Network => Fault::Network,
            Failure::Timeout => Fault::TimedOut,
            Failure::Unreadable => Fault::FileChanged,
        };
        self.stumble(flight.step, fault, now);
    }

    /// The time asked for by [`Action::WakeAt`] has come.
    pub fn wake(&mut self, _now: u64) {
        self.alarm = None;
    }

    /// The connection is back: whatever waits is due.
    pub fn online(&mut self, now: u64) {
        self.control.not_before = self.control.not_before.min(now);
        self.chunks.hurry(now);
    }

    /// The MD5 of the whole file, in lower-case hex. Known early enough if it comes before the last chunk is
    /// stored.
    pub fn digest(&mut self, md5: String) {
        self.digest = Some(md5);
    }

    /// Stops, and tells the server to forget the upload. Too late once the upload is closed: a release is being
    /// made of it, and cannot be called back.
    pub fn cancel(&mut self, _now: u64) {
        let is_too_late = match &self.stage {
            Stage::Control(step) => matches!(step, Step::Close | Step::Ask | Step::Cancel),
            Stage::Sending => false,
            Stage::Over(Outcome::Failed(error)) => matches!(error.step, Step::Close | Step::Ask),
            Stage::Over(Outcome::Ready { .. } | Outcome::Cancelled) => true,
        };
        if is_too_late {
            return;
        }
        self.abort_all();
        if self.names.asset.is_empty() {
            self.stage = Stage::Over(Outcome::Cancelled);
        } else {
            self.enter(Step::Cancel);
        }
    }

    /// Goes on after a failure that allows it. Chunks already stored are not sent again.
    pub fn retry(&mut self, now: u64) {
        let Stage::Over(Outcome::Failed(error)) = &self.stage else { return };
        if !error.can_retry() {
            return;
        }
        let step = match error.step {
            // The server's list says which receipts were lost, and drops the chunks' failures.
            Step::Store(_) => Step::Describe,
            // The server may have lost sight of its work; closing once more makes it begin again.
            Step::Ask => Step::Close,
            step => step,
        };
        self.rounds = 0;
        self.asking = Asking::default();
        self.enter(step);
        self.control.not_before = now;
    }

    /// How it ended, once it has.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.stage {
            Stage::Over(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// How far it is.
    pub fn progress(&self, now: u64) -> Progress {
        let phase = self.phase();
        let bytes_per_second = if phase == Phase::Uploading { self.meter.bytes_per_second(now) } else { 0 };
        Progress {
            phase,
            sent_bytes: self.shown_bytes,
            total_bytes: self.order.file_size,
            percent: self.shown_percent,
            bytes_per_second,
            seconds_left: (self.order.file_size - self.shown_bytes).checked_div(bytes_per_second),
            chunks_stored: self.chunks.stored(),
            chunks_total: self.chunks.total(),
            retrying: self.retrying(now),
        }
    }

    fn phase(&self) -> Phase {
        match &self.stage {
            Stage::Control(Step::Create | Step::Describe) => Phase::Preparing,
            Stage::Control(Step::Store(_)) | Stage::Sending => Phase::Uploading,
            Stage::Control(Step::Finish | Step::Close) => Phase::Finishing,
            Stage::Control(Step::Ask) => Phase::Processing,
            Stage::Control(Step::Cancel) => Phase::Cancelling,
            Stage::Over(Outcome::Ready { .. }) => Phase::Ready,
            Stage::Over(Outcome::Failed(_)) => Phase::Failed,
            Stage::Over(Outcome::Cancelled) => Phase::Cancelled,
        }
    }

    fn retrying(&self, now: u64) -> Option<Retrying> {
        let tries = match self.stage {
            Stage::Control(_) => self.control,
            Stage::Sending => self.chunks.worst()?,
            Stage::Over(_) => return None,
        };
        let reason = self.last_fault.as_ref().filter(|_| tries.used > 0)?.to_string();
        let seconds = tries.not_before.saturating_sub(now).div_ceil(1000);
        Some(Retrying { failures: tries.used, limit: TRIES, seconds, reason })
    }
}
