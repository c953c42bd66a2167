use protocol::ErrorCode;

use super::UiError;
use crate::api::ApiError;

impl From<ApiError> for UiError {
    fn from(error: ApiError) -> UiError {
        match error {
            ApiError::NoResponse => UiError::new(
                "The server did not respond",
                "this page could not reach the server",
                "check your connection and try again. If other sites open, the server may be down: tell your \
                 administrator",
            ),
            ApiError::Refused(body) => UiError::new(title_for(body.code), &body.message, fix_for(body.code)),
            ApiError::ForeignResponse { status } => UiError::new(
                "Unexpected response from the server",
                &format!("something between this page and the server responded with status {status}"),
                "check that no proxy or sign-in page is in the way and try again. If it happens again, tell your \
                 administrator",
            ),
            ApiError::UnreadableResponse => UiError::new(
                "Unexpected response from the server",
                "this page does not understand the server's response",
                "reload the page: it may be older than the server",
            ),
        }
    }
}

fn title_for(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => "The server refused this",
        ErrorCode::Unauthorized => "You are not signed in",
        ErrorCode::Forbidden => "You do not have access",
        ErrorCode::NotFound => "It does not exist",
        ErrorCode::NoReleasesForApp => "The app has no releases",
        ErrorCode::GroupNotFound => "The group does not exist",
        ErrorCode::Conflict => "It exists already",
        ErrorCode::TooLarge => "It is too large",
        ErrorCode::TooManyRequests => "Too many requests",
        ErrorCode::Internal | ErrorCode::BadGateway => "The server had an error",
    }
}

fn fix_for(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => "change what you entered and try again",
        ErrorCode::Unauthorized => "reload the page to sign in again",
        ErrorCode::Forbidden => "ask the app's owner for access",
        ErrorCode::NotFound | ErrorCode::NoReleasesForApp => {
            "it may have been deleted: go back to the list of apps and look again"
        }
        ErrorCode::GroupNotFound => "it may have been deleted: choose the destinations again",
        ErrorCode::Conflict => "choose another name",
        ErrorCode::TooLarge => "make it shorter or smaller and try again",
        ErrorCode::TooManyRequests => "wait a minute and try again",
        ErrorCode::Internal | ErrorCode::BadGateway => {
            "try again in a minute. If it happens again, tell your administrator"
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::ErrorBody;

    use super::*;

    #[test]
    fn every_error_has_a_title_of_a_few_words() {
        let codes = [
            ErrorCode::BadRequest,
            ErrorCode::Unauthorized,
            ErrorCode::Forbidden,
            ErrorCode::NotFound,
            ErrorCode::NoReleasesForApp,
            ErrorCode::GroupNotFound,
            ErrorCode::Conflict,
            ErrorCode::TooLarge,
            ErrorCode::TooManyRequests,
            ErrorCode::Internal,
            ErrorCode::BadGateway,
        ];
        let refused = codes.map(|code| ApiError::Refused(ErrorBody::new(code, "no")));
        let others =
            [ApiError::NoResponse, ApiError::ForeignResponse { status: 502 }, ApiError::UnreadableResponse];
        for error in refused.into_iter().chain(others) {
            let title = UiError::from(error).title;
            assert!((3..=6).contains(&title.split(' ').count()), "{title}");
        }
    }

    #[test]
    fn a_refusal_is_shown_in_the_servers_words() {
        let body = ErrorBody::new(ErrorCode::Conflict, "an app named `demo` exists already");
        let error = UiError::from(ApiError::Refused(body));
        assert_eq!(error.title, "It exists already");
        assert_eq!(error.message, "An app named `demo` exists already.");
        assert_eq!(error.fix, "Choose another name.");
    }
}
