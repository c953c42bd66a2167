/// Chunks in flight to start with.
const FIRST: u32 = 4;

/// One chunk more must bring so much of the throughput before, in percent; less is noise.
const GAIN: u64 = 105;

/// After one chunk more brought nothing, so many rounds pass until it is tried again.
const REST_ROUNDS: u32 = 8;

/// How many chunks may be in flight: one more as long as that brings something, half as many after congestion.
///
/// No fixed number is right. One connection to a far server is limited by its round trips, and eight of them are eight
/// times as fast; on a phone's uplink eight share what one could have, each takes eight times as long, and runs into
/// timeouts that send the same bytes again. So the window measures: a round is over when as many chunks have arrived as
/// may be in flight, and its throughput is compared with that of the round before.
#[derive(Clone, Debug)]
pub(super) struct Window {
    size: u32,
    max: u32,
    round: ThroughputRound,
    /// Throughput of the round with one chunk less, if this is a trial.
    before_trial: Option<u64>,
    /// Rounds until the next trial.
    rest_rounds: u32,
    /// When it was last halved.
    halved_at: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct ThroughputRound {
    since: Option<u64>,
    n_chunks: u32,
    bytes: u64,
}

impl Window {
    pub(super) fn new(max: u32) -> Window {
        let max = max.clamp(1, 8);
        Window {
            size: FIRST.min(max),
            max,
            round: ThroughputRound::default(),
            before_trial: None,
            rest_rounds: 0,
            halved_at: None,
        }
    }

    pub(super) fn size(&self) -> u32 {
        self.size
    }

    /// The largest that it can become.
    pub(super) fn max(&self) -> u32 {
        self.max
    }

    /// A chunk has arrived.
    pub(super) fn on_chunk_stored(&mut self, bytes: u64, now: u64) {
        let Some(since) = self.round.since else {
            // What came before it is not known, so it only starts the clock.
            self.round.since = Some(now);
            return;
        };
        self.round.n_chunks += 1;
        self.round.bytes += bytes;
        if self.round.n_chunks >= self.size && now > since {
            let rate = self.round.bytes.saturating_mul(1000) / (now - since);
            self.round = ThroughputRound { since: Some(now), ..ThroughputRound::default() };
            self.end_round(rate);
        }
    }

    fn end_round(&mut self, rate: u64) {
        match self.before_trial.take() {
            Some(before) if rate.saturating_mul(100) < before.saturating_mul(GAIN) => {
                self.size -= 1;
                self.rest_rounds = REST_ROUNDS;
            }
            None if self.rest_rounds > 0 => self.rest_rounds -= 1,
            _ if self.size < self.max => {
                self.size += 1;
                self.before_trial = Some(rate);
            }
            _ => {}
        }
    }

    /// A request that was sent at `started_at` failed in a way that fewer at once may avoid.
    ///
    /// When a router restarts, all connections break at once. That is one congestion and not eight: requests that were
    /// sent before the window was halved say nothing about its new size.
    pub(super) fn on_congestion(&mut self, started_at: u64, now: u64) {
        if self.halved_at.is_some_and(|halved_at| started_at <= halved_at) {
            return;
        }
        self.size = (self.size / 2).max(1);
        self.halved_at = Some(now);
        self.stop_measuring();
        self.rest_rounds = 0;
    }

    /// Nothing is sent for a while, which says nothing about throughput.
    pub(super) fn stop_measuring(&mut self) {
        self.round = ThroughputRound::default();
        self.before_trial = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets chunks of 1 MB arrive over a connection that gives each of them `per_chunk` and all together at most `all`,
    /// in bytes a millisecond.
    fn run(window: &mut Window, now: &mut u64, n_chunks: u32, per_chunk: u64, all: u64) {
        for _ in 0..n_chunks {
            let rate = (per_chunk * u64::from(window.size())).min(all);
            *now += 1_000_000 / rate;
            window.on_chunk_stored(1_000_000, *now);
        }
    }

    #[test]
    fn it_grows_while_each_chunk_brings_something() {
        let (mut window, mut now) = (Window::new(8), 0);
        run(&mut window, &mut now, 60, 1_000, u64::MAX);
        assert_eq!(window.size(), 8);
    }

    #[test]
    fn it_stays_where_one_more_brings_nothing() {
        let (mut window, mut now) = (Window::new(8), 0);
        for _ in 0..40 {
            run(&mut window, &mut now, 10, 1_000, 2_000);
            assert!((4..=5).contains(&window.size()), "{window:?}");
        }
    }

    #[test]
    fn one_congestion_halves_it_and_others_of_the_same_time_do_not() {
        let mut window = Window::new(8);
        window.on_congestion(10, 100);
        window.on_congestion(20, 101);
        assert_eq!(window.size(), 2);
        window.on_congestion(102, 200);
        window.on_congestion(201, 300);
        assert_eq!(window.size(), 1);
    }

    #[test]
    fn it_recovers_by_one_a_round() {
        let (mut window, mut now) = (Window::new(8), 1_000);
        window.on_congestion(10, now);
        run(&mut window, &mut now, 3, 1_000, u64::MAX);
        assert_eq!(window.size(), 3);
    }

    #[test]
    fn it_is_never_more_than_allowed() {
        for (max, first) in [(0, 1), (1, 1), (3, 3), (99, 4)] {
            assert_eq!(Window::new(max).size(), first);
        }
    }
}
