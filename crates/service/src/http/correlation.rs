//! What every response gets: a correlation id, and a content type.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use protocol::header;

use super::error::LoggedError;
use crate::platform::Platform;
use crate::secret;

/// Gives each call an id, which its response carries. An error of ours is logged once, here, under that id, with the
/// call's template and never with its secrets. The message has the id, too, because clients print no headers.
pub(crate) async fn correlate<P: Platform>(
    State(platform): State<P>,
    request: Request,
    next: Next,
) -> Response {
    let id = secret::uuid(&platform);
    let method = request.method().clone();
    let matched = request.extensions().get::<axum::extract::MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(LoggedError(error)) = response.extensions().get::<LoggedError>() {
        let path = matched.as_ref().map_or("(unknown path)", |path| path.as_str());
        platform.log(&format!("{id} {method} {path}: {error}"));
        response = with_id_in_message(response, &id).await;
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(header::CORRELATION_ID, id);
    }
    response
}

/// Gives a response without a body a content type, and one that no server compresses. Wrangler's local server marks what
/// has no type as gzip, even a 204. Clients then fail to unpack nothing: appcenter-cli 3 takes that for a failed call.
pub(crate) async fn ensure_content_type(mut response: Response) -> Response {
    let kind = HeaderValue::from_static("application/octet-stream");
    response.headers_mut().entry(CONTENT_TYPE).or_insert(kind);
    response
}

/// The response with the call's id in its message.
async fn with_id_in_message(response: Response, id: &str) -> Response {
    /// In bytes. The messages are ours, and a few words long.
    const MAX_BODY: usize = 64 * 1024;
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let Ok(mut json) = serde_json::from_slice::<serde_json::Value>(&bytes) else {
        return Response::from_parts(parts, bytes.into());
    };
    for path in ["/message", "/error/message"] {
        if let Some(serde_json::Value::String(message)) = json.pointer_mut(path) {
            message.push_str(&format!(" (correlation ID: {id})"));
        }
    }
    parts.headers.remove(http::header::CONTENT_LENGTH);
    Response::from_parts(parts, json.to_string().into())
}
