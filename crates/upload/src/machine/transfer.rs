use std::collections::VecDeque;

use super::in_flight::InFlight;
use super::window::Window;
use crate::error::StepError;
use crate::http::RequestId;
use crate::progress::ChunkProgress;
use crate::spec::HostCapabilities;

/// What is being read, waits to be sent, or is in flight.
#[derive(Clone, Debug)]
pub(super) struct Transfer {
    pub(super) window: Window,
    in_flight: Vec<InFlight>,
    reading: Option<PendingRead>,
    /// Chunks that were read and wait to be sent, with the id of their bytes.
    to_send: VecDeque<(RequestId, u32)>,
    /// See [`HostCapabilities::read_ahead_bytes`].
    read_ahead_bytes: u64,
    next_id: u32,
}

/// A chunk that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingRead {
    pub(super) id: RequestId,
    pub(super) number: u32,
    /// Whether the server has it, and it is read only to be compared.
    pub(super) is_verification: bool,
}

/// A request or a read that was aborted, and the chunk that has to be sent again.
pub(super) struct AbortedTransfer {
    pub(super) id: RequestId,
    pub(super) chunk: Option<u32>,
}

impl Transfer {
    pub(super) fn new(capabilities: HostCapabilities) -> Transfer {
        Transfer {
            window: Window::new(capabilities.max_parallel),
            in_flight: Vec::new(),
            reading: None,
            to_send: VecDeque::new(),
            read_ahead_bytes: capabilities.read_ahead_bytes,
            next_id: 0,
        }
    }

    pub(super) fn new_id(&mut self) -> RequestId {
        let id = RequestId(self.next_id);
        self.next_id += 1;
        id
    }

    pub(super) fn start(&mut self, request: InFlight) {
        self.in_flight.push(request);
    }

    /// Takes out a request that has ended.
    pub(super) fn complete(&mut self, id: RequestId) -> Option<InFlight> {
        let idx = self.in_flight.iter().position(|request| request.id == id)?;
        Some(self.in_flight.remove(idx))
    }

    pub(super) fn in_flight_mut(&mut self, id: RequestId) -> Option<&mut InFlight> {
        self.in_flight.iter_mut().find(|request| request.id == id)
    }

    pub(super) fn has_none_in_flight(&self) -> bool {
        self.in_flight.is_empty()
    }

    pub(super) fn bytes_in_flight(&self) -> u64 {
        self.in_flight.iter().map(|request| request.sent).sum()
    }

    pub(super) fn chunks_in_flight(&self) -> impl Iterator<Item = ChunkProgress> + '_ {
        self.in_flight.iter().filter_map(|request| {
            let InFlight { sent, len, failures, .. } = *request;
            Some(ChunkProgress { number: request.chunk()?, sent, len, failures })
        })
    }

    /// Takes out a request whose time is over, with the reason.
    pub(super) fn take_timed_out(&mut self, now: u64) -> Option<(InFlight, StepError)> {
        let idx = self.in_flight.iter().position(|request| request.times_out_at() <= now)?;
        let request = self.in_flight.remove(idx);
        let error = request.timeout(now);
        Some((request, error))
    }

    /// When the next request is aborted if nothing happens, in milliseconds.
    pub(super) fn next_timeout(&self) -> Option<u64> {
        self.in_flight.iter().map(InFlight::times_out_at).min()
    }

    pub(super) fn start_reading(&mut self, reading: PendingRead) {
        self.reading = Some(reading);
    }

    /// Takes out a read that has ended.
    pub(super) fn complete_reading(&mut self, id: RequestId) -> Option<PendingRead> {
        self.reading.take_if(|reading| reading.id == id)
    }

    /// The bytes of a chunk are in memory, to be sent.
    pub(super) fn queue(&mut self, id: RequestId, number: u32) {
        self.to_send.push_back((id, number));
    }

    pub(super) fn is_chunk_queued(&self) -> bool {
        !self.to_send.is_empty()
    }

    /// The next chunk to be sent, if the window has a place for it.
    pub(super) fn take_queued(&mut self) -> Option<(RequestId, u32)> {
        let has_place = self.in_flight.len() < self.window.size() as usize;
        if has_place { self.to_send.pop_front() } else { None }
    }

    /// Whether one more chunk may be read. One is read after the other, and more than are in flight, so that the next
    /// can leave at once.
    pub(super) fn may_read(&self, chunk_size: u64) -> bool {
        let in_memory = self.in_flight.len() + self.to_send.len();
        let (size, room) = (self.window.size(), self.window.max() - self.window.size());
        // Not more than leave at once. A chunk that there is room for in any case may be read whatever its length.
        let ahead = self.read_ahead_bytes.checked_div(chunk_size).unwrap_or(0).min(size.into()) as u32;
        let max_in_memory = (size + ahead.max(room.min(1))) as usize;
        self.reading.is_none() && in_memory < max_in_memory
    }

    /// Whether stored chunks are read to be compared, and nothing is sent meanwhile.
    pub(super) fn is_only_verifying(&self) -> bool {
        let is_verification = self.reading.is_some_and(|reading| reading.is_verification);
        is_verification && self.in_flight.is_empty() && self.to_send.is_empty()
    }

    /// Takes out every request and every read.
    pub(super) fn abort_all(&mut self) -> Vec<AbortedTransfer> {
        self.abort_where(|_| true)
    }

    /// Takes out the chunks, and leaves a request that carries none.
    pub(super) fn abort_chunks(&mut self) -> Vec<AbortedTransfer> {
        self.abort_where(|request| request.chunk().is_some())
    }

    fn abort_where(&mut self, is_aborted: impl Fn(&InFlight) -> bool) -> Vec<AbortedTransfer> {
        let (aborted, kept): (Vec<InFlight>, Vec<InFlight>) =
            std::mem::take(&mut self.in_flight).into_iter().partition(is_aborted);
        self.in_flight = kept;
        let requests = aborted.into_iter().map(|request| (request.id, request.chunk()));
        let queued = self.to_send.drain(..).chain(self.reading.take().map(|it| (it.id, it.number)));
        let reads = queued.map(|(id, number)| (id, Some(number)));
        requests.chain(reads).map(|(id, chunk)| AbortedTransfer { id, chunk }).collect()
    }
}
