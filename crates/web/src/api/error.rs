//! Why a call has no result.

use protocol::{ErrorBody, ErrorCode};

/// Why a call to the server has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// The browser got no response: the network or the server is down.
    NoResponse,
    /// The server refused the call and says why.
    Refused(ErrorBody),
    /// Something that does not speak the API responded: a proxy, or a server's own error page.
    ForeignResponse {
        /// The HTTP status.
        status: u16,
    },
    /// The response is not what the protocol says: the page may be older than the server.
    UnreadableResponse,
}

impl ApiError {
    /// Whether the server wants to know who is calling.
    pub(crate) fn is_unauthorized(&self) -> bool {
        self.status() == Some(401)
    }

    /// Whether the same call may succeed a little later.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, ApiError::NoResponse) || self.status().is_some_and(|status| status >= 500)
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
            ApiError::ForeignResponse { status } => Some(*status),
            ApiError::NoResponse | ApiError::UnreadableResponse => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_known_with_and_without_a_body() {
        assert!(ApiError::ForeignResponse { status: 401 }.is_unauthorized());
        assert!(ApiError::Refused(ErrorBody::new(ErrorCode::Unauthorized, "none")).is_unauthorized());
        assert!(!ApiError::NoResponse.is_unauthorized());
    }
}
