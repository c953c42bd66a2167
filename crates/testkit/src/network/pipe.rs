//! One direction of one connection: bytes in flight.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep_until};

use super::throttle::Throttle;
use super::{FaultKind, NetworkState, PlannedFault};

/// The most that is read at once: large, so that copying costs little beside the system calls.
const MAX_READ: usize = 256 * 1024;

/// A buffer with less room than this is replaced by a new one.
const MIN_ROOM: usize = 16 * 1024;

/// What may be in flight without a delay: it waits for its reader, as in a buffer of the system.
const BUFFER: usize = 1 << 20;

/// What may be in flight with a delay and without a rate: 40 ms of 800 MB/s.
const MAX_UNTHROTTLED: usize = 32 << 20;

/// Why bytes stopped moving before both sides had ended.
pub(super) enum Interruption {
    /// On purpose.
    Fault(FaultKind),
    /// One of the sides went away.
    ConnectionLost,
}

impl From<io::Error> for Interruption {
    fn from(_: io::Error) -> Interruption {
        Interruption::ConnectionLost
    }
}

/// Which way bytes go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    ToServer,
    ToClient,
}

/// One direction of a connection.
pub(super) struct Pipe<'a> {
    pub(super) shared: &'a NetworkState,
    pub(super) direction: Direction,
    /// Only in the direction to the server, whose bytes are counted for it.
    pub(super) fault: Option<PlannedFault>,
}

/// Bytes in flight. A segment without any is the end of the stream.
struct Segment {
    due: Instant,
    bytes: Bytes,
}

/// All segments in flight.
#[derive(Default)]
struct InFlight {
    segments: VecDeque<Segment>,
    n_bytes: usize,
}

/// What holds for the next read.
#[derive(Clone, Copy)]
struct LinkConditions {
    delay: Duration,
    rate: Option<u64>,
}

impl LinkConditions {
    /// How many bytes may be in flight: the product of bandwidth and delay.
    fn max_in_flight(self) -> usize {
        match (self.rate, self.delay.is_zero()) {
            (_, true) => BUFFER,
            (None, false) => MAX_UNTHROTTLED,
            (Some(rate), false) => (rate as f64 * self.delay.as_secs_f64()) as usize + BUFFER,
        }
    }

    /// How many bytes are read at once: two milliseconds of a throttled link, so that connections take turns.
    fn max_read(self) -> u64 {
        self.rate.map_or(MAX_READ as u64, |rate| (rate / 500).clamp(4096, MAX_READ as u64))
    }
}

impl Pipe<'_> {
    /// Carries all bytes, and then the end of the stream.
    pub(super) async fn carry(
        mut self,
        mut from: ReadHalf<'_>,
        mut to: WriteHalf<'_>,
    ) -> Result<(), Interruption> {
        let mut buffer = BytesMut::new();
        let mut in_flight = InFlight::default();
        let (mut carried, mut is_ended) = (0, false);
        loop {
            let link = self.link();
            let until_fault = self.until_fault(carried);
            if in_flight.segments.is_empty() {
                match self.fault {
                    _ if is_ended => return Ok(to.shutdown().await?),
                    Some(fault) if until_fault == 0 => return Err(Interruption::Fault(fault.kind)),
                    _ => {}
                }
            }
            let max_read = until_fault.min(link.max_read());
            tokio::select! {
                read = read(&mut from, &mut buffer, max_read, self.throttle()),
                    if !is_ended && until_fault > 0 && in_flight.n_bytes < link.max_in_flight() =>
                {
                    let bytes = read?;
                    is_ended = bytes.is_empty();
                    carried += bytes.len() as u64;
                    self.count(bytes.len() as u64);
                    let due = self.throttle().send(bytes.len(), link.rate) + link.delay;
                    in_flight.add(due, bytes);
                }
                written = write(&mut to, in_flight.segments.front()) => in_flight.remove(written?),
            }
        }
    }

    fn link(&self) -> LinkConditions {
        let profile = &self.shared.profile.borrow().1;
        LinkConditions { delay: profile.delay, rate: profile.rate }
    }

    /// How many bytes may still pass before the connection's fault.
    fn until_fault(&mut self, carried: u64) -> u64 {
        let profile = self.shared.profile.borrow().0;
        self.fault = self.fault.filter(|fault| fault.profile.is_none_or(|planned| planned == profile));
        self.fault.map_or(u64::MAX, |fault| fault.after.saturating_sub(carried))
    }

    fn throttle(&self) -> &Throttle {
        match self.direction {
            Direction::ToServer => &self.shared.to_server,
            Direction::ToClient => &self.shared.to_client,
        }
    }

    fn count(&self, n_bytes: u64) {
        self.shared.count(|counts| match self.direction {
            Direction::ToServer => counts.bytes_up += n_bytes,
            Direction::ToClient => counts.bytes_down += n_bytes,
        });
    }
}

impl InFlight {
    fn add(&mut self, due: Instant, bytes: Bytes) {
        self.n_bytes += bytes.len();
        self.segments.push_back(Segment { due, bytes });
    }

    fn remove(&mut self, n_bytes: usize) {
        self.n_bytes -= n_bytes;
        let Some(segment) = self.segments.front_mut() else { return };
        segment.bytes.advance(n_bytes);
        if segment.bytes.is_empty() {
            self.segments.pop_front();
        }
    }
}

/// The next bytes, as soon as the link is free for them; none at the end of the stream.
async fn read(
    from: &mut ReadHalf<'_>,
    buffer: &mut BytesMut,
    max_read: u64,
    throttle: &Throttle,
) -> io::Result<Bytes> {
    throttle.free().await;
    // A new buffer only where this one is used up; small reads share it.
    if buffer.capacity() < MIN_ROOM {
        buffer.reserve(MAX_READ);
    }
    from.read_buf(&mut buffer.limit(usize::try_from(max_read).unwrap_or(usize::MAX))).await?;
    Ok(buffer.split().freeze())
}

/// Writes the segment or the beginning of it, once it is due; returns how many bytes.
async fn write(to: &mut WriteHalf<'_>, segment: Option<&Segment>) -> io::Result<usize> {
    let Some(segment) = segment else { return std::future::pending().await };
    // A timer ends at a full millisecond, even one whose time has passed.
    if segment.due > Instant::now() {
        sleep_until(segment.due).await;
    }
    if segment.bytes.is_empty() { Ok(0) } else { to.write(&segment.bytes).await }
}
