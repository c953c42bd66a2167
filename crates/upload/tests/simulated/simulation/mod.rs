//! A file, a host, a network, a server and a clock around one upload. Every property that always holds is asserted
//! here, after every event.

pub(crate) mod disk;
mod disruption;
mod host;
mod invariants;
pub(crate) mod network;
pub(crate) mod random;
pub(crate) mod request_fault;
pub(crate) mod server;

use std::collections::BTreeMap;

use upload::{Action, HostCapabilities, HostError, Md5, Outcome, Request, RequestId, Upload, UploadSpec};

use self::disk::Disk;
pub(crate) use self::disruption::{Disruption, Restart};
use self::host::Host;
use self::invariants::Invariants;
use self::network::{Link, ReceivedResponse, Transmission};
use self::random::Random;
use self::request_fault::RequestFault;
use self::server::{Server, ServerBehavior};

/// Decides on the fault of a request, which is the n-th one.
type FaultSchedule<'a> = dyn FnMut(&Request, usize) -> RequestFault + 'a;

/// What a simulation is made of.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) file_size: u64,
    pub(crate) behavior: ServerBehavior,
    pub(crate) link: Link,
    pub(crate) parallel: u32,
    pub(crate) ahead: u64,
    /// Whether the host reads whatever the file holds by now.
    pub(crate) may_miss_changes: bool,
    pub(crate) seed: u64,
}

impl Setup {
    /// Six chunks of 4 KiB, the last one short.
    pub(crate) fn new(seed: u64) -> Setup {
        Setup {
            file_size: 5 * 4096 + 5,
            behavior: ServerBehavior::new(4096),
            link: Link::default(),
            parallel: 8,
            ahead: 2 * 4096,
            may_miss_changes: false,
            seed,
        }
    }

    pub(crate) fn n_chunks(&self) -> u32 {
        self.file_size.div_ceil(self.behavior.chunk_size) as u32
    }
}

/// What happens at some time.
#[derive(Clone, Debug)]
enum Event {
    Read(RequestId),
    Digest(Md5),
    Sent(RequestId, u64),
    Respond(RequestId, ReceivedResponse),
    Fail(RequestId, HostError),
    Alarm(u64),
    Renewed(bool),
    Written,
    /// The head of a request reaches the server; of any but a chunk's, the whole request.
    Arrive(u64),
    /// A chunk's last byte reaches object storage.
    Stored(u64),
    /// The ledger records it.
    Recorded(u64),
    Disrupt(Disruption),
    Nothing,
}

/// A request that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) id: RequestId,
    /// When, in milliseconds.
    pub(crate) at: u64,
    pub(crate) request: Request,
}

pub(crate) struct Simulation<'a> {
    pub(crate) server: Server,
    pub(crate) disk: Disk,
    pub(crate) upload: Upload,
    /// The true time, in milliseconds.
    pub(crate) now: u64,
    /// Every request that was sent, in order.
    pub(crate) requests: Vec<Sent>,
    pub(crate) host: Host,
    pub(crate) link: Link,
    /// Whether packets get through.
    pub(crate) is_connected: bool,
    pub(crate) is_paused: bool,
    /// How often the program crashed.
    pub(crate) n_crashes: u32,
    /// Whether nothing is resumed after a crash: the file is another one, or the upload was cancelled.
    pub(crate) cannot_resume: bool,
    /// How often the host gets no other credentials, in percent.
    pub(crate) renewals_refused: u64,
    /// After which save the program crashes.
    pub(crate) crashes_at_save: Option<u32>,
    /// Whether everything that happens is printed.
    is_verbose: bool,
    capabilities: HostCapabilities,
    /// What the host's clock says more than the true time.
    skew: i64,
    fault_schedule: Box<FaultSchedule<'a>>,
    random: Random,
    events: BTreeMap<(u64, u64), (u32, Event)>,
    n_events: u64,
    transmissions: BTreeMap<u64, Transmission>,
    invariants: Invariants,
}

