//! A bad network between clients and a server: it delays and throttles what passes, and connections break on it or
//! fall silent.
//!
//! It knows TCP only, so that it is fast enough to measure through, and whatever is spoken passes. What only HTTP can
//! say, such as a 503, is said by a [`Gate`](crate::Gate), which a wire may lead to. Everything that is drawn is drawn
//! from a seed and a connection's number.

mod connection;
mod line;
mod pace;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::draw::Draw;
use crate::patience::within_reason;
use pace::Pace;

/// What the network is like. By default, nothing is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// How long a byte is on its way, in either direction. A new connection takes one round trip before its first byte.
    pub delay: Duration,
    /// Bytes a second in either direction, of all connections together: more connections do not get more.
    pub rate: Option<u64>,
    /// What becomes of new connections; the first of these that strikes one counts.
    pub ends: Vec<End>,
    /// Whether new connections are refused.
    pub is_refusing: bool,
}

/// How a connection ends before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// What happens.
    pub strike: Strike,
    /// How many bytes the client sends before it happens; drawn for each connection.
    pub after: Range<u64>,
    /// It strikes one connection in so many, by chance.
    pub one_in: u64,
}

/// What can happen to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strike {
    /// Both sides get a reset (RST).
    Reset,
    /// Nothing moves any more, and nobody is told: the connection stays open for good.
    Silence,
    /// Both sides get an orderly end (FIN), in the middle of whatever they were saying.
    Cut,
}

impl End {
    /// That strike for every connection, after a number of bytes in the range.
    pub fn every(strike: Strike, after: Range<u64>) -> End {
        End { strike, after, one_in: 1 }
    }
}

/// What has happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections that were accepted.
    pub connections: u64,
    /// Those that are still there; silent ones are among them until the wire goes.
    pub open: u64,
    /// Connections that were reset on purpose.
    pub resets: u64,
    /// Connections that fell silent on purpose.
    pub silences: u64,
    /// Connections that were cut on purpose.
    pub cuts: u64,
    /// Bytes that clients sent.
    pub bytes_up: u64,
    /// Bytes that the server sent.
    pub bytes_down: u64,
}

/// A running network with one server behind it. Ends when dropped, and every connection with it.
pub struct Wire {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub url: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// What all connections have in common.
struct Shared {
    target: String,
    seed: u64,
    /// With the number of times that it was set.
    profile: watch::Sender<(u64, Profile)>,
    next: Mutex<VecDeque<End>>,
    strikes: watch::Sender<Option<Strike>>,
    counts: watch::Sender<Counts>,
    up: Pace,
    down: Pace,
}

impl Wire {
    /// Listens on a free port; what comes there gets to `target`, a `host:port`, as far as the profile lets it.
    pub fn start(target: &str, seed: u64, profile: Profile) -> Wire {
        // Bound and never listening, it keeps the port while connections are refused.
        let placeholder = socket(SocketAddr::from(([127, 0, 0, 1], 0)));
        let address = placeholder.local_addr().expect("a bound address");
        let shared = Arc::new(Shared {
            target: target.to_owned(),
            seed,
            profile: watch::Sender::new((0, profile)),
            next: Mutex::default(),
            strikes: watch::Sender::new(None),
            counts: watch::Sender::new(Counts::default()),
            up: Pace::default(),
            down: Pace::default(),
        });
        // From here on clients are let in; the task comes to it later.
        let listener = listen(address);
        let accepting = tokio::spawn(accept(placeholder, listener, shared.clone()));
        Wire { url: format!("http://{address}"), shared, accepting }
    }

    /// `host:port`.
    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Changes the network. Delay and rate hold at once; ends that open connections had still before them are off.
    pub fn set(&self, profile: Profile) {
        self.shared.profile.send_modify(|(times, now)| {
            *times += 1;
            *now = profile;
        });
    }

    /// The next new connection ends so, in place of what the profile says. Called more than once, the ones after it.
    pub fn end_next(&self, end: End) {
        self.shared.next.lock().unwrap_or_else(PoisonError::into_inner).push_back(end);
    }

    /// Strikes every open connection now; silent ones too.
    pub fn strike(&self, strike: Strike) {
        self.shared.strikes.send_replace(Some(strike));
    }

    /// What has happened so far.
    pub fn counts(&self) -> Counts {
        *self.shared.counts.borrow()
    }

    /// Waits until what has happened is what is waited for.
    pub async fn until(&self, is_so: impl FnMut(&Counts) -> bool) {
        let mut counts = self.shared.counts.subscribe();
        let seen = within_reason("what a wire was to count", counts.wait_for(is_so)).await;
        drop(seen.expect("the wire is there"));
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn count(&self, note: impl FnOnce(&mut Counts)) {
        self.counts.send_modify(note);
    }

    /// What the `nth` connection will come to, and after how many bytes; and under which profile it was drawn.
    fn draw(&self, nth: u64) -> Option<Fate> {
        let (times, profile) = &*self.profile.borrow();
        let mut draw = Draw::new(self.seed, nth);
        if let Some(end) = self.next.lock().unwrap_or_else(PoisonError::into_inner).pop_front() {
            return Some(Fate { strike: end.strike, after: draw.within(&end.after), drawn_under: None });
        }
        // All are drawn, so that one more in the list leaves the others as they were.
        let drawn =
            profile.ends.iter().map(|end| (end, draw.within(&(0..end.one_in)), draw.within(&end.after)));
        let struck = drawn.filter(|(_, chance, _)| *chance == 0).collect::<Vec<_>>();
        let (end, _, after) = struck.first()?;
        Some(Fate { strike: end.strike, after: *after, drawn_under: Some(*times) })
    }
}

/// What a connection will come to.
#[derive(Clone, Copy)]
struct Fate {
    strike: Strike,
    after: u64,
    /// It is off when the profile was set again meanwhile.
    drawn_under: Option<u64>,
}

fn socket(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseport(true).expect("two sockets may share a port");
    socket.bind(address).expect("a free port");
    socket
}

async fn accept(placeholder: TcpSocket, listener: TcpListener, shared: Arc<Shared>) {
    let address = listener.local_addr().expect("a bound address");
    let mut profile = shared.profile.subscribe();
    let mut connections = JoinSet::new();
    let mut listener = Some(listener);
    // It lives as long as this loop.
    let _placeholder = placeholder;
    loop {
        let is_refusing = profile.borrow_and_update().1.is_refusing;
        listener = if is_refusing { None } else { listener.or_else(|| Some(listen(address))) };
        tokio::select! {
            _ = profile.changed() => {}
            Ok((client, _)) = next_client(listener.as_ref()) => {
                let nth = shared.counts.borrow().connections;
                shared.count(|counts| { counts.connections += 1; counts.open += 1; });
                let fate = shared.draw(nth);
                connections.spawn(connection::carry(client, shared.clone(), fate));
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
