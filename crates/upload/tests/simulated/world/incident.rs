//! What befalls a whole world: weather, people, crashes.

use upload::{FingerprintMatch, HostError, Upload};

use super::disk::Mutation;
use super::watch::Watch;
use super::{Event, World, spec};

/// What happens, other than to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Incident {
    /// No packet gets through for so many milliseconds; the host may be told.
    Offline {
        for_ms: u64,
        is_told: bool,
    },
    /// Packets get through again.
    Online {
        is_told: bool,
    },
    /// The host is told of either without any of it being true.
    FalseAlarm,
    /// Somebody pauses for so many milliseconds.
    Pause(u64),
    Unpause,
    Cancel,
    /// The program dies and is started again.
    Die(Restart),
    Mutate(Mutation),
    /// Somebody sets the clock.
    SetClock(i64),
    /// The lid is closed for so many milliseconds: no timer rings, and connections die.
    Sleep(u64),
    /// Every connection is cut at once, and new ones are fine.
    Reset,
    /// The session ends; the next call that needs one is refused.
    EndSession,
    /// The server forgets the whole upload.
    LoseUpload,
    /// The server forgets this chunk.
    LoseChunk(u32),
}

impl Incident {
    /// Whether an upload gets over it without anybody's help.
    pub(crate) fn passes_by(self) -> bool {
        // A clock that is put ahead by a day makes every wait one of a day, and a server that loses parts again and again is
        // given up.
        use Incident::{FalseAlarm, Offline, Pause, Reset, Sleep};
        matches!(self, Offline { .. } | FalseAlarm | Pause(_) | Sleep(_) | Reset)
    }

    /// How long nothing gets ahead because of it, in milliseconds.
    pub(crate) fn lasts(self) -> u64 {
        match self {
            Incident::Offline { for_ms, .. } | Incident::Pause(for_ms) | Incident::Sleep(for_ms) => for_ms,
            _ => 0,
        }
    }
}

/// What is there after a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Restart {
    SameFile,
    /// The file was changed meanwhile, and the person chooses it.
    Mutated(Mutation),
    /// The same, and of all bytes that were compared none differs.
    MutatedUnseen(Mutation),
}

impl World<'_> {
    pub(super) fn befall(&mut self, incident: Incident) {
        match incident {
            Incident::Offline { for_ms, is_told } => {
                self.is_connected = false;
                self.lose_connections(true);
                self.plan(for_ms, Incident::Online { is_told });
                if is_told {
                    self.upload.on_offline(self.clock());
                }
            }
            Incident::Online { is_told } => {
                self.is_connected = true;
                if is_told {
                    self.upload.on_online(self.clock());
                }
            }
            Incident::FalseAlarm if self.random.chance(50) => self.upload.on_online(self.clock()),
            Incident::FalseAlarm => {
                self.upload.on_offline(self.clock());
                self.plan(700, Incident::Online { is_told: true });
            }
            Incident::Pause(for_ms) => {
                self.pause();
                self.plan(for_ms, Incident::Unpause);
            }
            Incident::Unpause => self.unpause(),
            Incident::Cancel => self.cancel(),
            Incident::Die(restart) => self.die(restart),
            Incident::Mutate(mutation) => self.disk.mutate(mutation),
            Incident::SetClock(by) => self.skew += by,
            Incident::Sleep(for_ms) => {
                self.now += for_ms;
                self.lose_connections(false);
            }
            Incident::Reset => self.lose_connections(false),
            Incident::EndSession => self.server.is_session_over = true,
            Incident::LoseUpload => self.server.lose(),
            Incident::LoseChunk(number) => {
                if let Some(hosted) = self.server.newest() {
                    hosted.forget(&[number]);
                }
            }
        }
    }

    /// Nothing more befalls this world.
    pub(crate) fn clear_up(&mut self) {
        self.is_connected = true;
        self.renewals_refused = 0;
        self.events.retain(|_, (_, event)| !matches!(event, Event::Happen(_)));
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
        self.watch.is_cancelled = true;
        self.upload.cancel(self.clock());
    }

    pub(crate) fn retry(&mut self) {
        self.upload.retry(self.clock());
    }

    /// Every connection dies; of some the host hears nothing, if they `may_be_silent`.
    fn lose_connections(&mut self, may_be_silent: bool) {
        for (id, transmission) in self.host.flights() {
            self.leave(transmission);
            self.host.kill_connection(id);
            if !(may_be_silent && self.random.chance(50)) {
                let delay = self.random.below(200);
                self.later(delay, Event::Fail(id, HostError::Network));
            }
        }
    }

    /// What broke off does not go on at the server, unless its luck says so.
    pub(super) fn leave_if_cut(&mut self, number: u64) {
        if let Some(transmission) = self.transmissions.get_mut(&number) {
            transmission.stop_listening();
        }
    }

    /// The program ends without a word and is started again.
    pub(crate) fn die(&mut self, restart: Restart) {
        if self.upload.outcome().is_some() || self.is_refused {
            return;
        }
        for (_, transmission) in self.host.flights() {
            self.leave(transmission);
        }
        self.life += 1;
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
            None if self.watch.is_cancelled => {
                self.is_refused = true;
                return;
            }
            None => Upload::new(spec, capabilities, seed, clock),
            Some((text, before)) => {
                if likeness == Some(FingerprintMatch::Other)
                    && !(is_unseen && before.size == self.host.chosen.size)
                {
                    self.is_refused = true;
                    return;
                }
                let Ok(checkpoint) = serde_json::from_str(text) else { panic!("cannot be read: {text}") };
                Upload::from_checkpoint(spec, checkpoint, capabilities, seed, clock)
            }
        };
        let is_same = likeness != Some(FingerprintMatch::Other);
        self.watch = Watch::new(self.upload.progress(clock)).after(&self.watch, is_same);
    }
}
