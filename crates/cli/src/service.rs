//! The calls of the API, one after the other, with patience.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use protocol::header;
use reqwest::{Client, Method, Response, redirect};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::fault;
use crate::output::Output;
use crate::server::Server;
use crate::session::Session;
use crate::trouble::Trouble;

/// How often a call is made before it is given up. All that are made here may come twice.
const TRIES: u32 = 4;

/// The first wait between two of them, and the longest one that a server may ask for.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How long an answer may take; lists of a large account take a few seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a connection may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(20);

/// A server that is talked to with a token.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    client: Client,
    server: Server,
    /// Shared by all clones: one that gets another token gets it for all.
    session: Arc<Mutex<Session>>,
    output: Output,
}

impl Service {
    pub(crate) fn new(session: Session, output: Output) -> Result<Self, Trouble> {
        let server = session.server.clone();
        Ok(Self { client: client(&server)?, server, session: Arc::new(Mutex::new(session)), output })
    }

    /// The server.
    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    /// Takes another token, if there is one by now.
    pub(crate) fn renew(&self) -> bool {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let renewed = session.renewed();
        let is_new = renewed.is_some();
        if let Some(renewed) = renewed {
            *session = renewed;
        }
        is_new
    }

    /// A request to the server, yet without permission.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.server))
    }

    /// Gives the request the permission that the API token is.
    pub(crate) fn signed(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let mut value = reqwest::header::HeaderValue::from_str(session.token.expose());
        if let Ok(value) = &mut value {
            value.set_sensitive(true);
        }
        match value {
            Ok(value) => request.header(header::API_TOKEN, value),
            // A token is checked when it is made: see `secret::Token`.
            Err(_) => request,
        }
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Trouble> {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Trouble> {
        self.call(Method::POST, path, Some(json(body))).await
    }

    /// Changes something; the answer says nothing new.
    pub(crate) async fn put(&self, path: &str, body: &impl Serialize) -> Result<(), Trouble> {
        self.call::<IgnoredAny>(Method::PUT, path, Some(json(body))).await.map(|_| ())
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<T, Trouble> {
        let mut tried = 1;
        loop {
            let (trouble, wait) = match self.attempt(&method, path, body.clone()).await {
                Ok(body) => {
                    return serde_json::from_str(&body).map_err(|_| fault::unintelligible(&self.server));
                }
                Err(Attempt::Refused(trouble)) if trouble.code == "unauthorized" && self.renew() => continue,
                Err(Attempt::Refused(trouble)) => return Err(trouble),
                Err(Attempt::Failed { trouble, wait }) => (trouble, wait),
            };
            if tried == TRIES {
                return Err(trouble);
            }
            let wait = wait.unwrap_or_else(|| spread(FIRST_WAIT * 2_u32.pow(tried - 1))).min(LONGEST_WAIT);
            self.output.debug(|| format!("{}; again in {} ms", trouble.message, wait.as_millis()));
            tokio::time::sleep(wait).await;
            tried += 1;
        }
    }

    async fn attempt(&self, method: &Method, path: &str, body: Option<String>) -> Result<String, Attempt> {
        let started = Instant::now();
        let mut request = self.signed(self.request(method.clone(), path)).timeout(PATIENCE);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let failed = |error: reqwest::Error| Attempt::Failed {
            trouble: fault::of_connection(&self.server, &error),
            wait: None,
        };
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        self.log(method, path, status.as_u16(), started);
        let wait = retry_after(&response);
        let location = text_of(&response, "location");
        let text = response.text().await.map_err(failed)?;
        if status.is_success() {
            return Ok(text);
        }
        let trouble = fault::of_answer(&self.server, status.as_u16(), &text, location.as_deref());
        match status.as_u16() {
            408 | 429 | 500.. => Err(Attempt::Failed { trouble, wait }),
            _ => Err(Attempt::Refused(trouble)),
        }
    }

    /// Says which call failed, and why.
    pub(crate) fn log_failure(&self, method: &Method, path: &str, reason: &str) {
        let path = path.split('?').next().unwrap_or_default();
        self.output.debug(|| format!("{method} {path} failed: {reason}"));
    }

    /// Says which call was made. The query stays out: addresses of uploads carry names there.
    pub(crate) fn log(&self, method: &Method, path: &str, status: u16, started: Instant) {
        let path = path.split('?').next().unwrap_or_default();
        self.output.debug(|| format!("{method} {path} → {status} in {} ms", started.elapsed().as_millis()));
    }
}

/// Why an attempt has no answer that counts.
enum Attempt {
    /// The next one would come to the same.
    Refused(Trouble),
    /// The next one may succeed, after as long as the server asks for.
    Failed { trouble: Trouble, wait: Option<Duration> },
}

fn client(server: &Server) -> Result<Client, Trouble> {
    // Twice is once: whoever came first installed the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .user_agent(concat!("slipway/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_PATIENCE)
        // A token goes where it was meant to go, not where an answer says.
        .redirect(redirect::Policy::none())
        // Who repeats what is decided here and in `upload`.
        .retry(reqwest::retry::never())
        .tcp_nodelay(true);
    if server.is_loopback() {
        // Plain HTTP is allowed there because it does not leave this machine: then it must not.
        builder = builder.no_proxy();
    }
    if !server.is_https() {
        // Or a system without certificates could not even speak without TLS.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| fault::no_client(&error))
}

/// RFC 9110, 10.2.3, in seconds. A date is not believed: clocks differ.
fn retry_after(response: &Response) -> Option<Duration> {
    text_of(response, "retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// A header's value, if it is text.
pub(crate) fn text_of(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// Half to all of it, so that not all who failed together come back together.
fn spread(wait: Duration) -> Duration {
    wait.mul_f64(0.5 + (random() % 1000) as f64 / 2000.0)
}

/// Good enough to spread waits: the standard library seeds each of these anew.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Requests hold strings, numbers and booleans only, so writing them cannot fail.
fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}
