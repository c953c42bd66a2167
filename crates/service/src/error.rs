use protocol::ErrorCode;

use crate::db::InsertError;
use crate::platform::{JobError, PortError};

/// Why a call is not carried out. The room `http` turns it into a response, and logs what must not be sent.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The client's mistake: sent as it is.
    Refused(ErrorCode, String),
    /// Our failure: logged, never sent.
    Port(PortError),
}

impl ApiError {
    pub(crate) fn bad_request(message: impl Into<String>) -> ApiError {
        ApiError::Refused(ErrorCode::BadRequest, message.into())
    }

    pub(crate) fn not_found(message: impl Into<String>) -> ApiError {
        ApiError::Refused(ErrorCode::NotFound, message.into())
    }

    /// The refusal of one more than the limit.
    pub(crate) fn limit_reached(most: i64, what: &str) -> ApiError {
        ApiError::conflict(format!("there are {most} {what} already, which is the limit; remove one first"))
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
    /// The refusal of a name that is taken, with that message.
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
