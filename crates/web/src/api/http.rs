//! HTTP to the portal's own origin, with the session's cookie.

use std::{marker::PhantomData, pin::Pin};

use engine::structured;
use gloo_net::http::{Method, RequestBuilder, Response};
use js_sys::JSON;
use protocol::{ErrorBody, Session, header, route};
use serde::{Serialize, de::DeserializeOwned};

use super::error::ApiError;

/// A call of the API that is not sent yet and has a `T` as its response.
///
/// [`send`](ApiCall::send) resolves to text, and [`parse`] makes a `T` of it. If the future resolved to a `T`, the
/// compiler would generate its state machine, the Leptos resource around it and the retry of the session once for each
/// `T`. With text they exist once, and only the parser of a `T` is generated again. The browser downloads this module
/// before the user sees anything, so that code is waiting time.
pub(crate) struct ApiCall<T> {
    request: HttpRequest,
    response: PhantomData<fn() -> T>,
}

/// What is sent.
#[derive(Clone)]
struct HttpRequest {
    method: Method,
    path: String,
    json: Option<String>,
}

/// Resolves to the text of a successful response.
pub(crate) type ResponseText = Pin<Box<dyn Future<Output = Result<String, ApiError>>>>;

impl<T> ApiCall<T> {
    pub(super) fn new(method: Method, path: String, json: Option<String>) -> ApiCall<T> {
        ApiCall { request: HttpRequest { method, path, json }, response: PhantomData }
    }

    /// Sends the call.
    pub(crate) fn send(self) -> ResponseText {
        Box::pin(send_with_session(self.request))
    }
}

/// The value in the text of a response.
///
/// The browser parses the JSON, and its value is read as the engine's messages are. With a JSON parser of our own, each type
/// that comes both ways, such as an artifact, would have its code twice in the module.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    let value = JSON::parse(text).ok().and_then(structured::from_value);
    value.ok_or(ApiError::UnreadableResponse)
}

/// Signs in, or finds out who is signed in.
pub(crate) fn open_session() -> ApiCall<Session> {
    ApiCall::new(Method::POST, route::SESSION.to_owned(), None)
}

/// A `GET` of that path.
pub(super) fn get<T>(path: String) -> ApiCall<T> {
    ApiCall::new(Method::GET, path, None)
}

/// A request's body. What cannot be serialized cannot be sent either; `null` makes the server say so.
pub(super) fn json(request: &impl Serialize) -> String {
    let text = structured::to_value(request).and_then(|value| JSON::stringify(&value).ok());
    text.map_or_else(|| "null".to_owned(), String::from)
}

/// Sends the request, and once more with a new session if the server says that there is none.
async fn send_with_session(request: HttpRequest) -> Result<String, ApiError> {
    match send_once(&request).await {
        Err(error) if error.is_unauthorized() && request.path != route::SESSION => {
            send_once(&open_session().request).await?;
            send_once(&request).await
        }
        response => response,
    }
}

async fn send_once(request: &HttpRequest) -> Result<String, ApiError> {
    let response = start(request)?.await.map_err(|_| ApiError::NoResponse)?;
    let text = response.text().await;
    if response.ok() {
        return text.map_err(|_| ApiError::UnreadableResponse);
    }
    let refusal = text.ok().and_then(|text| parse::<ErrorBody>(&text).ok());
    Err(refusal.map_or(ApiError::ForeignResponse { status: response.status() }, ApiError::Refused))
}

fn start(
    HttpRequest { method, path, json }: &HttpRequest,
) -> Result<impl Future<Output = Result<Response, gloo_net::Error>> + use<>, ApiError> {
    let mut builder = RequestBuilder::new(path).method(method.clone()).header("accept", "application/json");
    if method != Method::GET {
        builder = builder.header(header::REQUEST_MARK, header::REQUEST_MARK_VALUE);
    }
    let request = match json {
        Some(json) => builder.header("content-type", "application/json").body(json),
        None => builder.build(),
    };
    request.map(gloo_net::http::Request::send).map_err(|_| ApiError::NoResponse)
}
