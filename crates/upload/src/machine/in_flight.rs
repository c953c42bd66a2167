use super::Upload;
use crate::error::StepError;
use crate::http::RequestId;
use crate::retry::{deadline_ms, stall_ms};
use crate::step::Step;

/// A call on its way.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    pub(super) id: RequestId,
    pub(super) step: Step,
    /// Bytes of the body.
    pub(super) len: u64,
    pub(super) loaded: u64,
    pub(super) started: u64,
    pub(super) moved_at: u64,
    /// How often the same call failed before.
    pub(super) failures: u32,
    /// Which ticket it carries.
    pub(super) credentials: u32,
}

impl Flight {
    /// How long nothing may move, in milliseconds.
    fn patience(&self) -> u64 {
        stall_ms(self.loaded >= self.len, self.failures)
    }

    fn stalls_at(&self) -> u64 {
        self.moved_at.saturating_add(self.patience())
    }

    /// When it is given up if nothing more is heard of it.
    pub(super) fn ends_at(&self) -> u64 {
        match self.step {
            Step::UploadChunk(_) => self.stalls_at().min(self.started.saturating_add(deadline_ms(self.len))),
            _ => self.stalls_at(),
        }
    }

    pub(super) fn number(&self) -> Option<u32> {
        if let Step::UploadChunk(number) = self.step { Some(number) } else { None }
    }
}

/// A part that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) id: RequestId,
    pub(super) number: u32,
    /// Whether the server has it, and it is read only to be compared.
    pub(super) is_check: bool,
}

/// What is on its way.
impl Upload {
    pub(super) fn land(&mut self, id: RequestId) -> Option<Flight> {
        let idx = self.flights.iter().position(|flight| flight.id == id)?;
        Some(self.flights.remove(idx))
    }

    pub(super) fn new_id(&mut self) -> RequestId {
        let id = RequestId(self.next_id);
        self.next_id += 1;
        id
    }

    pub(super) fn give_up_late(&mut self, now: u64) {
        let is_late = |flight: &&Flight| flight.ends_at() <= now;
        while let Some(id) = self.flights.iter().find(is_late).map(|flight| flight.id) {
            let Some(flight) = self.land(id) else { return };
            self.aborted.push_back(id);
            let error = if flight.stalls_at() <= now {
                StepError::Stalled { seconds: flight.patience() / 1000 }
            } else {
                StepError::TimedOut
            };
            self.on_error(&flight, error, now);
        }
    }

    /// Gives up every call and every read. What was to be sent is wanted again.
    pub(super) fn abort_all(&mut self) {
        let flights = std::mem::take(&mut self.flights);
        for flight in &flights {
            self.abort(flight.id, flight.number());
        }
        self.abort_reads();
    }

    /// Gives up the parts, and lets a call that is no part come to its end.
    pub(super) fn abort_parts(&mut self) {
        let (parts, others) =
            std::mem::take(&mut self.flights).into_iter().partition(|f| f.number().is_some());
        self.flights = others;
        let parts: Vec<Flight> = parts;
        for flight in &parts {
            self.abort(flight.id, flight.number());
        }
        self.abort_reads();
    }

    fn abort_reads(&mut self) {
        let reading = self.reading.take().map(|reading| (reading.id, reading.number));
        for (id, number) in std::mem::take(&mut self.ready).into_iter().chain(reading) {
            self.abort(id, Some(number));
        }
    }

    fn abort(&mut self, id: RequestId, number: Option<u32>) {
        self.aborted.push_back(id);
        if let Some(number) = number {
            self.chunks.put_back(number);
        }
    }
}
