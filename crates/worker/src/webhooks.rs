use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use service::platform::{PortError, WebhookRequest, WebhookSender};
use worker::send::IntoSendFuture;
use worker::wasm_bindgen::JsValue;
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

/// How long a receiver may take to respond: other deliveries wait behind it.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Webhooks by `fetch`.
#[derive(Clone)]
pub(crate) struct FetchWebhooks {
    /// On a developer's machine: the address that gets all webhooks in place of their own.
    redirect_to: Option<String>,
}

impl FetchWebhooks {
    /// `redirect_to` is an address or empty.
    pub(crate) fn new(redirect_to: String) -> FetchWebhooks {
        FetchWebhooks { redirect_to: (!redirect_to.is_empty()).then_some(redirect_to) }
    }
}

async fn send(webhook: &WebhookRequest, url: &str) -> worker::Result<u16> {
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("user-agent", "Slipway")?;
    for (name, value) in &webhook.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_body(Some(JsValue::from_str(&webhook.body)))
        // A redirect could lead from an address that was checked to one that was not.
        .with_redirect(RequestRedirect::Manual);
    let request = Request::new_with_init(url, &init)?;
    let controller = AbortController::default();
    let signal = controller.signal();
    let fetch = Fetch::Request(request);
    let response = pin!(fetch.send_with_signal(&signal));
    let outcome = match select(response, pin!(Delay::from(TIMEOUT))).await {
        Either::Left((response, _)) => response.map(|response| response.status_code()),
        Either::Right(_) => {
            let message = format!("the receiver did not respond within {} s", TIMEOUT.as_secs());
            Err(worker::Error::RustError(message))
        }
    };
    // The response's body is not read: it must stop arriving.
    controller.abort();
    outcome
}

impl WebhookSender for FetchWebhooks {
    fn post(&self, request: &WebhookRequest) -> impl Future<Output = Result<u16, PortError>> + Send {
        let request = request.clone();
        let url = self.redirect_to.clone().unwrap_or_else(|| request.url.clone());
        async move {
            send(&request, &url).await.map_err(|error| match error {
                worker::Error::RustError(message) => PortError::new("webhook_sender", &message),
                // The platform's message is only a number, which is for the log.
                error => {
                    worker::console_error!("webhook: {error}");
                    PortError::new("webhook_sender", "the address could not be reached; check its name")
                }
            })
        }
        .into_send()
    }
}
