//! The network between clients and servers.

use std::sync::Arc;
use std::time::Duration;

use testkit::StreamingProxy;
use testkit::network::{ConnectionFault, FaultKind, FaultyNetwork, NetworkProfile};
use testkit::proxy::streaming::StubResponse;
use tokio::task::JoinHandle;

/// How long a byte is in flight: a round trip of 80 ms.
const DELAY: Duration = Duration::from_millis(40);

/// Bytes a second of the network, whatever the number of connections: 320 Mbit/s.
pub(crate) const RATE: u64 = 40_000_000;

/// Bytes after which a connection has its fault.
const BEFORE_FAULT: std::ops::Range<u64> = 4 << 20..16 << 20;

/// How many connections of an upload stall.
const N_STALLS: usize = 2;

/// After what shares of the package the server refuses requests, and for how long each time.
const OUTAGES: [f64; 3] = [0.0, 0.33, 0.67];
const OUTAGE: Duration = Duration::from_secs(2);

/// The wait for a stalled connection, which no client can avoid: after that time without progress Slipway aborts it.
const STALL: Duration = Duration::from_secs(20);

/// The network's delay and faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// None: plain loopback, with nothing in between.
    Plain,
    /// Delay and a limited rate.
    Delay,
    /// The same, and each of its connections is reset.
    Resets,
    /// The same, and the first connections of an upload stall for good.
    Stalls,
    /// The same, and at times the server responds with 503 or 429.
    Outages,
}

impl Network {
    /// Its name in the tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Network::Plain => "plain loopback",
            Network::Delay => "40 ms each way, 40 MB/s together",
            Network::Resets => "every connection reset after 4 to 16 MiB",
            Network::Stalls => "the first two connections stalled for good after 4 to 16 MiB",
            Network::Outages => "three times 503 or 429 for 2 s",
        }
    }

    /// Builds it in front of a server, for one upload.
    pub(crate) async fn before(self, server: &str, seed: u64) -> Route {
        let proxy = if self == Network::Outages { Some(StreamingProxy::start(server).await) } else { None };
        let target = proxy.as_ref().map_or(server, StreamingProxy::authority);
        let profile = NetworkProfile { delay: DELAY, rate: Some(RATE), ..NetworkProfile::default() };
        let start = || Arc::new(FaultyNetwork::start(target, seed, profile.clone()));
        Route {
            faults: self,
            server: server.to_owned(),
            network: (self != Network::Plain).then(start),
            proxy: proxy.map(Arc::new),
            profile,
            outages: None,
        }
    }
}

/// The route to a server. Ends when dropped.
pub(crate) struct Route {
    faults: Network,
    server: String,
    network: Option<Arc<FaultyNetwork>>,
    proxy: Option<Arc<StreamingProxy>>,
    profile: NetworkProfile,
    outages: Option<JoinHandle<()>>,
}

impl Route {
    /// `host:port` of its beginning.
    pub(crate) fn authority(&self) -> String {
        self.network.as_ref().map_or_else(|| self.server.clone(), |network| network.authority().to_owned())
    }

    /// Switches the faults on, when the upload begins.
    pub(crate) fn begin(&mut self, n_bytes: u64) {
        let Some(network) = self.network.clone() else { return };
        let faults = match self.faults {
            Network::Plain | Network::Delay => return,
            Network::Resets => vec![ConnectionFault::every(FaultKind::Reset, BEFORE_FAULT)],
            Network::Stalls | Network::Outages => Vec::new(),
        };
        network.set_profile(NetworkProfile { faults, ..self.profile.clone() });
        if self.faults == Network::Stalls {
            let stall = || ConnectionFault::every(FaultKind::Stall, BEFORE_FAULT);
            (0..N_STALLS).for_each(|_| network.fail_next(stall()));
        }
        // Connections that a page already holds open would not have the faults.
        network.fail_open(FaultKind::Reset);
        if let Some(proxy) = self.proxy.clone() {
            self.outages = Some(tokio::spawn(make_outages(network, proxy, n_bytes)));
        }
    }

    /// The waiting that the faults have caused so far and that no client can avoid.
    pub(crate) fn waiting(&self) -> Duration {
        let Some(network) = &self.network else { return Duration::ZERO };
        match self.faults {
            Network::Outages => OUTAGE * u32::try_from(OUTAGES.len()).unwrap_or(0),
            // Connections that stall at the same time are waited for at the same time.
            Network::Stalls if network.counts().stalls > 0 => STALL,
            Network::Plain | Network::Delay | Network::Resets | Network::Stalls => Duration::ZERO,
        }
    }
}

impl Drop for Route {
    fn drop(&mut self) {
        self.outages.iter().for_each(JoinHandle::abort);
    }
}

/// Refuses all uploads for a while, several times.
async fn make_outages(network: Arc<FaultyNetwork>, proxy: Arc<StreamingProxy>, n_bytes: u64) {
    let responses = [StubResponse::new(503).retry_after(1), StubResponse::new(429).retry_after(1)];
    let before = network.counts().bytes_up;
    for (share, response) in OUTAGES.into_iter().zip(responses.iter().cycle()) {
        let from = before + (n_bytes as f64 * share) as u64;
        network.wait_until(|counts| counts.bytes_up >= from).await;
        proxy.outage(response.clone(), OUTAGE);
    }
}
