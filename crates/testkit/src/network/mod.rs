//! A network between clients and a server that delays and throttles bytes, and resets, closes or stalls connections.
//!
//! `connection` carries one connection and applies its fault, `pipe` is one direction of it, `throttle` the rate that
//! all connections share.
//!
//! Bytes are cut below HTTP because that is where real networks cut them. A proxy that speaks HTTP hides the faults
//! which lose packages: it has read a request before it fails it, so the client never sees a reset in the middle of a
//! body, a response head without its body, or a connection that stays open and moves nothing. On TCP the fault comes
//! at any byte, of whatever protocol, and carrying bytes unparsed is fast enough to measure uploads through. What only
//! HTTP can express, such as a 503, comes from a [`StreamingProxy`](crate::StreamingProxy) behind this network.
//!
//! Every random choice depends on the seed and the number of the connection, so that a failed run can be repeated.

mod connection;
mod pipe;
#[cfg(test)]
mod tests;
mod throttle;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::deadline::with_deadline;
use crate::random::Random;
use throttle::Throttle;

/// The network's delay, rate and faults. By default it has none.
#[derive(Clone, Debug, Default)]
pub struct NetworkProfile {
    /// How long a byte is in flight, in either direction. A new connection takes one round trip before its first byte.
    pub delay: Duration,
    /// Bytes a second in either direction, of all connections together: more connections do not get more.
    pub rate: Option<u64>,
    /// Faults of new connections. If several hit one connection, the first of the list counts.
    pub faults: Vec<ConnectionFault>,
    /// Whether new connections are refused.
    pub is_refusing: bool,
}

/// A fault that a connection may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionFault {
    /// What happens.
    pub kind: FaultKind,
    /// How many bytes the client sends before it happens, chosen at random for each connection.
    pub after: Range<u64>,
    /// It hits one connection in so many, at random.
    pub one_in: u64,
}

/// What can happen to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Both sides get a reset (RST).
    Reset,
    /// No byte moves any more in either direction, and the connection stays open.
    Stall,
    /// Both sides get an orderly end (FIN) in the middle of a message.
    Close,
}

impl ConnectionFault {
    /// A fault of every connection, after a number of bytes in the range.
    pub fn every(kind: FaultKind, after: Range<u64>) -> ConnectionFault {
        ConnectionFault { kind, after, one_in: 1 }
    }
}

/// Connections, faults and bytes so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NetworkCounts {
    /// Connections that were accepted.
    pub connections: u64,
    /// Those that are still open; stalled ones stay open as long as the network.
    pub open: u64,
    /// Connections that were reset on purpose.
    pub resets: u64,
    /// Connections that were stalled on purpose.
    pub stalls: u64,
    /// Connections that were closed on purpose.
    pub closes: u64,
    /// Bytes that clients sent.
    pub bytes_up: u64,
    /// Bytes that the server sent.
    pub bytes_down: u64,
}

/// A running network with one server behind it. It ends when dropped, and every connection with it.
pub struct FaultyNetwork {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub url: String,
    shared: Arc<NetworkState>,
    accepting: JoinHandle<()>,
}

/// What all connections have in common.
struct NetworkState {
    target: String,
    seed: u64,
    /// With the number of times that it was set.
    profile: watch::Sender<(u64, NetworkProfile)>,
    next_faults: Mutex<VecDeque<ConnectionFault>>,
    /// A fault for all connections that are open.
    now: watch::Sender<Option<FaultKind>>,
    counts: watch::Sender<NetworkCounts>,
    to_server: Throttle,
    to_client: Throttle,
}

impl FaultyNetwork {
    /// Listens on a free port and carries connections to `target`, a `host:port`.
    pub fn start(target: &str, seed: u64, profile: NetworkProfile) -> FaultyNetwork {
        // Bound and never listening, it keeps the port while connections are refused.
        let placeholder = socket(SocketAddr::from(([127, 0, 0, 1], 0)));
        let address = placeholder.local_addr().expect("a bound address");
        let shared = Arc::new(NetworkState {
            target: target.to_owned(),
            seed,
            profile: watch::Sender::new((0, profile)),
            next_faults: Mutex::default(),
            now: watch::Sender::new(None),
            counts: watch::Sender::new(NetworkCounts::default()),
            to_server: Throttle::default(),
            to_client: Throttle::default(),
        });
        // The socket listens from here on, although the task accepts connections only later.
        let listener = listen(address);
        let accepting = tokio::spawn(accept(placeholder, listener, shared.clone()));
        FaultyNetwork { url: format!("http://{address}"), shared, accepting }
    }

