/// Parts in flight to start with.
const FIRST: u32 = 4;

/// One part more must bring so much of the throughput before, in percent; less is noise.
const GAIN: u64 = 105;

/// After one part more brought nothing, so many rounds pass until it is tried again.
const REST: u32 = 8;

/// How many parts may be in flight: one more as long as that brings something, half as many after an error.
///
/// A round is over when as many parts have arrived as may be in flight; its throughput is compared with that of the
/// round before.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    size: u32,
    most: u32,
    round: Round,
    /// Throughput of the round with one part less, if this is a trial.
    before: Option<u64>,
    rest: u32,
    /// Errors of calls that began before are about what was mended already.
    cut_at: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Round {
    since: Option<u64>,
    parts: u32,
    bytes: u64,
}

impl Window {
    pub(crate) fn new(most: u32) -> Window {
        let most = most.clamp(1, 8);
        Window { size: FIRST.min(most), most, round: Round::default(), before: None, rest: 0, cut_at: None }
    }

    pub(crate) fn size(&self) -> u32 {
        self.size
    }

    /// Parts in flight at the very most.
    pub(crate) fn most(&self) -> u32 {
        self.most
    }

    /// A part has arrived.
    pub(crate) fn arrived(&mut self, bytes: u64, now: u64) {
        let Some(since) = self.round.since else {
            // What came before it is not known, so it only starts the clock.
            self.round.since = Some(now);
            return;
        };
        self.round.parts += 1;
        self.round.bytes += bytes;
        if self.round.parts >= self.size && now > since {
            let rate = self.round.bytes.saturating_mul(1000) / (now - since);
            self.round = Round { since: Some(now), ..Round::default() };
            self.judge(rate);
        }
    }

    fn judge(&mut self, rate: u64) {
        match self.before.take() {
            Some(before) if rate.saturating_mul(100) < before.saturating_mul(GAIN) => {
                self.size -= 1;
                self.rest = REST;
            }
            None if self.rest > 0 => self.rest -= 1,
            _ if self.size < self.most => {
                self.size += 1;
                self.before = Some(rate);
            }
            _ => {}
        }
    }

    /// A call that began at `started` failed in a way that fewer at once may avoid.
    pub(crate) fn failed(&mut self, started: u64, now: u64) {
        if self.cut_at.is_some_and(|cut_at| started <= cut_at) {
            return;
        }
        self.size = (self.size / 2).max(1);
        self.cut_at = Some(now);
        self.pause();
        self.rest = 0;
    }

    /// Nothing is sent for a while, which says nothing about throughput.
    pub(crate) fn pause(&mut self) {
        self.round = Round::default();
        self.before = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets parts of 1 MB arrive over a line that gives each of them `per_part` and all together at most `all`, in bytes
    /// a millisecond.
    fn run(window: &mut Window, now: &mut u64, n_parts: u32, per_part: u64, all: u64) {
        for _ in 0..n_parts {
            let rate = (per_part * u64::from(window.size())).min(all);
            *now += 1_000_000 / rate;
            window.arrived(1_000_000, *now);
        }
    }

    #[test]
    fn it_grows_to_the_most_while_each_part_brings_something() {
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
    fn one_error_halves_it_and_others_of_the_same_time_do_not() {
        let mut window = Window::new(8);
        window.failed(10, 100);
        window.failed(20, 101);
        assert_eq!(window.size(), 2);
        window.failed(102, 200);
        window.failed(201, 300);
        assert_eq!(window.size(), 1);
    }

    #[test]
    fn it_recovers_by_one_a_round() {
        let (mut window, mut now) = (Window::new(8), 1_000);
        window.failed(10, now);
        run(&mut window, &mut now, 3, 1_000, u64::MAX);
        assert_eq!(window.size(), 3);
    }

    #[test]
    fn it_is_never_more_than_allowed() {
        for (most, first) in [(0, 1), (1, 1), (3, 3), (99, 4)] {
            assert_eq!(Window::new(most).size(), first);
        }
    }
}
