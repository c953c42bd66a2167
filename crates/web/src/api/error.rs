//! Why a call has no result.

use protocol::{ErrorBody, ErrorCode};

/// Why a call to the server has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// No answer came.
    Unreachable,
    /// The server said no, and in its own words why.
    Refused(ErrorBody),
    /// Something that does not speak the API answered.
    Foreign {
        /// The HTTP status.
        status: u16,
    },
    /// The answer was not what the protocol says.
    Unreadable,
}

impl ApiError {
    /// Whether the server wants to know who is calling.
    pub(crate) fn is_unauthorized(&self) -> bool {
        self.status() == Some(401)
    }

    /// Whether the same call may be answered otherwise a little later.
    pub(crate) fn passes_by(&self) -> bool {
        matches!(self, ApiError::Unreachable) || self.status().is_some_and(|status| status >= 500)
    }

    /// Whether there is no such thing.
    pub(crate) fn is_missing(&self) -> bool {
        self.status() == Some(404)
    }

    /// Whether something else has the name or the identifier.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, ApiError::Refused(body) if body.code == ErrorCode::Conflict)
    }

    fn status(&self) -> Option<u16> {
        match self {
            ApiError::Refused(body) => Some(body.status_code),
            ApiError::Foreign { status } => Some(*status),
            ApiError::Unreachable | ApiError::Unreadable => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_known_with_and_without_a_body() {
        assert!(ApiError::Foreign { status: 401 }.is_unauthorized());
        assert!(ApiError::Refused(ErrorBody::new(ErrorCode::Unauthorized, "none")).is_unauthorized());
        assert!(!ApiError::Unreachable.is_unauthorized());
    }
}
