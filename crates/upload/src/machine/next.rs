use super::{Flight, PARALLEL, Stage, Upload};
use crate::call::{Action, CallId};
use crate::error::Fault;
use crate::pace::STALL_MS;
use crate::step::{Parts, Step};

/// What to do next.
impl Upload {
    pub(super) fn give_up_stalled(&mut self, now: u64) {
        let is_stalled = |flight: &&Flight| flight.moved_at + STALL_MS <= now;
        while let Some(id) = self.flights.iter().find(is_stalled).map(|flight| flight.id) {
            let Some(flight) = self.land(id) else { return };
            self.aborted.push_back(id);
            self.stumble(flight.step, Fault::Stalled { seconds: STALL_MS / 1000 }, now);
        }
    }

    pub(super) fn next_step(&self, now: u64) -> Option<Step> {
        match self.stage {
            Stage::Control(step) if self.flights.is_empty() && self.control.not_before <= now => Some(step),
            Stage::Sending if self.flights.len() < PARALLEL => self.chunks.next(now).map(Step::Store),
            _ => None,
        }
    }

    pub(super) fn send(&mut self, step: Step, now: u64) -> Action {
        let id = CallId(self.next_id);
        self.next_id += 1;
        self.flights.push(Flight { id, step, loaded: 0, moved_at: now });
        let parts = Parts { order: &self.order, names: &self.names, digest: self.digest.as_deref() };
        let call = match step {
            Step::Store(number) => {
                self.chunks.start(number);
                let (offset, len) = self.chunks.range(number);
                parts.store(number, offset, len)
            }
            step => parts.control(step),
        };
        Action::Send { id, call }
    }

    pub(super) fn next_alarm(&mut self) -> Option<Action> {
        let stall = self.flights.iter().map(|flight| flight.moved_at + STALL_MS).min();
        let due = match self.stage {
            Stage::Control(_) if self.flights.is_empty() => Some(self.control.not_before),
            Stage::Sending if self.flights.len() < PARALLEL => self.chunks.soonest(),
            _ => None,
        };
        let alarm = stall.into_iter().chain(due).min();
        // Bytes on their way put a stall off again and again; an alarm that rings too early is answered with
        // the right one, which is cheaper than setting it anew with every byte.
        let is_set = self.alarm.is_some_and(|set| alarm.is_none_or(|alarm| set <= alarm));
        if is_set {
            return None;
        }
        self.alarm = alarm;
        alarm.map(Action::WakeAt)
    }
}
