use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use service::platform::{PortError, WebhookRequest, WebhookSender};
use worker::send::IntoSendFuture;
use worker::wasm_bindgen::JsValue;
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

/// How long an address may take to answer: others wait behind it.
const PATIENCE: Duration = Duration::from_secs(10);

/// `fetch` to the world outside.
#[derive(Clone)]
pub(crate) struct FetchWebhooks {
    /// On a developer's machine, what gets all requests in place of the addresses that they are for. The rule for
    /// those is everywhere the same.
    instead: Option<String>,
}

impl FetchWebhooks {
    /// `instead` is an address or empty.
    pub(crate) fn new(instead: String) -> FetchWebhooks {
        FetchWebhooks { instead: (!instead.is_empty()).then_some(instead) }
    }
}

async fn send(hook: &WebhookRequest, url: &str) -> worker::Result<u16> {
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("user-agent", "Slipway")?;
    for (name, value) in &hook.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_body(Some(JsValue::from_str(&hook.body)))
        // An address that was checked must not lead to one that was not.
        .with_redirect(RequestRedirect::Manual);
    let request = Request::new_with_init(url, &init)?;
    let controller = AbortController::default();
    let signal = controller.signal();
    let fetch = Fetch::Request(request);
    let answer = pin!(fetch.send_with_signal(&signal));
    let outcome = match select(answer, pin!(Delay::from(PATIENCE))).await {
        Either::Left((response, _)) => response.map(|response| response.status_code()),
        Either::Right(_) => {
            let message = format!("expected an answer within {} s, got none", PATIENCE.as_secs());
            Err(worker::Error::RustError(message))
        }
    };
    // Nobody reads the answer's body: it must not go on arriving.
    controller.abort();
    outcome
}

impl WebhookSender for FetchWebhooks {
    fn post(&self, request: &WebhookRequest) -> impl Future<Output = Result<u16, PortError>> + Send {
        let request = request.clone();
        let url = self.instead.clone().unwrap_or_else(|| request.url.clone());
        async move {
            send(&request, &url).await.map_err(|error| match error {
                worker::Error::RustError(message) => PortError::new("webhook_sender", &message),
                // The platform gives but a number for it, which is for the log.
                error => {
                    worker::console_error!("webhook: {error}");
                    PortError::new(
                        "hooks",
                        "the address could not be reached; look whether its name is right",
                    )
                }
            })
        }
        .into_send()
    }
}