    /// `host:port`.
    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Changes the network. Delay and rate hold at once; faults that open connections have not had yet are off.
    pub fn set_profile(&self, profile: NetworkProfile) {
        self.shared.profile.send_modify(|(times, now)| {
            *times += 1;
            *now = profile;
        });
    }

    /// Gives this fault to the next new connection, in place of the profile's. Further calls are for the ones after it.
    pub fn fail_next(&self, fault: ConnectionFault) {
        self.shared.next_faults.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    /// Gives this fault to every open connection now; stalled ones too.
    pub fn fail_open(&self, kind: FaultKind) {
        self.shared.now.send_replace(Some(kind));
    }

    /// Connections, faults and bytes so far.
    pub fn counts(&self) -> NetworkCounts {
        *self.shared.counts.borrow()
    }

    /// Waits until the counts fulfil the condition.
    pub async fn wait_until(&self, condition: impl FnMut(&NetworkCounts) -> bool) {
        let mut counts = self.shared.counts.subscribe();
        let fulfilled = with_deadline("the network's counts", counts.wait_for(condition)).await;
        drop(fulfilled.expect("the network is there"));
    }
}

impl Drop for FaultyNetwork {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl NetworkState {
    fn count(&self, change: impl FnOnce(&mut NetworkCounts)) {
        self.counts.send_modify(change);
    }

    /// The fault that the `nth` connection will have, if any.
    fn plan_fault(&self, nth: u64) -> Option<PlannedFault> {
        let (times, profile) = &*self.profile.borrow();
        let mut random = Random::new(self.seed, nth);
        if let Some(fault) = self.next_faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front() {
            let after = random.within(&fault.after);
            return Some(PlannedFault { kind: fault.kind, after, profile: None });
        }
        // Numbers are taken for all faults, so that one more in the list leaves the others as they were.
        let all = profile.faults.iter();
        let all = all.map(|fault| (fault, random.within(&(0..fault.one_in)), random.within(&fault.after)));
        let hits = all.filter(|(_, chance, _)| *chance == 0).collect::<Vec<_>>();
        let (fault, _, after) = hits.first()?;
        Some(PlannedFault { kind: fault.kind, after: *after, profile: Some(*times) })
    }
}

/// The fault that one connection will have.
#[derive(Clone, Copy)]
struct PlannedFault {
    kind: FaultKind,
    /// Bytes that the client sends before it.
    after: u64,
    /// The number of the profile that it comes from. The fault is off once another profile is set.
    profile: Option<u64>,
}

fn socket(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseport(true).expect("two sockets may share a port");
    socket.bind(address).expect("a free port");
    socket
}

async fn accept(placeholder: TcpSocket, listener: TcpListener, shared: Arc<NetworkState>) {
    let address = listener.local_addr().expect("a bound address");
    let mut profile = shared.profile.subscribe();
    let mut connections = JoinSet::new();
    let mut listener = Some(listener);
    // It keeps the port as long as this loop runs.
    let _placeholder = placeholder;
    loop {
        let is_refusing = profile.borrow_and_update().1.is_refusing;
        listener = if is_refusing { None } else { listener.or_else(|| Some(listen(address))) };
        tokio::select! {
            _ = profile.changed() => {}
            Ok((client, _)) = next_client(listener.as_ref()) => {
                let nth = shared.counts.borrow().connections;
                shared.count(|counts| { counts.connections += 1; counts.open += 1; });
                let fault = shared.plan_fault(nth);
                connections.spawn(connection::carry(client, shared.clone(), fault));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

fn listen(address: SocketAddr) -> TcpListener {
    socket(address).listen(1024).expect("the port is kept for this")
}

async fn next_client(listener: Option<&TcpListener>) -> std::io::Result<(tokio::net::TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}
