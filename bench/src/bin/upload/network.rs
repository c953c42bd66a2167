//! What stands between clients and stores.

use std::sync::Arc;
use std::time::Duration;

use testkit::gate::{Gate, Reply};
use testkit::wire::{End, Profile, Strike, Wire};
use tokio::task::JoinHandle;

/// How long a byte is on its way: a round trip of 80 ms.
const DELAY: Duration = Duration::from_millis(40);

/// Bytes a second of the line, whatever the number of connections: 320 Mbit/s.
pub(crate) const RATE: u64 = 40_000_000;

/// Bytes after which a connection ends.
const LIFE: std::ops::Range<u64> = 4 << 20..16 << 20;

/// How many connections of an upload fall silent.
const N_SILENT: usize = 2;

/// After what shares of the package the server says no, and for how long each time.
const BURSTS: [f64; 3] = [0.0, 0.33, 0.67];
const BURST: Duration = Duration::from_secs(2);

/// The wait for a silent connection that nobody can help: after that time without progress Slipway gives it up.
const STALL: Duration = Duration::from_secs(20);

/// What is wrong with the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// Nothing: loopback as it is, without anything in between.
    Plain,
    /// It is a long line of limited width.
    Far,
    /// The same, and each of its connections is reset.
    Resets,
    /// The same, and the first connections of an upload fall silent for good.
    Silence,
    /// The same, and at times the server says 503 or 429.
    Bursts,
}

impl Network {
    /// What the tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Network::Plain => "plain loopback",
            Network::Far => "40 ms each way, 40 MB/s together",
            Network::Resets => "every connection reset after 4 to 16 MiB",
            Network::Silence => "the first two connections silent for good after 4 to 16 MiB",
            Network::Bursts => "three times 503 or 429 for 2 s",
        }
    }

    /// Builds it before a store, for one upload.
    pub(crate) async fn before(self, store: &str, seed: u64) -> Way {
        let gate = if self == Network::Bursts { Some(Gate::start(store).await) } else { None };
        let behind = gate.as_ref().map_or(store, Gate::authority);
        let profile = Profile { delay: DELAY, rate: Some(RATE), ..Profile::default() };
        let wire = (self != Network::Plain).then(|| Arc::new(Wire::start(behind, seed, profile.clone())));
        Way { network: self, store: store.to_owned(), wire, gate: gate.map(Arc::new), profile, waits: None }
    }
}

/// The way to a store. Ends when dropped.
pub(crate) struct Way {
    network: Network,
    store: String,
    wire: Option<Arc<Wire>>,
    gate: Option<Arc<Gate>>,
    profile: Profile,
    waits: Option<JoinHandle<()>>,
}

impl Way {
    /// `host:port` of where it begins.
    pub(crate) fn authority(&self) -> String {
        self.wire.as_ref().map_or_else(|| self.store.clone(), |wire| wire.authority().to_owned())
    }

    /// The upload begins: from now on things go wrong.
    pub(crate) fn begin(&mut self, n_bytes: u64) {
        let Some(wire) = self.wire.clone() else { return };
        let ends = match self.network {
            Network::Plain | Network::Far => return,
            Network::Resets => vec![End::every(Strike::Reset, LIFE)],
            Network::Silence | Network::Bursts => Vec::new(),
        };
        wire.set(Profile { ends, ..self.profile.clone() });
        if self.network == Network::Silence {
            (0..N_SILENT).for_each(|_| wire.end_next(End::every(Strike::Silence, LIFE)));
        }
        // What a page holds open from before would be spared.
        wire.strike(Strike::Reset);
        if let Some(gate) = self.gate.clone() {
            self.waits = Some(tokio::spawn(say_no(wire, gate, n_bytes)));
        }
    }

    /// The waiting that it has caused so far and that no client can avoid.
    pub(crate) fn waiting(&self) -> Duration {
        let Some(wire) = &self.wire else { return Duration::ZERO };
        match self.network {
            Network::Bursts => BURST * u32::try_from(BURSTS.len()).unwrap_or(0),
            // Those that fall silent together are waited for together.
            Network::Silence if wire.counts().silences > 0 => STALL,
            _ => Duration::ZERO,
        }
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.waits.iter().for_each(JoinHandle::abort);
    }
}

/// Turns everybody away for a while, again and again.
async fn say_no(wire: Arc<Wire>, gate: Arc<Gate>, n_bytes: u64) {
    let replies = [Reply::new(503).after(1), Reply::new(429).after(1)];
    let before = wire.counts().bytes_up;
    for (share, reply) in BURSTS.into_iter().zip(replies.iter().cycle()) {
        let from = before + (n_bytes as f64 * share) as u64;
        wire.until(|counts| counts.bytes_up >= from).await;
        gate.outage(reply.clone(), BURST);
    }
}
