use super::{Flight, Stage, Upload};
use crate::answer::Reply;
use crate::call::{CallId, Token};
use crate::error::{Fault, UploadError};
use crate::order::Outcome;
use crate::pace::{TRIES, Tries};
use crate::step::{Names, Step};

/// How often a lost cancel is sent again. The server forgets the upload by itself after a day.
const CANCEL_TRIES: u32 = 3;

/// How often the server may miss chunks after all were stored.
const ROUNDS: u32 = 5;

/// First and longest wait between two questions whether the release is there, in milliseconds.
const ASK_MS: (u64, u64) = (250, 2_000);

/// How long a server may work on a package, in milliseconds: half an hour.
const PATIENCE_MS: u64 = 30 * 60 * 1000;

/// What became of a call.
impl Upload {
    pub(super) fn land(&mut self, id: CallId) -> Option<Flight> {
        let idx = self.flights.iter().position(|flight| flight.id == id)?;
        Some(self.flights.remove(idx))
    }

    pub(super) fn accept(&mut self, flight: &Flight, reply: Reply, now: u64) {
        match reply {
            Reply::Created(created) => {
                let token = Some(Token(created.token));
                self.names = Names { upload: created.id, asset: created.package_asset_id, token };
                self.enter(Step::Describe);
            }
            Reply::Described(response) => match self.chunks.describe(self.order.file_size, &response) {
                Ok(()) => self.enter_sending(),
                Err(fault) => self.stumble(flight.step, fault, now),
            },
            Reply::Stored => {
                if let Step::Store(number) = flight.step {
                    self.meter.add(self.chunks.range(number).1 - flight.loaded, now);
                    self.chunks.store(number);
                }
                self.enter_sending();
            }
            Reply::Finished => self.enter(Step::Close),
            Reply::Missing(numbers) => self.send_missing(flight.step, &numbers, now),
            Reply::Processing => self.ask_again(now),
            Reply::Ready { release_id } => self.stage = Stage::Over(Outcome::Ready { release_id }),
            Reply::Cancelled => self.stage = Stage::Over(Outcome::Cancelled),
            // A finish that was given up has arrived all the same: what is complete becomes a release.
            Reply::NotCancelled if self.may_be_finished() => self.enter(Step::Close),
            Reply::NotCancelled => self.stage = Stage::Over(Outcome::Cancelled),
        }
    }

    fn may_be_finished(&self) -> bool {
        self.chunks.total() > 0 && self.chunks.are_stored()
    }

    pub(super) fn enter(&mut self, step: Step) {
        self.stage = Stage::Control(step);
        self.control = Tries::default();
    }

    fn enter_sending(&mut self) {
        if self.chunks.are_stored() {
            self.enter(Step::Finish);
        } else {
            self.stage = Stage::Sending;
        }
    }

    fn send_missing(&mut self, step: Step, numbers: &[u32], now: u64) {
        self.rounds += 1;
        if self.rounds > ROUNDS {
            self.stop(step, Fault::Incomplete { rounds: self.rounds });
        } else if self.chunks.lose(numbers) {
            self.enter_sending();
        } else {
            self.stumble(step, Fault::Unintelligible { expected: "chunks that this file has" }, now);
        }
    }

    fn ask_again(&mut self, now: u64) {
        let (first, longest) = ASK_MS;
        let is_first = !matches!(self.stage, Stage::Control(Step::Ask));
        let since = *self.asking.since.get_or_insert(now);
        if now - since > PATIENCE_MS {
            return self.stop(Step::Ask, Fault::Slow { minutes: PATIENCE_MS / 60_000 });
        }
        self.enter(Step::Ask);
        if !is_first {
            self.asking.wait = (self.asking.wait * 2).clamp(first, longest);
            self.control.not_before = now + self.asking.wait;
        }
    }

    pub(super) fn stumble(&mut self, step: Step, fault: Fault, now: u64) {
        let limit = if step == Step::Cancel { CANCEL_TRIES } else { TRIES };
        let tries = match step {
            Step::Store(number) => self.chunks.put_back(number),
            _ => Some(&mut self.control),
        };
        let may_go_on =
            fault.passes_by() && tries.is_some_and(|tries| tries.fail(limit, now, &mut self.random));
        match (may_go_on, step) {
            (true, _) => self.last_fault = Some(fault),
            // Nobody waits for this answer: the server forgets the upload by itself, a day later.
            (false, Step::Cancel) => self.stage = Stage::Over(Outcome::Cancelled),
            (false, _) => self.stop(step, fault),
        }
    }

    fn stop(&mut self, step: Step, fault: Fault) {
        self.abort_all();
        self.stage = Stage::Over(Outcome::Failed(UploadError { step, fault }));
    }

    pub(super) fn abort_all(&mut self) {
        for flight in std::mem::take(&mut self.flights) {
            self.aborted.push_back(flight.id);
            if let Step::Store(number) = flight.step {
                self.chunks.put_back(number);
            }
        }
    }

    /// Keeps what is shown from going back.
    pub(super) fn note(&mut self) {
        let on_the_way: u64 = self.flights.iter().map(|flight| flight.loaded).sum();
        let sent = self.chunks.stored_bytes() + on_the_way;
        self.shown_bytes = self.shown_bytes.max(sent.min(self.order.file_size));
        let is_complete = matches!(&self.stage, Stage::Control(Step::Finish | Step::Close | Step::Ask))
            || matches!(&self.stage, Stage::Over(Outcome::Ready { .. }));
        // The product stays below 2^64 up to limit::PACKAGE_BYTES, and the quotient at most 100.
        let percent = (self.shown_bytes * 100).checked_div(self.order.file_size).unwrap_or(0) as u8;
        let percent = if is_complete { 100 } else { percent.min(99) };
        self.shown_percent = self.shown_percent.max(percent);
    }
}
