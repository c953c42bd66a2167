//! A proxy that records every request, gives some of them a fault, and speaks TLS if the client needs it.
//!
//! It reads each body as a whole before it passes it on.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::tls::CertificateAuthority;
use crate::clients::http::forward;
use crate::deadline::with_deadline;

/// The fault of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestFault {
    /// The proxy responds with 500 and does not forward the request.
    Respond500,
    /// The connection is closed while the client sends the body.
    DropRequest,
    /// The request is forwarded and takes effect, but the connection is closed in place of a response.
    DropResponse,
    /// The request waits until [`FaultyProxy::clear_faults`], and is forwarded then.
    Hold,
    /// None. It stands before another fault in the list to let the first requests pass.
    None,
}

/// A request that reached the proxy.
#[derive(Clone, Debug)]
pub struct ProxiedRequest {
    /// Such as `POST`.
    pub method: String,
    /// With the query.
    pub path: String,
    /// Every header's name and value.
    pub headers: Vec<(String, String)>,
    /// Its fault, if a rule applied to it.
    pub fault: Option<RequestFault>,
    /// The status of the server's response.
    pub status: Option<u16>,
    /// The response's Content Security Policy.
    pub policy: Option<String>,
}

struct Rule {
    path: String,
    fault: RequestFault,
    times: usize,
}

#[derive(Default)]
struct State {
    rules: VecDeque<Rule>,
    requests: Vec<ProxiedRequest>,
    /// How often the faults were cleared.
    n_cleared: u32,
    /// A text that no response may contain.
    secret: Option<String>,
    leaks: Vec<String>,
}

/// A running proxy.
pub struct FaultyProxy {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub url: String,
    state: Arc<Mutex<State>>,
    changed: Arc<Notify>,
}

impl FaultyProxy {
    /// Listens on a free port and passes requests on to `target`, a `host:port`.
    pub async fn start(target: &str) -> FaultyProxy {
        FaultyProxy::listen(target, None).await
    }

    /// The same for clients that trust the certificate authority, and without TLS to the server, as a load balancer
    /// does it: `X-Forwarded-Proto` of the forwarded request is `https`.
    pub async fn start_tls(target: &str, authority: &CertificateAuthority) -> FaultyProxy {
        FaultyProxy::listen(target, Some(authority.acceptor.clone())).await
    }

    async fn listen(target: &str, tls: Option<TlsAcceptor>) -> FaultyProxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().expect("a bound address"));
        let state = Arc::new(Mutex::new(State::default()));
        let changed = Arc::new(Notify::new());
        let shared =
            FaultyProxyState { target: target.to_owned(), state: state.clone(), changed: changed.clone() };
        tokio::spawn(accept(listener, tls, shared));
        FaultyProxy { url, state, changed }
    }

    /// Gives this fault to the next `times` requests whose path contains `path`.
    pub fn fail_next(&self, path: &str, fault: RequestFault, times: usize) {
        self.lock().rules.push_back(Rule { path: path.to_owned(), fault, times });
    }

    /// Removes all rules, and forwards the requests that are held.
    pub fn clear_faults(&self) {
        let mut state = self.lock();
        state.rules.clear();
        state.n_cleared += 1;
        self.changed.notify_waiters();
    }

    /// Waits for `n_requests` requests whose path contains `path` and that `fit`.
    pub async fn wait_for(&self, path: &str, n_requests: usize, fit: impl Fn(&ProxiedRequest) -> bool) {
        let reached = async {
            loop {
                let changed = self.changed.notified();
                if self.requests(path).iter().filter(|request| fit(request)).count() >= n_requests {
                    return;
                }
                changed.await;
            }
        };
        with_deadline(path, reached).await;
    }

    /// All requests so far whose path contains `path`.
    pub fn requests(&self, path: &str) -> Vec<ProxiedRequest> {
        self.lock().requests.iter().filter(|request| request.path.contains(path)).cloned().collect()
    }

    /// Searches every response for a text that must never get to a browser.
    pub fn watch_for_secret(&self, secret: &str) {
        self.lock().secret = Some(secret.to_owned());
    }

    /// The paths whose responses contained it.
    pub fn leaks(&self) -> Vec<String> {
        self.lock().leaks.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// What all connections share.
#[derive(Clone)]
struct FaultyProxyState {
    target: String,
    state: Arc<Mutex<State>>,
    changed: Arc<Notify>,
}

impl FaultyProxyState {
    /// Waits until the faults are cleared.
    async fn hold(&self) {
        let before = lock(&self.state).n_cleared;
        loop {
            let changed = self.changed.notified();
            if lock(&self.state).n_cleared > before {
                return;
            }
            changed.await;
        }
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, shared: FaultyProxyState) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, shared) = (tls.clone(), shared.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(stream, shared, false).await,
                // A client that does not trust the authority closes the connection here.
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, shared, true).await;
                    }
                }
            }
        });
    }
}

async fn serve<S>(stream: S, shared: FaultyProxyState, is_tls: bool)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let serve = service_fn(move |mut request: Request<Incoming>| {
        if is_tls {
            request.headers_mut().insert("x-forwarded-proto", HeaderValue::from_static("https"));
        }
        handle(request, shared.clone())
    });
    // A connection that was closed on purpose ends in an error here.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), serve).await;
}

/// Closes the connection without a response.
fn dropped_error() -> std::io::Error {
    std::io::Error::other("dropped on purpose")
}

async fn handle(
    request: Request<Incoming>,
    shared: FaultyProxyState,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let FaultyProxyState { target, state, changed } = &shared;
    let (index, fault) = record(state, &request);
    changed.notify_waiters();
    if fault == Some(RequestFault::Hold) {
        shared.hold().await;
    }
    if fault == Some(RequestFault::DropRequest) {
        let mut body = request.into_body();
        let _ = body.frame().await;
        return Err(dropped_error());
    }
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    if fault == Some(RequestFault::Respond500) {
        let mut response = Response::new(Full::new(Bytes::from_static(b"a fault on purpose")));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return Ok(response);
    }
    let response = forward(Request::from_parts(parts, Full::new(body)), target).await?;
    record_response(state, index, &response);
    changed.notify_waiters();
    if fault == Some(RequestFault::DropResponse) {
        return Err(dropped_error());
    }
    Ok(response.map(Full::new))
}

fn record(state: &Mutex<State>, request: &Request<Incoming>) -> (usize, Option<RequestFault>) {
    let path = request.uri().to_string();
    let mut state = lock(state);
    let rule = state.rules.iter_mut().find(|rule| rule.times > 0 && path.contains(&rule.path));
    let fault = rule.map(|rule| {
        rule.times -= 1;
        rule.fault
    });
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    state.requests.push(ProxiedRequest {
        method: request.method().to_string(),
        path,
        headers,
        fault,
        status: None,
        policy: None,
    });
    (state.requests.len() - 1, fault)
}

fn record_response(state: &Mutex<State>, index: usize, response: &Response<Bytes>) {
    let mut state = lock(state);
    let policy = response.headers().get("content-security-policy").and_then(|policy| policy.to_str().ok());
    state.requests[index].policy = policy.map(str::to_owned);
    state.requests[index].status = Some(response.status().as_u16());
    let Some(secret) = &state.secret else { return };
    let is_in = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
    if is_in(response.body()) || response.headers().values().any(|value| is_in(value.as_bytes())) {
        let path = state.requests[index].path.clone();
        state.leaks.push(path);
    }
}