impl<'a> Simulation<'a> {
    pub(crate) fn new(
        setup: Setup,
        fault_schedule: impl FnMut(&Request, usize) -> RequestFault + 'a,
    ) -> Simulation<'a> {
        let disk = Disk::new(setup.file_size, setup.seed);
        let Setup { parallel, ahead, may_miss_changes, .. } = setup;
        let capabilities =
            HostCapabilities { max_parallel: parallel, read_ahead_bytes: ahead, may_miss_changes };
        // Far from zero: a clock can be set back.
        let (now, skew) = (1_000, 100_000_000);
        let clock = now + skew;
        let upload = Upload::new(spec(&disk), capabilities, setup.seed, clock);
        Simulation {
            server: Server::new(setup.behavior),
            host: Host::new(disk.fingerprint()),
            invariants: Invariants::new(upload.progress(clock)),
            disk,
            upload,
            now,
            capabilities,
            requests: Vec::new(),
            link: setup.link,
            is_connected: true,
            is_paused: false,
            n_crashes: 0,
            cannot_resume: false,
            renewals_refused: 0,
            crashes_at_save: None,
            is_verbose: std::env::var_os("SLIPWAY_SEED").is_some(),
            skew: skew as i64,
            fault_schedule: Box::new(fault_schedule),
            random: Random::new(!setup.seed),
            events: BTreeMap::new(),
            n_events: 0,
            transmissions: BTreeMap::new(),
        }
    }

    /// The time on the host's clock.
    pub(crate) fn clock(&self) -> u64 {
        self.now.saturating_add_signed(self.skew)
    }

    /// Lets time pass until the upload ends.
    pub(crate) fn run(&mut self) -> Outcome {
        match self.run_until(|_| false) {
            Some(outcome) => outcome,
            None => panic!("the file was refused"),
        }
    }

    /// Lets time pass until `stop`, the end or the refusal of a file; panics if the upload hangs.
    pub(crate) fn run_until(&mut self, mut stop: impl FnMut(&Simulation<'a>) -> bool) -> Option<Outcome> {
        loop {
            self.drain();
            if let Some(outcome) = self.upload.outcome().cloned() {
                assert!(self.host.is_idle(), "ended, with {:?} at work", self.host);
                return Some(outcome);
            }
            if self.cannot_resume || stop(self) {
                return None;
            }
            assert!(self.step(), "hangs at {} with {:?}", self.now, self.upload);
        }
    }

    /// Lets so many milliseconds pass, or less if the upload ends.
    pub(crate) fn run_on(&mut self, for_ms: u64) {
        let until = self.now + for_ms;
        self.later(for_ms, Event::Nothing);
        self.run_until(|simulation| simulation.now >= until);
    }

    /// Carries out the upload's actions.
    pub(crate) fn drain(&mut self) {
        let mut n_actions = 0;
        while let Some(action) = self.upload.poll(self.clock()) {
            n_actions += 1;
            assert!(n_actions < 100, "never stops polling: {action:?}");
            if self.is_verbose {
                println!("{:>9}    {action:?}", self.now);
            }
            let is_last = matches!(action, Action::SaveCheckpoint(_))
                && self.crashes_at_save == Some(self.host.n_saves + 1);
            self.perform(action);
            if is_last {
                self.host.write();
                self.crash(Restart::SameFile);
            }
        }
        self.check_invariants();
    }

    /// Lets the next thing happen. False if nothing ever will.
    fn step(&mut self) -> bool {
        let Some(((at, _), (n_crashes, event))) = self.events.pop_first() else { return false };
        self.now = self.now.max(at);
        if n_crashes == self.n_crashes || event.concerns_server() {
            if self.is_verbose {
                println!("{:>9} {event:?}", self.now);
            }
            self.invariants.note(&event, self.now);
            self.run_event(event);
        }
        true
    }

    fn run_event(&mut self, event: Event) {
        match event {
            Event::Read(id) => self.finish_read(id),
            Event::Digest(md5) => self.upload.on_file_digest(md5),
            Event::Sent(id, loaded) if self.host.is_listening(id) => {
                self.upload.on_bytes_sent(id, loaded, self.clock());
            }
            Event::Sent(..) => {}
            Event::Respond(id, received) => self.deliver(id, &received),
            Event::Fail(id, failure) => self.fail(id, failure),
            Event::Alarm(serial) if serial == self.host.alarm => self.upload.on_timer(self.clock()),
            Event::Alarm(_) | Event::Nothing => {}
            Event::Renewed(is_renewed) => self.renewed(is_renewed),
            Event::Written => self.host.write(),
            Event::Arrive(number) => self.arrive(number),
            Event::Stored(number) => self.store(number),
            Event::Recorded(number) => self.record(number),
            Event::Disrupt(disruption) => self.apply(disruption),
        }
    }

    /// Lets this happen so many milliseconds from now.
    pub(crate) fn schedule(&mut self, delay: u64, disruption: Disruption) {
        self.later(delay, Event::Disrupt(disruption));
    }

    fn later(&mut self, delay: u64, event: Event) {
        self.n_events += 1;
        self.events.insert((self.now + delay, self.n_events), (self.n_crashes, event));
    }
}

impl Event {
    /// Whether it happens also after the client has crashed.
    fn concerns_server(&self) -> bool {
        matches!(self, Event::Arrive(_) | Event::Stored(_) | Event::Recorded(_) | Event::Disrupt(_))
    }
}

fn spec(disk: &Disk) -> UploadSpec {
    UploadSpec {
        owner: "ann".into(),
        app: "notes".into(),
        file_name: "notes &1.apk".into(),
        file_size: disk.size(),
        content_type: Some("application/vnd.android.package-archive".into()),
        build_version: None,
        build_number: None,
    }
}
