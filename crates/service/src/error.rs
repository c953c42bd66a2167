use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use protocol::{ErrorBody, ErrorCode};

use crate::job::JobError;
use crate::platform::PortError;
use crate::store::InsertError;

/// Why a call is refused. [`crate::router()`] turns it into a response, and logs what must not be sent.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The client's doing: sent as it is.
    Refused(ErrorCode, String),
    /// Ours: logged, never sent.
    Port(PortError),
}

impl ApiError {
    pub(crate) fn bad_request(message: impl Into<String>) -> ApiError {
        ApiError::Refused(ErrorCode::BadRequest, message.into())
    }

    pub(crate) fn not_found(message: impl Into<String>) -> ApiError {
        ApiError::Refused(ErrorCode::NotFound, message.into())
    }

    /// There are as many as there may be.
    pub(crate) fn full(most: i64, what: &str) -> ApiError {
        ApiError::conflict(format!(
            "there are {most} {what} already, the most there can be; remove one first"
        ))
    }

    pub(crate) fn conflict(message: impl Into<String>) -> ApiError {
        ApiError::Refused(ErrorCode::Conflict, message.into())
    }
}

impl From<PortError> for ApiError {
    fn from(error: PortError) -> ApiError {
        ApiError::Port(error)
    }
}

impl InsertError {
    /// The refusal of a name that is taken, in these words.
    pub(crate) fn or_conflict(self, message: impl FnOnce() -> String) -> ApiError {
        match self {
            InsertError::Taken(_) => ApiError::conflict(message()),
            InsertError::Port(error) => error.into(),
        }
    }
}

impl From<JobError> for ApiError {
    fn from(error: JobError) -> ApiError {
        match error {
            JobError::Port(error) => error.into(),
            JobError::Broken(message) => PortError::new("jobs", &message).into(),
        }
    }
}

/// What a response hides from the client and tells the log.
#[derive(Clone, Debug)]
pub(crate) struct Hidden(pub(crate) String);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            ApiError::Refused(code, message) => body(code, message),
            ApiError::Port(error) => {
                let message = "something went wrong on our side; try again in a moment";
                let mut response = body(ErrorCode::Internal, message.to_owned());
                response.extensions_mut().insert(Hidden(error.to_string()));
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
