//! What people are told when something does not work.

use protocol::{ErrorBody, ErrorCode};

use crate::phrase::sentence;

/// What went wrong and what to do about it, both as sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What happened, and why.
    pub(crate) what: String,
    /// What to do.
    pub(crate) fix: String,
}

impl Problem {
    /// Makes sentences of two messages, which may begin in lower case and lack a full stop.
    pub(crate) fn new(what: &str, fix: &str) -> Problem {
        Problem { what: sentence(what), fix: sentence(fix) }
    }
}

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

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Problem {
        match error {
            ApiError::Unreachable => Problem::new(
                "the server did not answer",
                "check that this computer is online and that the server runs, then try again",
            ),
            ApiError::Refused(body) => Problem::new(&body.message, fix_for(body.code)),
            ApiError::Foreign { status } => Problem::new(
                &format!("something on the way to the server answered with status {status}"),
                "try again in a moment; if it stays, tell whoever runs this server",
            ),
            ApiError::Unreadable => Problem::new(
                "the server's answer could not be understood",
                "reload the page: it may be older than the server",
            ),
        }
    }
}

fn fix_for(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => "change what you entered and try again",
        ErrorCode::Unauthorized => "reload the page to sign in again",
        ErrorCode::Forbidden => "ask the app's owner for access",
        ErrorCode::NotFound | ErrorCode::NoReleasesForApp => {
            "it may have been deleted: go back and look again"
        }
        ErrorCode::GroupNotFound => "choose the destinations again: the group may have been deleted",
        ErrorCode::Conflict => "choose another name",
        ErrorCode::TooLarge => "make it shorter or smaller and try again",
        ErrorCode::TooManyRequests => "wait a minute and try again",
        ErrorCode::Internal | ErrorCode::BadGateway => {
            "try again in a moment; if it stays, tell whoever runs this server"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_the_servers_words() {
        let body = ErrorBody::new(ErrorCode::Conflict, "an app named `demo` exists already");
        let problem = Problem::from(ApiError::Refused(body));
        assert_eq!(problem.what, "An app named `demo` exists already.");
        assert_eq!(problem.fix, "Choose another name.");
    }

    #[test]
    fn a_status_is_known_with_and_without_a_body() {
        assert!(ApiError::Foreign { status: 401 }.is_unauthorized());
        assert!(ApiError::Refused(ErrorBody::new(ErrorCode::Unauthorized, "none")).is_unauthorized());
        assert!(!ApiError::Unreachable.is_unauthorized());
    }
}
