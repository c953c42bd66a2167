//! Makes the calls of the API, and repeats those that may succeed later.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use protocol::header;
use reqwest::{Client, Method, Response, redirect};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::error::{client_setup_error, connection_error, response_error, unreadable_response};
use super::server::ServerUrl;
use super::session::Session;
use crate::error::CliError;
use crate::output::Output;

/// How often a call is made before the command fails. The server takes each of them twice without harm.
const ATTEMPTS: u32 = 4;

/// The first wait between two of them, and the longest one that a server may ask for.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How long a response may take; lists of a large account take a few seconds.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// A client of one server, with a token.
#[derive(Clone, Debug)]
pub(crate) struct ApiClient {
    http: Client,
    server: ServerUrl,
    /// Shared by all clones: a new token counts for all of them.
    session: Arc<Mutex<Session>>,
    output: Output,
}

impl ApiClient {
    pub(crate) fn new(session: Session, output: Output) -> Result<Self, CliError> {
        let server = session.server.clone();
        Ok(Self { http: http_client(&server)?, server, session: Arc::new(Mutex::new(session)), output })
    }

    /// The server.
    pub(crate) fn server(&self) -> &ServerUrl {
        &self.server
    }

    /// Takes the token that `slipway login` stored since, if there is one.
    pub(crate) fn renew_token(&self) -> bool {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let renewed = session.with_stored_token();
        let is_new = renewed.is_some();
        if let Some(renewed) = renewed {
            *session = renewed;
        }
        is_new
    }

    /// A request to the server, without the token.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.server))
    }

    /// Adds the API token to the request.
    pub(crate) fn authenticated(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let mut value = reqwest::header::HeaderValue::from_str(session.token.expose());
        if let Ok(value) = &mut value {
            value.set_sensitive(true);
        }
        match value {
            Ok(value) => request.header(header::API_TOKEN, value),
            // `ApiToken` takes only what a header can carry.
            Err(_) => request,
        }
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, CliError> {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, CliError> {
        self.call(Method::POST, path, Some(to_json(body))).await
    }

    /// Changes something. The response body is not used.
    pub(crate) async fn put(&self, path: &str, body: &impl Serialize) -> Result<(), CliError> {
        self.call::<IgnoredAny>(Method::PUT, path, Some(to_json(body))).await.map(|_| ())
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<T, CliError> {
        let mut attempt = 1;
        loop {
            let (error, wait) = match self.send_once(&method, path, body.clone()).await {
                Ok(body) => {
                    return serde_json::from_str(&body).map_err(|_| unreadable_response(&self.server));
                }
                Err(AttemptError::Final(error)) if error.code == "unauthorized" && self.renew_token() => {
                    continue;
                }
                Err(AttemptError::Final(error)) => return Err(error),
                Err(AttemptError::Transient { error, wait }) => (error, wait),
            };
            if attempt == ATTEMPTS {
                return Err(error);
            }
            let wait =
                wait.unwrap_or_else(|| with_jitter(FIRST_WAIT * 2_u32.pow(attempt - 1))).min(LONGEST_WAIT);
            self.output.debug(|| format!("{}; again in {} ms", error.message, wait.as_millis()));
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn send_once(
        &self,
        method: &Method,
        path: &str,
        body: Option<String>,
    ) -> Result<String, AttemptError> {
        let started = Instant::now();
        let mut request = self.authenticated(self.request(method.clone(), path)).timeout(RESPONSE_TIMEOUT);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let failed = |error: reqwest::Error| AttemptError::Transient {
            error: connection_error(&self.server, &error),
            wait: None,
        };
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        self.log_response(method, path, status.as_u16(), started);
        let wait = retry_after(&response);
        let location = header_text(&response, "location");
        let text = response.text().await.map_err(failed)?;
        if status.is_success() {
            return Ok(text);
        }
        let error = response_error(&self.server, status.as_u16(), &text, location.as_deref());
        match status.as_u16() {
            408 | 429 | 500.. => Err(AttemptError::Transient { error, wait }),
            _ => Err(AttemptError::Final(error)),
        }
    }

    /// With `--debug`, prints which call failed, and why.
    pub(crate) fn log_failure(&self, method: &Method, path: &str, reason: &str) {
        let path = path.split('?').next().unwrap_or_default();
        self.output.debug(|| format!("{method} {path} failed: {reason}"));
    }

    /// With `--debug`, prints which call was made. The query is left out: addresses of uploads have file names in it.
    pub(crate) fn log_response(&self, method: &Method, path: &str, status: u16, started: Instant) {
        let path = path.split('?').next().unwrap_or_default();
        self.output.debug(|| format!("{method} {path} → {status} in {} ms", started.elapsed().as_millis()));
    }
}

/// Why one attempt at a call failed.
enum AttemptError {
    /// The next attempt would fail in the same way.
    Final(CliError),
    /// The next attempt may succeed, after the wait that the server asks for.
    Transient { error: CliError, wait: Option<Duration> },
}

fn http_client(server: &ServerUrl) -> Result<Client, CliError> {
    // It fails if a provider is installed already, and that is the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .user_agent(concat!("slipway/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        // No redirect is followed. reqwest removes well-known credentials when a redirect leads to another host, but not
        // `X-API-Token`. A server that was taken over, or a hotel's sign-in page before a plain HTTP address, could
        // answer 302 and collect the token. The user learns the new address and decides.
        .redirect(redirect::Policy::none())
        // Calls are repeated here and by `upload`, and not a third time by the HTTP library.
        .retry(reqwest::retry::never())
        .tcp_nodelay(true);
    if server.is_loopback() {
        // Plain HTTP is allowed to this machine because it does not leave it. A proxy would make it leave.
        builder = builder.no_proxy();
    }
    if !server.is_https() {
        // Otherwise a system without certificates could not use plain HTTP either.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| client_setup_error(&error))
}

/// RFC 9110, 10.2.3, in seconds. A date is ignored: clocks differ.
fn retry_after(response: &Response) -> Option<Duration> {
    header_text(response, "retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// A header's value, if there is one and it is text.
pub(crate) fn header_text(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// Half to all of the wait, so that clients whose calls failed together do not all return together.
fn with_jitter(wait: Duration) -> Duration {
    wait.mul_f64(0.5 + (random_seed() % 1000) as f64 / 2000.0)
}

/// Random enough to spread waits: the standard library seeds each of these anew.
pub(crate) fn random_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Requests hold strings, numbers and booleans only, so writing them cannot fail.
fn to_json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}
