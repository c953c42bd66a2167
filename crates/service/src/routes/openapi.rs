use axum::response::{IntoResponse, Response};
use http::header;

/// `docs/openapi.json`, which a test compares with the types and the table of calls.
const DOCUMENT: &str = include_str!("../../../../docs/openapi.json");

/// `GET /openapi.json`.
pub(crate) async fn show() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}
