use protocol::ErrorCode;

use crate::db::InsertError;
use crate::platform::{JobError, PortError};

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
            JobError::Broken(message) => PortError::new("job_queue", &message).into(),
        }
    }
}
