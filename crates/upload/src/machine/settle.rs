use protocol::limit;

use super::flight::Flight;
use super::{Keep, Stage, Upload};
use crate::answer::Reply;
use crate::error::{Fault, UploadError};
use crate::md5::Md5;
use crate::order::Outcome;
use crate::pace::{TRIES, Tries};
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
    pub(super) fn accept(&mut self, flight: &Flight, reply: Reply, now: u64) {
        match self.follow(flight, reply, now) {
            Ok(()) if flight.step == Step::Probe => {}
            Ok(()) => self.milestone += 1,
            Err(fault) => self.stumble(flight, fault, now),
        }
    }

    /// Does what follows from a reply, unless it makes no sense.
    fn follow(&mut self, flight: &Flight, reply: Reply, now: u64) -> Result<(), Fault> {
        match reply {
            Reply::Created(names) => {
                self.names = names;
                self.begun = now;
                self.keep = Keep::Save;
                self.enter(Step::Describe);
            }
            Reply::Described(response) => {
                self.chunks.describe(self.order.file_size, &response)?;
                self.is_resuming = false;
                self.keep = Keep::Save;
                self.enter_sending();
            }
            Reply::Stored(theirs) => self.stored(flight, theirs, now)?,
            Reply::Finished => self.enter(Step::Close),
            Reply::Missing(numbers) => self.send_missing(flight, &numbers)?,
            Reply::Open => self.enter(Step::Describe),
            Reply::Reached => {}
            Reply::Processing => self.ask_again(now),
            Reply::Ready { release_id } => self.end(Outcome::Ready { release_id }),
            Reply::Cancelled => self.end(Outcome::Cancelled),
            // A finish that was given up may have arrived all the same.
            Reply::NotCancelled => self.enter(Step::Withdraw),
        }
        Ok(())
    }

    fn stored(&mut self, flight: &Flight, theirs: Option<Md5>, now: u64) -> Result<(), Fault> {
        let Step::Store(number) = flight.step else { return Ok(()) };
        if theirs.is_some() && theirs != self.chunks.md5(number) {
            return Err(Fault::Damaged);
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
        self.control = Tries::default();
    }

    pub(super) fn enter_sending(&mut self) {
        if self.chunks.are_done() {
            self.enter(Step::Finish);
        } else {
            self.stage = Stage::Sending;
        }
    }

    fn send_missing(&mut self, flight: &Flight, numbers: &[u32]) -> Result<(), Fault> {
        self.rounds += 1;
        if self.rounds > ROUNDS {
            self.stop(UploadError { step: flight.step, fault: Fault::Incomplete { rounds: self.rounds } });
        } else if self.chunks.total() == 0 {
            // The list never came, because the server seemed to take nothing more.
            self.enter(Step::Describe);
        } else if self.chunks.lose(numbers) {
            self.enter_sending();
        } else {
            return Err(Fault::Unintelligible { expected: "chunks that this file has" });
        }
        Ok(())
    }

    fn ask_again(&mut self, now: u64) {
        let (first, longest) = ASK_MS;
        let is_first = !matches!(self.stage, Stage::Control(Step::Ask));
        let since = *self.asking.since.get_or_insert(now);
        if now.saturating_sub(since) > PATIENCE_MS {
            let fault = Fault::Slow { minutes: PATIENCE_MS / 60_000 };
            return self.stop(UploadError { step: Step::Ask, fault });
        }
        self.is_resuming = false;
        self.enter(Step::Ask);
        if !is_first {
            self.asking.wait = (self.asking.wait * 2).clamp(first, longest);
            self.control.not_before = now + self.asking.wait;
        }
    }

    /// A call failed: it is sent again a little later, or this is the end.
    pub(super) fn stumble(&mut self, flight: &Flight, fault: Fault, now: u64) {
        match flight.step {
            // A release is being made of it, or was: which one, it says.
            Step::Withdraw if matches!(fault, Fault::Refused { status: 400, .. }) => self.enter(Step::Ask),
            Step::Cancel | Step::Withdraw => self.cancel_again(fault, now),
            step if fault.is_silence() && self.reach.is_offline() => self.unreached(step, fault, now),
            Step::Probe => {}
            _ if fault.is_about_rights() => self.ask_for_ticket(flight, fault),
            step if self.is_resuming && self.resume_otherwise(step, &fault) => {}
            step if self.seems_lost(step, &fault, now) => self.recall(flight),
            step => self.try_again(step, flight, fault, now),
        }
    }

    fn try_again(&mut self, step: Step, flight: &Flight, fault: Fault, now: u64) {
        let (milestone, was_moving) = (self.milestone, fault.is_silence() && flight.loaded > 0);
        let tries = match step {
            Step::Store(number) => self.chunks.put_back(number),
            _ => Some(&mut self.control),
        };
        let is_left =
            tries.is_some_and(|tries| tries.fail(TRIES, milestone, was_moving, now, &mut self.random));
        if !(fault.passes_by() && is_left) {
            return self.stop(UploadError { step, fault });
        }
        if fault.is_congestion() && flight.number().is_some() {
            self.window.failed(flight.started, now);
        }
        let is_silence = fault.is_silence() && flight.loaded == 0;
        self.last_fault = Some(fault);
        if is_silence && self.reach.silence(now, &mut self.random) {
            // The others would fail in the same way, and use up what is left of their tries.
            self.abort_all();
        }
    }

    /// Nobody answers the question whether the server can be reached, which may be the very call that begins the upload.
    fn unreached(&mut self, step: Step, fault: Fault, now: u64) {
        self.reach.silence(now, &mut self.random);
        if self.reach.is_hopeless(now) {
            self.stop(UploadError { step, fault });
        }
    }

    /// Nobody waits for this answer: the server forgets the upload by itself, a day later.
    fn cancel_again(&mut self, fault: Fault, now: u64) {
        let is_left = self.control.fail(CANCEL_TRIES, self.milestone, false, now, &mut self.random);
        if fault.passes_by() && is_left {
            self.last_fault = Some(fault);
        } else {
            self.end(Outcome::Cancelled);
        }
    }

    fn ask_for_ticket(&mut self, flight: &Flight, fault: Fault) {
        if let Some(number) = flight.number() {
            self.chunks.put_back(number);
        }
        let refusal = UploadError { step: flight.step, fault };
        if !self.ticket.refused(flight.ticket, self.milestone, refusal.clone()) {
            self.stop(refusal);
        }
    }

    /// Whether there is another way to go on with an upload of an earlier run.
    fn resume_otherwise(&mut self, step: Step, fault: &Fault) -> bool {
        match (step, fault) {
            // Every part was there, and perhaps only the answer to that never came.
            (Step::Describe, Fault::Closed { .. }) => self.enter(Step::Finish),
            (
                Step::Recall | Step::Describe | Step::Finish,
                Fault::Gone | Fault::Refused { status: 404, .. },
            )
            | (Step::Finish, Fault::Closed { .. }) => self.start_anew(),
            // It was found out while nobody was there, and would be again.
            (Step::Recall, Fault::Package { .. }) => {
                self.stop(UploadError { step: Step::Ask, fault: fault.clone() });
            }
            _ => return false,
        }
        true
    }

    /// Whether the server may have forgotten the upload: it knows nothing of it, or its time is over.
    fn seems_lost(&self, step: Step, fault: &Fault, now: u64) -> bool {
        let is_late = now.saturating_sub(self.begun) >= limit::UPLOAD_LIFETIME_MS.unsigned_abs();
        let is_lost = match fault {
            Fault::Refused { status, .. } => *status == 404,
            Fault::Closed { .. } | Fault::Gone => is_late,
            _ => false,
        };
        is_lost
            && !self.is_resuming
            && self.losses < LOSSES
            && matches!(step, Step::Describe | Step::Store(_) | Step::Finish)
    }

    /// Goes on as after a crash: the server says what it knows of the upload.
    fn recall(&mut self, flight: &Flight) {
        self.losses += 1;
        if let Some(number) = flight.number() {
            self.chunks.put_back(number);
        }
        self.abort_all();
        self.is_resuming = true;
        self.enter(Step::Recall);
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
