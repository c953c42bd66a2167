//! An [`ApiError`] as a response.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use protocol::{ErrorBody, ErrorCode};

use crate::error::ApiError;

/// What a response tells the log and not the client.
#[derive(Clone, Debug)]
pub(crate) struct LoggedError(pub(crate) String);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            ApiError::Refused(code, message) => body(code, message),
            ApiError::Port(error) => {
                let message = "internal server error; try again in a moment";
                let mut response = body(ErrorCode::Internal, message.to_owned());
                response.extensions_mut().insert(LoggedError(error.to_string()));
                response
            }
        }
    }
}

/// Seconds after which a call that came too often may come again: the period of the limit.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("60");

fn body(code: ErrorCode, message: String) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(ErrorBody::new(code, message))).into_response();
    if code == ErrorCode::TooManyRequests {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    response
}
