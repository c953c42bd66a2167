//! A proxy that forwards bodies as streams, records requests, and responds to some in the server's place.
//!
//! Unlike [`FaultyProxy`](crate::FaultyProxy) it keeps no body in memory, so that it can forward any number of large
//! ones. It never breaks a connection; a [`FaultyNetwork`](crate::FaultyNetwork) before it does.
//!
//! `rules` decides what happens to a request, `forward` does it, `body` counts and hashes bytes on their way.

mod body;
mod forward;
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

use crate::deadline::with_deadline;
use rules::Rules;

/// A response that the proxy gives in place of the server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StubResponse {
    /// Such as 503.
    pub status: u16,
    /// Seconds, for the header `Retry-After`.
    pub retry_after: Option<u64>,
    /// The body.
    pub body: Bytes,
    /// The body's `Content-Type`.
    pub content_type: &'static str,
}

impl StubResponse {
    /// A response without a body.
    pub const fn new(status: u16) -> StubResponse {
        StubResponse { status, retry_after: None, body: Bytes::new(), content_type: "text/plain" }
    }

    /// The same with `Retry-After`, in seconds.
    pub const fn retry_after(mut self, seconds: u64) -> StubResponse {
        self.retry_after = Some(seconds);
        self
    }

    /// 200 with a JSON document.
    pub fn json(document: &serde_json::Value) -> StubResponse {
        let body = Bytes::from(document.to_string());
        StubResponse { body, content_type: "application/json", ..StubResponse::new(200) }
    }
}

/// Bursts of errors: at random intervals, some uploads in a row get a response that is not the server's.
#[derive(Clone, Debug)]
pub struct ErrorBursts {
    /// The seed of all random choices.
    pub seed: u64,
    /// How many requests with a body are forwarded before each burst.
    pub every: Range<u64>,
    /// How many get a response in one burst.
    pub length: Range<u64>,
    /// Each burst uses one of them.
    pub responses: Vec<StubResponse>,
}

/// A request that reached the proxy.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    /// Such as `POST`.
    pub method: Method,
    /// With the query.
    pub path: String,
    /// All of its headers.
    pub headers: HeaderMap,
    /// Bytes of its body that were received so far.
    pub n_bytes: u64,
    /// The MD5 of its body, once it is complete, if bodies are hashed.
    pub md5: Option<[u8; 16]>,
    /// The response's status, once there is one.
    pub status: Option<u16>,
    /// Whether the response came from the proxy and not from the server.
    pub is_stubbed: bool,
}

impl RecordedRequest {
    /// The header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A running proxy. Ends when dropped.
pub struct StreamingProxy {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub url: String,
    shared: Arc<StreamingProxyState>,
    accepting: JoinHandle<()>,
}

/// How often requests that were held were released.
#[derive(Clone, Copy, Default)]
struct Releases {
    /// All of them: they met the rules again, or were dropped.
    total: u64,
    /// Their connections were closed.
    drops: u64,
}

/// What all connections share.
struct StreamingProxyState {
    target: String,
    rules: Mutex<Rules>,
    requests: watch::Sender<Vec<RecordedRequest>>,
    releases: watch::Sender<Releases>,
}

impl StreamingProxy {
    /// Listens on a free port and forwards requests to `target`, a `host:port`.
    pub async fn start(target: &str) -> StreamingProxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound address"));
        let shared = Arc::new(StreamingProxyState {
            target: target.to_owned(),
            rules: Mutex::default(),
            requests: watch::Sender::default(),
            releases: watch::Sender::default(),
        });
        let accepting = tokio::spawn(forward::accept(listener, shared.clone()));
        StreamingProxy { url, shared, accepting }
    }

    /// `host:port`.
    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Responds to the next `times` requests whose path contains `path`.
    pub fn respond_next(&self, path: &str, response: StubResponse, times: usize) {
        self.shared.rules().respond(path, response, times);
    }

    /// Holds requests that match, their bodies unread, until [`Self::clear_faults`].
    pub fn hold(&self, matches: impl Fn(&RecordedRequest) -> bool + Send + Sync + 'static) {
        self.shared.rules().hold(Arc::new(matches));
    }

    /// Closes the connections of requests that are held. A request that the client has aborted may still be held here,
    /// and would reach the server later.
    pub fn drop_held(&self) {
        self.shared.releases.send_modify(|releases| {
            releases.total += 1;
            releases.drops += 1;
        });
    }

    /// Responds to all requests with a body for that time.
    pub fn outage(&self, response: StubResponse, duration: Duration) {
        self.shared.rules().outage(response, Instant::now() + duration);
    }

    /// Responds to some of the requests with a body, in bursts.
    pub fn error_bursts(&self, bursts: ErrorBursts) {
        self.shared.rules().bursts(bursts);
    }

    /// Replaces the server for requests that match: their bodies are read to the end and hashed before `respond`.
    pub fn stub(
        &self,
        matches: impl Fn(&RecordedRequest) -> bool + Send + Sync + 'static,
        respond: impl Fn(&RecordedRequest) -> StubResponse + Send + Sync + 'static,
    ) {
        self.shared.rules().stub(Arc::new(matches), Arc::new(respond));
    }

    /// Hashes the bodies of all requests from now on.
    pub fn hash_bodies(&self) {
        self.shared.rules().is_hashing = true;
    }

    /// Removes all rules but the stub, and forwards the requests that are held.
    pub fn clear_faults(&self) {
        self.shared.rules().clear_faults();
        self.shared.releases.send_modify(|releases| releases.total += 1);
    }

    /// All requests so far whose path contains `path`.
    pub fn requests(&self, path: &str) -> Vec<RecordedRequest> {
        self.shared.requests.borrow().iter().filter(|request| request.path.contains(path)).cloned().collect()
    }

    /// Waits until the requests so far fulfil the condition.
    pub async fn wait_until(&self, mut condition: impl FnMut(&[RecordedRequest]) -> bool) {
        let mut requests = self.shared.requests.subscribe();
        let wait = requests.wait_for(|requests| condition(requests));
        drop(with_deadline("the proxy's requests", wait).await.expect("the proxy is there"));
    }
}

impl Drop for StreamingProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl StreamingProxyState {
    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the record of the `nth` request.
    fn update(&self, nth: usize, update: impl FnOnce(&mut RecordedRequest)) {
        self.requests.send_modify(|requests| update(&mut requests[nth]));
    }
}
