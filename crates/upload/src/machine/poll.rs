use super::in_flight::{Flight, Reading};
use super::{Keep, Stage, Upload};
use crate::action::Action;
use crate::digest::Md5;
use crate::http::{Body, RequestBuilder, RequestId};
use crate::step::Step;

/// What to do next.
impl Upload {
    /// What to do next, if anything.
    pub fn poll(&mut self, now: u64) -> Option<Action> {
        let now = self.clock.at(now);
        self.give_up_late(now);
        if let Some(id) = self.aborted.pop_front() {
            return Some(Action::Abort { id });
        }
        if self.credentials.take_request() {
            return Some(Action::RenewCredentials);
        }
        match std::mem::replace(&mut self.keep, Keep::AsItIs) {
            Keep::AsItIs => {}
            Keep::Save => return Some(Action::SaveCheckpoint(Box::new(self.checkpoint()))),
            Keep::Forget => return Some(Action::DeleteCheckpoint),
        }
        self.next_send(now).or_else(|| self.next_read(now)).or_else(|| self.next_alarm(now))
    }

    fn next_send(&mut self, now: u64) -> Option<Action> {
        if self.is_idle() {
            return None;
        }
        let is_cancel = matches!(self.stage, Stage::Control(step) if step.is_cancel());
        if let Some(asks_at) = self.connectivity.probe_at().filter(|_| !is_cancel) {
            return (self.flights.is_empty() && asks_at <= now).then(|| self.send(self.question(), now));
        }
        if self.hold_until > now && !is_cancel {
            return None;
        }
        match self.stage {
            Stage::Control(Step::Commit) if self.awaits_digest() => None,
            Stage::Control(step) if self.flights.is_empty() && self.control.not_before <= now => {
                Some(self.send(step, now))
            }
            Stage::Sending if self.flights.len() < self.window.size() as usize => {
                let (id, number) = self.ready.pop_front()?;
                Some(self.send_part(id, number, now))
            }
            _ => None,
        }
    }

    /// Whether nothing is to be sent or read until the host or a person says so.
    fn is_idle(&self) -> bool {
        self.is_paused || self.credentials.are_awaited() || matches!(self.stage, Stage::Over(_))
    }

    /// What an earlier run read and did not store may be other bytes by now, so its digest counts only if the file was
    /// complete before this run read any of it.
    fn stated_digest(&self) -> Option<Md5> {
        self.digest.or(self.earlier_digest.filter(|_| !self.chunks.are_done()))
    }

    /// Whether the host has read the whole file and is not done hashing it. The server compares what it stored with that
    /// digest, which comes with the close.
    fn awaits_digest(&self) -> bool {
        self.digest.is_none() && self.chunks.total() > 0 && self.chunks.are_done()
    }

    /// What is sent to learn whether the server can be reached: something that can be repeated.
    fn question(&self) -> Step {
        match self.stage {
            Stage::Control(step) if self.names.upload.is_empty() => step,
            _ => Step::Probe,
        }
    }

    fn send(&mut self, step: Step, now: u64) -> Action {
        let id = self.new_id();
        let parts = RequestBuilder { spec: &self.spec, names: &self.names, digest: self.stated_digest() };
        let request = parts.control(step);
        self.depart(id, step, 0, self.control.failures, now);
        Action::Send { id, request }
    }

    fn send_part(&mut self, id: RequestId, number: u32, now: u64) -> Action {
        let (offset, len) = self.chunks.range(number);
        let parts = RequestBuilder { spec: &self.spec, names: &self.names, digest: None };
        let request = parts.store(number, Body::Chunk { number, offset, len }, self.chunks.md5(number));
        self.depart(id, Step::UploadChunk(number), len, self.chunks.failures(number), now);
        Action::Send { id, request }
    }

    fn depart(&mut self, id: RequestId, step: Step, len: u64, failures: u32, now: u64) {
        let credentials = self.credentials.number;
        self.flights.push(Flight {
            id,
            step,
            len,
            loaded: 0,
            started: now,
            moved_at: now,
            failures,
            credentials,
        });
    }

    /// One part is read after the other, and more than are on their way, so that the next can leave at once.
    fn next_read(&mut self, now: u64) -> Option<Action> {
        if !self.may_read() {
            return None;
        }
        let number = self.chunks.next(now)?;
        let is_check = self.chunks.is_stored(number);
        let id = self.new_id();
        self.chunks.take(number);
        self.reading = Some(Reading { id, number, is_check });
        let (offset, len) = self.chunks.range(number);
        Some(Action::ReadChunk { id, offset, len })
    }

    fn may_read(&self) -> bool {
        let held = self.flights.len() + self.ready.len();
        let (size, room) = (self.window.size(), self.window.most() - self.window.size());
        // Not more than leave at once. A part that there is room for in any case may be read whatever its length.
        let ahead = self.ahead.checked_div(self.chunks.chunk_size()).unwrap_or(0).min(size.into()) as u32;
        let most = (size + ahead.max(room.min(1))) as usize;
        let is_sending = matches!(self.stage, Stage::Sending);
        is_sending
            && !self.is_idle()
            && !self.connectivity.is_offline()
            && self.reading.is_none()
            && held < most
    }

    fn next_alarm(&mut self, now: u64) -> Option<Action> {
        let late = self.flights.iter().map(Flight::ends_at).min();
        let alarm = late.into_iter().chain(self.due(now)).min();
        // Bytes on their way put a stall off again and again; an alarm that rings too early is answered with
        // the right one, which is cheaper than setting it anew with every byte.
        let is_set = self.alarm.is_some_and(|set| alarm.is_none_or(|alarm| set <= alarm));
        if is_set {
            return None;
        }
        self.alarm = alarm;
        alarm.map(|alarm| Action::WakeAt(self.clock.outside(alarm)))
    }

    /// When there is something to be sent or read, in milliseconds, if nothing happens before.
    fn due(&self, now: u64) -> Option<u64> {
        if self.is_idle() {
            return None;
        }
        let is_free = self.flights.is_empty();
        let is_cancel = matches!(self.stage, Stage::Control(step) if step.is_cancel());
        if let Some(asks_at) = self.connectivity.probe_at().filter(|_| !is_cancel) {
            return is_free.then_some(asks_at);
        }
        match self.stage {
            Stage::Control(step) if step.is_cancel() => is_free.then_some(self.control.not_before),
            Stage::Control(Step::Commit) if self.awaits_digest() => None,
            Stage::Control(_) => is_free.then_some(self.control.not_before.max(self.hold_until)),
            Stage::Sending => {
                let read = self.chunks.soonest().filter(|_| self.may_read());
                let send = (self.hold_until > now && !self.ready.is_empty()).then_some(self.hold_until);
                read.into_iter().chain(send).min()
            }
            Stage::Over(_) => None,
        }
    }
}
