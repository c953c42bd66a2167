//! The edge Worker: does what the `relay` crate decides.
//!
//! Bodies pass as the platform's own streams. Nothing is decided here.

mod convert;

use relay::{Decision, EdgeResponse, Policy, RequestHead};
use worker::{Context, Env, Request, Response, Result, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    let session_key = env.secret("SESSION_KEY")?.to_string();
    let api_token = env.secret("SLIPWAY_API_TOKEN")?.to_string();
    let dev_account = env.var("DEV_ACCOUNT").ok().map(|account| account.to_string());
    let policy = Policy {
        session_key: session_key.as_bytes(),
        api_token: &api_token,
        dev_account: dev_account.as_deref(),
    };
    let head = convert::head(&request)?;
    let request_head = RequestHead { method: head.method(), uri: head.uri(), headers: head.headers() };
    let now = i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX);
    match relay::decide(&policy, &request_head, now) {
        Decision::ServePage => {
            let page = convert::page_request(&request)?;
            convert::with_security_headers(env.assets("ASSETS")?.fetch_request(page).await?)
        }
        Decision::Respond(response) => respond(response),
        Decision::Forward(headers) => {
            let forwarded = convert::with_headers(&request, &headers)?;
            match env.service("SERVICE")?.fetch_request(forwarded).await {
                Ok(response) => convert::with_security_headers(response),
                Err(error) => {
                    let mut response = respond(relay::unreachable(head.uri().path()))?;
                    let id = correlation_id();
                    worker::console_error!("{id} the release service does not answer: {error}");
                    response.headers_mut().set(relay::CORRELATION_ID, &id)?;
                    Ok(response)
                }
            }
        }
    }
}

/// Ties a response to a line of the log. It need not be hard to guess: it opens nothing.
fn correlation_id() -> String {
    let random = || (worker::js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:08x}{:08x}", random(), random())
}

fn respond(from_edge: EdgeResponse) -> Result<Response> {
    let response = Response::ok(from_edge.body)?.with_status(from_edge.status);
    response.headers().set("content-type", "application/json")?;
    let mut response = convert::with_security_headers(response)?;
    if let Some(cookie) = from_edge.set_cookie {
        response.headers_mut().set("set-cookie", &cookie)?;
    }
    Ok(response)
}
