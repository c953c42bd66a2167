//! HTTP to the portal's own origin, with the session's cookie.

use std::{marker::PhantomData, pin::Pin};

use gloo_net::http::{Method, RequestBuilder, Response};
use protocol::{ErrorBody, Session, header, route};
use serde::{Serialize, de::DeserializeOwned};

use super::error::ApiError;

/// A call that answers with a `T`, not made yet.
///
/// Whoever makes it gets text, which [`read`] makes a `T` of: futures and resources know nothing of `T`, so their code
/// is there once and not for each call, in a module that people wait for.
pub(crate) struct Call<T> {
    request: Request,
    answer: PhantomData<fn() -> T>,
}

/// What is sent.
#[derive(Clone)]
struct Request {
    method: Method,
    path: String,
    json: Option<String>,
}

/// The text of an answer, when it comes.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<String, ApiError>>>>;

impl<T> Call<T> {
    pub(super) fn new(method: Method, path: String, json: Option<String>) -> Call<T> {
        Call { request: Request { method, path, json }, answer: PhantomData }
    }

    /// Makes the call.
    pub(crate) fn answer(self) -> Answer {
        Box::pin(answer(self.request))
    }
}

/// The value in the text of an answer.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    serde_json::from_str(text).map_err(|_| ApiError::Unreadable)
}

/// Signs in, or finds out who is.
pub(crate) fn open_session() -> Call<Session> {
    Call::new(Method::POST, route::SESSION.to_owned(), None)
}

pub(super) fn get<T>(path: String) -> Call<T> {
    Call::new(Method::GET, path, None)
}

/// A request that cannot be written cannot be sent either; `null` makes the server say so.
pub(super) fn json(request: &impl Serialize) -> String {
    serde_json::to_string(request).unwrap_or_else(|_| "null".to_owned())
}

/// Calls, and once more with a fresh session if this one has ended.
async fn answer(request: Request) -> Result<String, ApiError> {
    match once(&request).await {
        Err(error) if error.is_unauthorized() && request.path != route::SESSION => {
            once(&open_session().request).await?;
            once(&request).await
        }
        answer => answer,
    }
}

async fn once(request: &Request) -> Result<String, ApiError> {
    let response = send(request)?.await.map_err(|_| ApiError::Unreachable)?;
    let text = response.text().await;
    if response.ok() {
        return text.map_err(|_| ApiError::Unreadable);
    }
    let refusal = text.ok().and_then(|text| read::<ErrorBody>(&text).ok());
    Err(refusal.map_or(ApiError::Foreign { status: response.status() }, ApiError::Refused))
}

fn send(
    Request { method, path, json }: &Request,
) -> Result<impl Future<Output = Result<Response, gloo_net::Error>> + use<>, ApiError> {
    let mut builder = RequestBuilder::new(path).method(method.clone()).header("accept", "application/json");
    if method != Method::GET {
        builder = builder.header(header::REQUEST_MARK, header::REQUEST_MARK_VALUE);
    }
    let request = match json {
        Some(json) => builder.header("content-type", "application/json").body(json),
        None => builder.build(),
    };
    request.map(gloo_net::http::Request::send).map_err(|_| ApiError::Unreachable)
}
