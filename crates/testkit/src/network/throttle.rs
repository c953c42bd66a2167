//! A limit on bytes a second that all connections share.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How far the throttle may lag behind the clock and catch up: timers fire late by a millisecond, and on a busy
/// machine by more.
const SLACK: Duration = Duration::from_millis(20);

/// When the link is free again. All connections of one direction have the same.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<Option<Instant>>);

impl Throttle {
    /// Waits until the link is free.
    pub(super) async fn free(&self) {
        loop {
            let Some(at) = self.at() else { return };
            if at <= Instant::now() {
                return;
            }
            sleep_until(at).await;
        }
    }

    /// Puts bytes on the link; returns when the last one has left.
    pub(super) fn send(&self, n_bytes: usize, rate: Option<u64>) -> Instant {
        let now = Instant::now();
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(rate) = rate else {
            *free = None;
            return now;
        };
        let begin = free.map_or(now, |at| at.max(now.checked_sub(SLACK).unwrap_or(now)));
        let end = begin + Duration::from_secs_f64(n_bytes as f64 / rate as f64);
        *free = Some(end);
        end
    }

    fn at(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
