/// Makes a clock that may be set back one that never goes back.
///
/// Hosts have clocks that users and time servers set. If one is set back by an hour, a backoff of a second would last
/// an hour and a second, and a stalled request would hold its place as long. So each step back is added to an offset:
/// for the upload time stands still for a moment and then continues. A step ahead is time that has passed, as after
/// sleep.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    last: u64,
    offset: u64,
}

impl Clock {
    pub(super) fn new(now: u64) -> Clock {
        Clock { last: now, offset: 0 }
    }

    /// The upload's own time, for `now` on the host's clock.
    pub(super) fn now(&mut self, now: u64) -> u64 {
        self.offset += self.last.saturating_sub(now);
        self.last = now;
        now.saturating_add(self.offset)
    }

    /// The upload's own time, when nothing may change.
    pub(super) fn peek(&self, now: u64) -> u64 {
        now.max(self.last).saturating_add(self.offset)
    }

    /// The host's time for `at` on the upload's own clock.
    pub(super) fn host_time(&self, at: u64) -> u64 {
        at.saturating_sub(self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_continues_from_where_it_was() {
        let mut clock = Clock::new(1_000);
        assert_eq!(clock.now(1_500), 1_500);
        assert_eq!(clock.now(200), 1_500);
        assert_eq!(clock.now(300), 1_600);
        assert_eq!(clock.host_time(1_700), 400);
        assert_eq!(clock.now(9_000), 10_300);
    }
}
