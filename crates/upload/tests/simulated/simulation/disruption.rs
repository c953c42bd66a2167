//! What happens to a whole upload: outages, commands of the user, crashes.

use upload::{FingerprintMatch, HostError, Upload};

use super::disk::Mutation;
use super::invariants::Invariants;
use super::{Event, Simulation, spec};

/// What happens, other than to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disruption {
    /// No packet gets through for so many milliseconds; the host may know it.
    Offline {
        for_ms: u64,
        is_reported: bool,
    },
    /// Packets get through again.
    Online {
        is_reported: bool,
    },
    /// The host reports either, and it is not true.
    FalseAlarm,
    /// The user pauses for so many milliseconds.
    Pause(u64),
    Unpause,
    Cancel,
    /// The program crashes and is started again.
    Crash(Restart),
    Mutate(Mutation),
    /// The clock is set.
    SetClock(i64),
    /// The computer sleeps for so many milliseconds: no timer rings, and connections break.
    Sleep(u64),
    /// Every connection breaks at once, and new ones work.
    Reset,
    /// The session ends; the next call that needs one is refused.
    EndSession,
    /// The server loses the whole upload.
    LoseUpload,
    /// The server loses this chunk.
    LoseChunk(u32),
}

impl Disruption {
    /// Whether an upload recovers from it without the user's help.
    pub(crate) fn needs_no_user(self) -> bool {
        // A clock that is set ahead by a day makes every wait one of a day, and a server that loses chunks again and
        // again stops the upload.
        use Disruption::{FalseAlarm, Offline, Pause, Reset, Sleep};
        matches!(self, Offline { .. } | FalseAlarm | Pause(_) | Sleep(_) | Reset)
    }

    /// How long there is no progress because of it, in milliseconds.
    pub(crate) fn duration_ms(self) -> u64 {
        match self {
            Disruption::Offline { for_ms, .. } | Disruption::Pause(for_ms) | Disruption::Sleep(for_ms) => {
                for_ms
            }
            _ => 0,
        }
    }
}

/// What is there after a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Restart {
    SameFile,
    /// The file was changed meanwhile, and the user chooses it.
    Mutated(Mutation),
    /// The same, and of all bytes that were compared none differs.
    MutatedUnseen(Mutation),
}

impl Simulation<'_> {
    pub(super) fn apply(&mut self, disruption: Disruption) {
        match disruption {
            Disruption::Offline { for_ms, is_reported } => {
                self.is_connected = false;
                self.lose_connections(true);
                self.schedule(for_ms, Disruption::Online { is_reported });
                if is_reported {
                    self.upload.on_offline(self.clock());
                }
            }
            Disruption::Online { is_reported } => {
                self.is_connected = true;
                if is_reported {
                    self.upload.on_online(self.clock());
                }
            }
            Disruption::FalseAlarm if self.random.chance(50) => self.upload.on_online(self.clock()),
            Disruption::FalseAlarm => {
                self.upload.on_offline(self.clock());
                self.schedule(700, Disruption::Online { is_reported: true });
            }
            Disruption::Pause(for_ms) => {
                self.pause();
                self.schedule(for_ms, Disruption::Unpause);
            }
            Disruption::Unpause => self.unpause(),
            Disruption::Cancel => self.cancel(),
            Disruption::Crash(restart) => self.crash(restart),
            Disruption::Mutate(mutation) => self.disk.mutate(mutation),
            Disruption::SetClock(by) => self.skew += by,
            Disruption::Sleep(for_ms) => {
                self.now += for_ms;
                self.lose_connections(false);
            }
            Disruption::Reset => self.lose_connections(false),
            Disruption::EndSession => self.server.is_session_over = true,
            Disruption::LoseUpload => self.server.lose(),
            Disruption::LoseChunk(number) => {
                if let Some(hosted) = self.server.newest() {
                    hosted.forget(&[number]);
                }
            }
        }
    }

    /// No more disruptions happen.
    pub(crate) fn end_disruptions(&mut self) {
        self.is_connected = true;
        self.renewals_refused = 0;
        self.events.retain(|_, (_, event)| !matches!(event, Event::Disrupt(_)));
        if self.is_paused {
            self.unpause();
        }
        self.upload.on_online(self.clock());
    }

    pub(crate) fn pause(&mut self) {
        self.is_paused = true;
        self.upload.pause(self.clock());
    }

    pub(crate) fn unpause(&mut self) {
        self.is_paused = false;
        self.upload.unpause(self.clock());
    }

    pub(crate) fn cancel(&mut self) {
        self.invariants.is_cancelled = true;
        self.upload.cancel(self.clock());
    }

    pub(crate) fn retry(&mut self) {
        self.upload.retry(self.clock());
    }

    /// Every connection breaks; of some the host does not know it, if they `may_be_silent`.
    fn lose_connections(&mut self, may_be_silent: bool) {
        for (id, transmission) in self.host.in_flight() {
            self.abandon(transmission);
            self.host.kill_connection(id);
            if !(may_be_silent && self.random.chance(50)) {
                let delay = self.random.below(200);
                self.later(delay, Event::Fail(id, HostError::Network));
            }
        }
    }

    /// The client gets no response to a request that broke.
    pub(super) fn stop_listening_to(&mut self, number: u64) {
        if let Some(transmission) = self.transmissions.get_mut(&number) {
            transmission.stop_listening();
        }
    }

    /// The program crashes and is started again.
    pub(crate) fn crash(&mut self, restart: Restart) {
        if self.upload.outcome().is_some() || self.cannot_resume {
            return;
        }
        for (_, transmission) in self.host.in_flight() {
            self.abandon(transmission);
        }
        self.n_crashes += 1;
        self.is_paused = false;
        match restart {
            Restart::SameFile => {}
            Restart::Mutated(mutation) | Restart::MutatedUnseen(mutation) => self.disk.mutate(mutation),
        }
        let is_unseen = matches!(restart, Restart::MutatedUnseen(_));
        self.host.restart(self.disk.fingerprint());
        self.start_again(is_unseen);
    }

    fn start_again(&mut self, is_unseen: bool) {
        let (clock, seed) = (self.clock(), self.random.below(u64::MAX));
        let (spec, capabilities) = (spec(&self.disk), self.capabilities);
        let likeness = self.host.saved.as_ref().map(|(_, before)| before.compare(&self.host.chosen));
        self.upload = match &self.host.saved {
            None if self.invariants.is_cancelled => {
                self.cannot_resume = true;
                return;
            }
            None => Upload::new(spec, capabilities, seed, clock),
            Some((text, before)) => {
                if likeness == Some(FingerprintMatch::Other)
                    && !(is_unseen && before.size == self.host.chosen.size)
                {
                    self.cannot_resume = true;
                    return;
                }
                let Ok(checkpoint) = serde_json::from_str(text) else { panic!("cannot be read: {text}") };
                Upload::from_checkpoint(spec, checkpoint, capabilities, seed, clock)
            }
        };
        let is_same = likeness != Some(FingerprintMatch::Other);
        self.invariants = Invariants::new(self.upload.progress(clock)).after(&self.invariants, is_same);
    }
}
