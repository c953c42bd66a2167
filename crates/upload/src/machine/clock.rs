/// Makes a clock that may be set back one that never goes back.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    last: u64,
    offset: u64,
}

impl Clock {
    pub(crate) fn new(now: u64) -> Clock {
        Clock { last: now, offset: 0 }
    }

    /// The machine's own time, for `now` on the host's clock.
    pub(crate) fn at(&mut self, now: u64) -> u64 {
        self.offset += self.last.saturating_sub(now);
        self.last = now;
        now.saturating_add(self.offset)
    }

    /// The machine's own time, when nothing may change.
    pub(crate) fn peek(&self, now: u64) -> u64 {
        now.max(self.last).saturating_add(self.offset)
    }

    /// The host's time for `at` on the machine's own clock.
    pub(crate) fn outside(&self, at: u64) -> u64 {
        at.saturating_sub(self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_goes_on_from_where_it_was() {
        let mut clock = Clock::new(1_000);
        assert_eq!(clock.at(1_500), 1_500);
        assert_eq!(clock.at(200), 1_500);
        assert_eq!(clock.at(300), 1_600);
        assert_eq!(clock.outside(1_700), 400);
        assert_eq!(clock.at(9_000), 10_300);
    }
}
