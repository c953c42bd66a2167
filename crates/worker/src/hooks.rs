use std::future::Future;

use service::platform::{HookRequest, Hooks, PortError};
use worker::send::IntoSendFuture;
use worker::wasm_bindgen::JsValue;
use worker::{Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

/// `fetch` to the world outside.
#[derive(Clone)]
pub(crate) struct Outside;

async fn send(hook: &HookRequest) -> worker::Result<u16> {
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
    let request = Request::new_with_init(&hook.url, &init)?;
    Ok(Fetch::Request(request).send().await?.status_code())
}

impl Hooks for Outside {
    fn post(&self, request: &HookRequest) -> impl Future<Output = Result<u16, PortError>> + Send {
        let request = request.clone();
        async move { send(&request).await.map_err(|error| PortError::new("hooks", &error)) }.into_send()
    }
}
