//! What people are told when something does not work.

use protocol::ErrorCode;

use crate::{api::ApiError, text::phrase::sentence};

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

/// How a call stands that a person started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum CallState {
    /// Not started, or done.
    #[default]
    Idle,
    /// Not answered yet.
    Sending,
    /// Answered with no.
    Failed(Problem),
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
    use protocol::ErrorBody;

    use super::*;

    #[test]
    fn a_refusal_is_told_in_the_servers_words() {
        let body = ErrorBody::new(ErrorCode::Conflict, "an app named `demo` exists already");
        let problem = Problem::from(ApiError::Refused(body));
        assert_eq!(problem.what, "An app named `demo` exists already.");
        assert_eq!(problem.fix, "Choose another name.");
    }
}
