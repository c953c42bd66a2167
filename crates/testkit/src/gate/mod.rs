//! What stands before a server and speaks HTTP: passes requests on as streams, notes them, and turns some away.
//!
//! Unlike a [`Proxy`](crate::Proxy) it keeps no body, so that large ones may pass in whatever number. Breaking
//! connections is the business of a [`Wire`](crate::wire::Wire) before it.

mod body;
mod pass;
mod rules;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::patience::within_reason;
use rules::Rules;

/// An answer that is given in place of the server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Such as 503.
    pub status: u16,
    /// Seconds, for the header `Retry-After`.
    pub retry_after: Option<u64>,
    /// Of that type, if it is not empty.
    pub body: Bytes,
    /// Its `Content-Type`.
    pub content_type: &'static str,
}

impl Reply {
    /// Such an answer without a body.
    pub const fn new(status: u16) -> Reply {
        Reply { status, retry_after: None, body: Bytes::new(), content_type: "text/plain" }
    }

    /// The same, to be tried again after so many seconds.
    pub const fn after(mut self, seconds: u64) -> Reply {
        self.retry_after = Some(seconds);
        self
    }

    /// 200 with a JSON document.
    pub fn json(document: &serde_json::Value) -> Reply {
        let body = Bytes::from(document.to_string());
        Reply { body, content_type: "application/json", ..Reply::new(200) }
    }
}

/// Every so often, some uploads in a row get an answer that is not the server's.
#[derive(Clone, Debug)]
pub struct Bursts {
    /// Of what everything here is drawn.
    pub seed: u64,
    /// How many requests with a body pass before each burst.
    pub every: Range<u64>,
    /// How many are answered in one.
    pub length: Range<u64>,
    /// One for each burst.
    pub replies: Vec<Reply>,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Passed {
    /// Such as `POST`.
    pub method: Method,
    /// With the query.
    pub path: String,
    /// As they came.
    pub headers: HeaderMap,
    /// Bytes of its body that have come so far.
    pub n_bytes: u64,
    /// The MD5 of its body, when all of it has come and bodies are hashed.
    pub md5: Option<[u8; 16]>,
    /// The answer's status, once it is given.
    pub status: Option<u16>,
    /// Whether the answer was given here and not by the server.
    pub is_ours: bool,
}

impl Passed {
    /// The header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A running gate. Ends when dropped.
pub struct Gate {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub url: String,
    desk: Arc<Desk>,
    accepting: JoinHandle<()>,
}

/// How often something became of those who were held.
#[derive(Clone, Copy, Default)]
struct Released {
    /// They were looked at again, or dropped.
    times: u64,
    /// Their connections ended.
    drops: u64,
}

/// What all connections have in common.
struct Desk {
    target: String,
    rules: Mutex<Rules>,
    passed: watch::Sender<Vec<Passed>>,
    released: watch::Sender<Released>,
}

impl Gate {
    /// Listens on a free port and passes requests on to `target`, a `host:port`.
    pub async fn start(target: &str) -> Gate {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound address"));
        let desk = Arc::new(Desk {
            target: target.to_owned(),
            rules: Mutex::default(),
            passed: watch::Sender::default(),
            released: watch::Sender::default(),
        });
        let accepting = tokio::spawn(pass::accept(listener, desk.clone()));
        Gate { url, desk, accepting }
    }

    /// `host:port`.
    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Answers the next `times` requests whose path contains `path`.
    pub fn answer_next(&self, path: &str, reply: Reply, times: usize) {
        self.desk.rules().answer(path, reply, times);
    }

    /// Keeps such requests waiting, their bodies unread, until it is healed.
    pub fn hold(&self, holds: impl Fn(&Passed) -> bool + Send + Sync + 'static) {
        self.desk.rules().hold(Arc::new(holds));
    }

    /// Ends the connections of requests that are held. What a client has given up may still be on its way here, and would
    /// get to the server.
    pub fn drop_held(&self) {
        self.desk.released.send_modify(|released| {
            released.times += 1;
            released.drops += 1;
        });
    }

    /// Answers all requests with a body from now on and for that time.
    pub fn outage(&self, reply: Reply, lasts: Duration) {
        self.desk.rules().outage(reply, Instant::now() + lasts);
    }

    /// Answers some of the requests with a body, again and again.
    pub fn bursts(&self, bursts: Bursts) {
        self.desk.rules().bursts(bursts);
    }

    /// Takes the place of the server for requests that it `takes`: their bodies are heard to the end, and hashed.
    pub fn stand_in(
        &self,
        takes: impl Fn(&Passed) -> bool + Send + Sync + 'static,
        replies: impl Fn(&Passed) -> Reply + Send + Sync + 'static,
    ) {
        self.desk.rules().stand_in(Arc::new(takes), Arc::new(replies));
    }

    /// Hashes the bodies of all requests from now on.
    pub fn hash_bodies(&self) {
        self.desk.rules().is_hashing = true;
    }

    /// Turns nobody away any more, and lets those go on that are held.
    pub fn heal(&self) {
        self.desk.rules().heal();
        self.desk.released.send_modify(|released| released.times += 1);
    }

    /// All requests so far whose path contains `path`.
    pub fn passed(&self, path: &str) -> Vec<Passed> {
        self.desk.passed.borrow().iter().filter(|passed| passed.path.contains(path)).cloned().collect()
    }

    /// Waits until the requests so far are what is waited for.
    pub async fn until(&self, mut are_so: impl FnMut(&[Passed]) -> bool) {
        let mut passed = self.desk.passed.subscribe();
        let seen = within_reason("what a gate was to pass", passed.wait_for(|passed| are_so(passed))).await;
        drop(seen.expect("the gate is there"));
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Desk {
    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known of the `nth` request.
    fn note(&self, nth: usize, note: impl FnOnce(&mut Passed)) {
        self.passed.send_modify(|passed| note(&mut passed[nth]));
    }
}
