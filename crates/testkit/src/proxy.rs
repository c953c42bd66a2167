//! What stands between a client and the edge: notes every request, breaks those it is told to, and speaks TLS if the
//! client wants it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use crate::patience::within_reason;
use crate::tls::Authority;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Answered 500 and not passed on.
    Answer500,
    /// The connection drops while the request's body is on its way.
    DropRequest,
    /// Passed on and done, but the connection drops instead of the answer.
    DropAnswer,
    /// Waits until [`Proxy::heal`], and is passed on then.
    Hold,
    /// Nothing: it uses up the turn of what is to be done to those after it.
    Pass,
}

/// A request that passed or broke.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Such as `POST`.
    pub method: String,
    /// With the query.
    pub path: String,
    /// Every header's name and value.
    pub headers: Vec<(String, String)>,
    /// What was done to it.
    pub broken: Option<Break>,
    /// The status of the answer that came from behind.
    pub status: Option<u16>,
    /// Its Content Security Policy.
    pub policy: Option<String>,
}

struct Rule {
    path: String,
    action: Break,
    times: usize,
}

#[derive(Default)]
struct State {
    rules: VecDeque<Rule>,
    seen: Vec<Seen>,
    /// How often everything was let go.
    n_heals: u32,
    /// What no answer may contain.
    secret: Option<String>,
    leaks: Vec<String>,
}

/// A running proxy.
pub struct Proxy {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub url: String,
    state: Arc<Mutex<State>>,
    news: Arc<Notify>,
}

impl Proxy {
    /// Listens on a free port and passes requests on to `target`, a `host:port`.
    pub async fn start(target: &str) -> Proxy {
        Proxy::listen(target, None).await
    }

    /// The same for clients that trust the authority, and without TLS behind, as a load balancer does it: what it
    /// passes on says in `X-Forwarded-Proto` how it came.
    pub async fn start_tls(target: &str, authority: &Authority) -> Proxy {
        Proxy::listen(target, Some(authority.acceptor.clone())).await
    }

    async fn listen(target: &str, tls: Option<TlsAcceptor>) -> Proxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().expect("a bound address"));
        let state = Arc::new(Mutex::new(State::default()));
        let news = Arc::new(Notify::new());
        let desk = Desk { target: target.to_owned(), state: state.clone(), news: news.clone() };
        tokio::spawn(accept(listener, tls, desk));
        Proxy { url, state, news }
    }

    /// Breaks the next `times` requests whose path contains `path`.
    pub fn break_next(&self, path: &str, action: Break, times: usize) {
        self.lock().rules.push_back(Rule { path: path.to_owned(), action, times });
    }

    /// Breaks nothing any more.
    pub fn heal(&self) {
        let mut state = self.lock();
        state.rules.clear();
        state.n_heals += 1;
        self.news.notify_waiters();
    }

    /// Waits until so many requests whose path contains `path` were seen that fit.
    pub async fn wait_for(&self, path: &str, n_seen: usize, fits: impl Fn(&Seen) -> bool) {
        let seen = async {
            loop {
                let news = self.news.notified();
                if self.seen(path).iter().filter(|seen| fits(seen)).count() >= n_seen {
                    return;
                }
                news.await;
            }
        };
        within_reason(path, seen).await;
    }

    /// All requests so far whose path contains `path`.
    pub fn seen(&self, path: &str) -> Vec<Seen> {
        self.lock().seen.iter().filter(|seen| seen.path.contains(path)).cloned().collect()
    }

    /// Watches every answer for a text that must never get to a browser.
    pub fn watch_for(&self, secret: &str) {
        self.lock().secret = Some(secret.to_owned());
    }

    /// The paths whose answers contained it.
    pub fn leaks(&self) -> Vec<String> {
        self.lock().leaks.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// What a connection needs.
#[derive(Clone)]
struct Desk {
    target: String,
    state: Arc<Mutex<State>>,
    news: Arc<Notify>,
}

impl Desk {
    /// Waits until everything is let go.
    async fn hold(&self) {
        let before = lock(&self.state).n_heals;
        loop {
            let news = self.news.notified();
            if lock(&self.state).n_heals > before {
                return;
            }
            news.await;
        }
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, desk: Desk) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, desk) = (tls.clone(), desk.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(stream, desk, false).await,
                // A client that does not trust us hangs up here.
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, desk, true).await;
                    }
                }
            }
        });
    }
}

