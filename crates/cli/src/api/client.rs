//! Makes the calls of the API, and repeats those that may succeed later.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use protocol::header;
use reqwest::{Client, Method, Response, redirect};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use upload::{ErrorClass, Jitter, RetryPolicy, retry_after_ms};

use super::error::{client_setup_error, connection_error, response_error, unreadable_response};
use super::server::ServerUrl;
use super::session::Session;
use crate::error::CliError;
use crate::output::Output;

/// Four attempts of a call, less than the ten of an upload: nothing is lost when the command fails here, and the user waits.
///
/// The waits in between are up to 750 ms, 1.5 s and 3 s. The server may ask for longer ones, up to 30 s. It takes each call
/// twice without harm.
const RETRY_POLICY: RetryPolicy =
    RetryPolicy { max_attempts: 4, first_wait_ms: 750, longest_wait_ms: 30_000 };

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
    pub(crate) fn with_api_token(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
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
        let mut jitter = Jitter::new(random_seed());
        let mut n_failures = 0;
        loop {
            let (error, wait_ms) = match self.send_once(&method, path, body.clone()).await {
                Ok(body) => {
                    return serde_json::from_str(&body).map_err(|_| unreadable_response(&self.server));
                }
                Err(AttemptError::Final { class: Some(ErrorClass::Unauthorized), .. })
                    if self.renew_token() =>
                {
                    continue;
                }
                Err(AttemptError::Final { error, .. }) => return Err(error),
                Err(AttemptError::Transient { error, wait_ms }) => (error, wait_ms),
            };
            n_failures += 1;
            if n_failures == RETRY_POLICY.max_attempts {
                return Err(error);
            }
            let wait_ms = wait_ms
                .unwrap_or_else(|| RETRY_POLICY.backoff_ms(n_failures, &mut jitter))
                .min(RETRY_POLICY.longest_wait_ms);
            self.output.debug(|| format!("{}; again in {wait_ms} ms", error.message));
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
    }

    async fn send_once(
        &self,
        method: &Method,
        path: &str,
        body: Option<String>,
    ) -> Result<String, AttemptError> {
        let started = Instant::now();
        let mut request = self.with_api_token(self.request(method.clone(), path)).timeout(RESPONSE_TIMEOUT);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let failed = |error: reqwest::Error| AttemptError::Transient {
            error: connection_error(&self.server, &error),
            wait_ms: None,
        };
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        self.log_response(method, path, status.as_u16(), started);
        let wait_ms = retry_after(&response);
        let location = header_text(&response, "location");
        let text = response.text().await.map_err(failed)?;
        if status.is_success() {
            return Ok(text);
        }
        let error = response_error(&self.server, status.as_u16(), &text, location.as_deref());
        match ErrorClass::of_status(status.as_u16()) {
            Some(class) if class.is_transient() => Err(AttemptError::Transient { error, wait_ms }),
            class => Err(AttemptError::Final { error, class }),
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
    Final { error: CliError, class: Option<ErrorClass> },
    /// The next attempt may succeed, after the wait that the server asks for.
    Transient { error: CliError, wait_ms: Option<u64> },
}

fn http_client(server: &ServerUrl) -> Result<Client, CliError> {
    // It fails if a provider is installed already, and that is the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .user_agent(concat!("slipway/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        // No redirect is followed. When one leads to another host, reqwest removes the standard credentials from the
        // request, but not `X-API-Token`. A sign-in gateway before the server responds with 302 to a host of its own: it
        // would get the token, and perhaps log it. A redirect to plain HTTP would send it readable. So a redirect is an
        // error that names the new address, and the user decides whether it is the server.
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

/// How long the server asks to wait, in milliseconds.
fn retry_after(response: &Response) -> Option<u64> {
    retry_after_ms(&header_text(response, "retry-after")?, header_text(response, "date").as_deref())
}

/// A header's value, if there is one and it is text.
pub(crate) fn header_text(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// A seed for [`Jitter`]: the standard library seeds each of these anew.
pub(crate) fn random_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Requests hold strings, numbers and booleans only, so writing them cannot fail.
fn to_json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}
