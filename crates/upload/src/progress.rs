use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// How far an upload is. Nothing in it goes back: not when a chunk is sent again, not after a retry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Bytes that left, as far as they are known to have arrived or to be in flight.
    pub sent_bytes: u64,
    /// Bytes that the server has confirmed.
    pub committed_bytes: u64,
    /// Bytes of the file that were read, and found to be what was uploaded before if they were.
    pub read_bytes: u64,
    /// The file's length, in bytes.
    pub total_bytes: u64,
    /// From 0 to 100; 100 when the server has confirmed the whole file.
    pub percent: u8,
    /// Over the last seconds; 0 when no data is transferred.
    pub bytes_per_second: u64,
    /// How long it takes at this speed, if bytes are moving.
    pub seconds_left: Option<u64>,
    /// Chunks that the server has.
    pub chunks_stored: u32,
    /// Chunks in all; 0 before the server has said.
    pub chunks_total: u32,
    /// The chunks in flight, in the order in which they were sent.
    pub in_flight: Vec<ChunkProgress>,
    /// How many chunks may be in flight at present.
    pub parallel: u32,
    /// What it waits for, if it does.
    pub waiting: Option<Waiting>,
}

/// A chunk in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkProgress {
    /// Which, from 1.
    pub number: u32,
    /// Bytes of it that left.
    pub sent: u64,
    /// How long it is, in bytes.
    pub len: u64,
    /// How often it failed before.
    pub failures: u32,
}

/// What an upload is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Creating the upload and describing the file.
    Preparing,
    /// Asking the server what it has of an upload that was interrupted.
    Resuming,
    /// Reading what was uploaded before, to be sure that the file is the same.
    Checking,
    /// Sending chunks.
    Uploading,
    /// Telling the server that the file is complete.
    Finishing,
    /// The server makes a release of it.
    Processing,
    /// There is a release.
    Ready,
    /// Stopped; see [`Outcome::Failed`](crate::Outcome::Failed).
    Failed,
    /// Cancelling it on the server.
    Cancelling,
    /// Cancelled.
    Cancelled,
    /// Paused by the user.
    Paused,
}

/// What an upload waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// A request failed and is sent again.
    Retry {
        /// Failures so far.
        failures: u32,
        /// Seconds until the next attempt, rounded up; 0 while it runs.
        seconds: u64,
        /// What went wrong last, for the user.
        reason: String,
    },
    /// The server cannot be reached; only a probe is sent now and then.
    Network {
        /// Seconds until the next probe, rounded up; 0 while it runs.
        seconds: u64,
    },
    /// Another session or token.
    Credentials,
}

/// How far back the speed looks, in milliseconds: long enough to be steady, short enough to follow a moving train.
const WINDOW_MS: u64 = 8_000;

/// Samples closer than this become one, in milliseconds: at most 32 are kept.
const SAMPLE_MS: u64 = 250;

/// Measures the speed of what goes out, including what has to go out again.
#[derive(Clone, Debug, Default)]
pub(crate) struct SpeedMeter {
    moved: u64,
    samples: VecDeque<(u64, u64)>,
}

impl SpeedMeter {
    pub(crate) fn add(&mut self, bytes: u64, now: u64) {
        while self.samples.front().is_some_and(|&(at, _)| at + WINDOW_MS < now) {
            self.samples.pop_front();
        }
        if self.samples.back().is_none_or(|&(at, _)| at + SAMPLE_MS <= now) {
            self.samples.push_back((now, self.moved));
        }
        self.moved = self.moved.saturating_add(bytes);
    }

    pub(crate) fn bytes_per_second(&self, now: u64) -> u64 {
        let first = self.samples.iter().find(|(at, _)| at + WINDOW_MS >= now);
        let Some(&(at, moved)) = first else { return 0 };
        // Less than a second says little, so it counts as one.
        (self.moved - moved).saturating_mul(1000) / now.saturating_sub(at).max(1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_stream_has_its_speed() {
        let mut meter = SpeedMeter::default();
        for tick in 0..200 {
            meter.add(5_000, tick * 50);
        }
        let speed = meter.bytes_per_second(10_000);
        assert!((95_000..=105_000).contains(&speed), "expected about 100000, got {speed}");
    }

    #[test]
    fn the_speed_of_a_dead_connection_falls_to_zero() {
        let mut meter = SpeedMeter::default();
        meter.add(1_000_000, 0);
        assert!(meter.bytes_per_second(4_000) > meter.bytes_per_second(8_000));
        assert_eq!(meter.bytes_per_second(8_001), 0);
    }
}
