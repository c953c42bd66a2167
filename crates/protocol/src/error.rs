use serde::{Deserialize, Serialize};

/// The body of every refusal.
///
/// Clients read three different shapes; this union satisfies each: `message` at the top
/// for the gateway's and Distribute's readers, `error.message` for the account operations' readers. Answers
/// under `/upload` never use it, because there `error` is a boolean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// For programs.
    pub code: ErrorCode,
    /// For the user: what is wrong, and what to do.
    pub message: String,
    /// The HTTP status again.
    #[serde(rename = "statusCode")]
    pub status_code: u16,
    /// The same again, for readers of the nested shape.
    pub error: NestedError,
}

/// Code and message once more, see [`ErrorBody`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NestedError {
    /// For programs.
    pub code: ErrorCode,
    /// For the user.
    pub message: String,
}

impl ErrorBody {
    /// The body for `code`, which also decides the status.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> ErrorBody {
        let message = message.into();
        let error = NestedError { code, message: message.clone() };
        ErrorBody { code, message, status_code: code.status(), error }
    }
}

/// What went wrong, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ErrorCode {
    /// The request itself is wrong.
    #[serde(rename = "bad_request")]
    BadRequest,
    /// No token, or one that opens nothing.
    #[serde(rename = "Unauthorized")]
    Unauthorized,
    /// Known, but not allowed to.
    #[serde(rename = "forbidden")]
    Forbidden,
    /// No such thing.
    #[serde(rename = "not_found")]
    NotFound,
    /// The app has no release.
    #[serde(rename = "no_releases_for_app")]
    NoReleasesForApp,
    /// No such group.
    #[serde(rename = "distribution_group_not_found")]
    GroupNotFound,
    /// The name is taken.
    #[serde(rename = "Conflict")]
    Conflict,
    /// Too long or too large.
    #[serde(rename = "payload_too_large")]
    TooLarge,
    /// Too often.
    #[serde(rename = "TooManyRequests")]
    TooManyRequests,
    /// An error of the server.
    #[serde(rename = "InternalServerError")]
    Internal,
    /// The service behind the edge did not answer.
    #[serde(rename = "BadGateway")]
    BadGateway,
}

impl ErrorCode {
    /// The HTTP status that goes with it.
    pub fn status(self) -> u16 {
        match self {
            ErrorCode::BadRequest => 400,
            ErrorCode::Unauthorized => 401,
            ErrorCode::Forbidden => 403,
            ErrorCode::NotFound | ErrorCode::NoReleasesForApp | ErrorCode::GroupNotFound => 404,
            ErrorCode::Conflict => 409,
            ErrorCode::TooLarge => 413,
            ErrorCode::TooManyRequests => 429,
            ErrorCode::Internal => 500,
            ErrorCode::BadGateway => 502,
        }
    }
}
