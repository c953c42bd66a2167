//! One direction of one connection: bytes that are on their way.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep_until};

use super::pace::Pace;
use super::{Fate, Shared, Strike};

/// The most that is read at once: large, so that copying costs little beside the system calls.
const CHUNK: usize = 256 * 1024;

/// A buffer with less room than this is not read into any more.
const SMALL: usize = 16 * 1024;

/// What may wait in a line when nothing is delayed: it waits for its reader then, as in a system's own buffer.
const BUFFER: usize = 1 << 20;

/// What may be on its way when it is delayed and not throttled: 40 ms of 800 MB/s.
const FLIGHT: usize = 32 << 20;

/// Why bytes stopped moving before both sides were done.
pub(super) enum Broken {
    /// On purpose.
    Struck(Strike),
    /// One of the sides went away.
    Lost,
}

impl From<io::Error> for Broken {
    fn from(_: io::Error) -> Broken {
        Broken::Lost
    }
}

/// Which of the two directions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// One direction and what it is subject to.
pub(super) struct Line<'a> {
    pub(super) shared: &'a Shared,
    pub(super) way: Way,
    /// Only what the client sends counts.
    pub(super) fate: Option<Fate>,
}

/// Bytes on their way, or the end of them: a piece without any.
struct Piece {
    due: Instant,
    bytes: Bytes,
}

/// Everything that is on its way.
#[derive(Default)]
struct Flight {
    pieces: VecDeque<Piece>,
    n_bytes: usize,
}

/// What holds for the next read.
#[derive(Clone, Copy)]
struct Terms {
    delay: Duration,
    rate: Option<u64>,
}

impl Terms {
    /// How many bytes may be on their way: what fits into a link that long and wide.
    fn most_in_flight(self) -> usize {
        match (self.rate, self.delay.is_zero()) {
            (_, true) => BUFFER,
            (None, false) => FLIGHT,
            (Some(rate), false) => (rate as f64 * self.delay.as_secs_f64()) as usize + BUFFER,
        }
    }

    /// How many bytes are read at once: two milliseconds of a throttled link, so that connections take turns.
    fn most_at_once(self) -> u64 {
        self.rate.map_or(CHUNK as u64, |rate| (rate / 500).clamp(4096, CHUNK as u64))
    }
}

impl Line<'_> {
    /// Carries everything there is, and then the end.
    pub(super) async fn carry(mut self, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> Result<(), Broken> {
        let mut buffer = BytesMut::new();
        let mut flight = Flight::default();
        let (mut carried, mut is_over) = (0, false);
        loop {
            let terms = self.terms();
            let room = self.room(carried);
            if flight.pieces.is_empty() {
                match self.fate {
                    _ if is_over => return Ok(to.shutdown().await?),
                    Some(fate) if room == 0 => return Err(Broken::Struck(fate.strike)),
                    _ => {}
                }
            }
            let at_once = room.min(terms.most_at_once());
            tokio::select! {
                read = take(&mut from, &mut buffer, at_once, self.pace()),
                    if !is_over && room > 0 && flight.n_bytes < terms.most_in_flight() =>
                {
                    let bytes = read?;
                    is_over = bytes.is_empty();
                    carried += bytes.len() as u64;
                    self.note(bytes.len() as u64);
                    let due = self.pace().pass(bytes.len(), terms.rate) + terms.delay;
                    flight.add(due, bytes);
                }
                written = put(&mut to, flight.pieces.front()) => flight.advance(written?),
            }
        }
    }

    fn terms(&self) -> Terms {
        let profile = &self.shared.profile.borrow().1;
        Terms { delay: profile.delay, rate: profile.rate }
    }

    /// How many bytes may still pass before the connection's fate strikes.
    fn room(&mut self, carried: u64) -> u64 {
        let times = self.shared.profile.borrow().0;
        self.fate = self.fate.filter(|fate| fate.drawn_under.is_none_or(|drawn| drawn == times));
        self.fate.map_or(u64::MAX, |fate| fate.after.saturating_sub(carried))
    }

    fn pace(&self) -> &Pace {
        match self.way {
            Way::Up => &self.shared.up,
            Way::Down => &self.shared.down,
        }
    }

    fn note(&self, n_bytes: u64) {
        self.shared.count(|counts| match self.way {
            Way::Up => counts.bytes_up += n_bytes,
            Way::Down => counts.bytes_down += n_bytes,
        });
    }
}

impl Flight {
    fn add(&mut self, due: Instant, bytes: Bytes) {
        self.n_bytes += bytes.len();
        self.pieces.push_back(Piece { due, bytes });
    }

    fn advance(&mut self, n_bytes: usize) {
        self.n_bytes -= n_bytes;
        let Some(piece) = self.pieces.front_mut() else { return };
        piece.bytes.advance(n_bytes);
        if piece.bytes.is_empty() {
            self.pieces.pop_front();
        }
    }
}

/// The next bytes, as soon as the link is free for them; none at the end.
async fn take(
    from: &mut ReadHalf<'_>,
    buffer: &mut BytesMut,
    at_once: u64,
    pace: &Pace,
) -> io::Result<Bytes> {
    pace.free().await;
    // A new buffer only where this one is used up; small reads share it.
    if buffer.capacity() < SMALL {
        buffer.reserve(CHUNK);
    }
    from.read_buf(&mut buffer.limit(usize::try_from(at_once).unwrap_or(usize::MAX))).await?;
    Ok(buffer.split().freeze())
}

/// Gives out the piece or a part of it, once it is due; returns how many bytes.
async fn put(to: &mut WriteHalf<'_>, piece: Option<&Piece>) -> io::Result<usize> {
    let Some(piece) = piece else { return std::future::pending().await };
    // A timer ends at a full millisecond, even one that is late already.
    if piece.due > Instant::now() {
        sleep_until(piece.due).await;
    }
    if piece.bytes.is_empty() { Ok(0) } else { to.write(&piece.bytes).await }
}