async fn serve<S>(stream: S, desk: Desk, is_tls: bool)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let serve = service_fn(move |mut request: Request<Incoming>| {
        if is_tls {
            request.headers_mut().insert("x-forwarded-proto", HeaderValue::from_static("https"));
        }
        pass(request, desk.clone())
    });
    // A connection that was broken on purpose ends in an error here.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), serve).await;
}

/// Ends the connection without an answer.
fn dropped() -> std::io::Error {
    std::io::Error::other("dropped on purpose")
}

async fn pass(request: Request<Incoming>, desk: Desk) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let Desk { target, state, news } = &desk;
    let (index, broken) = note(state, &request);
    news.notify_waiters();
    if broken == Some(Break::Hold) {
        desk.hold().await;
    }
    if broken == Some(Break::DropRequest) {
        let mut body = request.into_body();
        let _ = body.frame().await;
        return Err(dropped());
    }
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    if broken == Some(Break::Answer500) {
        let mut response = Response::new(Full::new(Bytes::from_static(b"broken on purpose")));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return Ok(response);
    }
    let response = forward(Request::from_parts(parts, Full::new(body)), target).await?;
    note_answer(state, index, &response);
    news.notify_waiters();
    if broken == Some(Break::DropAnswer) {
        return Err(dropped());
    }
    Ok(response.map(Full::new))
}

/// `GET` without a browser: nothing is sent but the address.
pub async fn get(url: &str) -> Response<Bytes> {
    let (authority, path) =
        url.trim_start_matches("http://").split_once('/').expect("an http URL with a path");
    send(authority, Method::GET, &format!("/{path}"), &[], Bytes::new()).await
}

/// A call without a browser, to a `host:port`.
pub async fn send(
    authority: &str,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Bytes,
) -> Response<Bytes> {
    let request = Request::builder().method(method).uri(path).header("host", authority);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let request = request.body(Full::new(body)).expect("a well-formed request");
    forward(request, authority).await.expect("an answer")
}

fn note(state: &Mutex<State>, request: &Request<Incoming>) -> (usize, Option<Break>) {
    let path = request.uri().to_string();
    let mut state = lock(state);
    let rule = state.rules.iter_mut().find(|rule| rule.times > 0 && path.contains(&rule.path));
    let broken = rule.map(|rule| {
        rule.times -= 1;
        rule.action
    });
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    state.seen.push(Seen {
        method: request.method().to_string(),
        path,
        headers,
        broken,
        status: None,
        policy: None,
    });
    (state.seen.len() - 1, broken)
}

fn note_answer(state: &Mutex<State>, index: usize, response: &Response<Bytes>) {
    let mut state = lock(state);
    let policy = response.headers().get("content-security-policy").and_then(|policy| policy.to_str().ok());
    state.seen[index].policy = policy.map(str::to_owned);
    state.seen[index].status = Some(response.status().as_u16());
    let Some(secret) = &state.secret else { return };
    let is_in = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
    if is_in(response.body()) || response.headers().values().any(|value| is_in(value.as_bytes())) {
        let path = state.seen[index].path.clone();
        state.leaks.push(path);
    }
}

async fn forward(mut request: Request<Full<Bytes>>, target: &str) -> Result<Response<Bytes>, std::io::Error> {
    // Clients that take us for their way out write the whole address (RFC 9112, 3.2.2).
    if let Some(path) = request.uri().path_and_query().filter(|_| request.uri().authority().is_some()) {
        *request.uri_mut() = path.clone().into();
    }
    let stream = TcpStream::connect(target).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(std::io::Error::other)?;
    tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(std::io::Error::other)?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    Ok(Response::from_parts(parts, body))
}
