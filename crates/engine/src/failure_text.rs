//! What the portal shows when an upload stops: a title, and what the user can do.
//!
//! `upload` says what went wrong; what to do about it depends on where the user is. Here it is a page with a button Retry.

use upload::{StepError, UploadError};

/// What happened, in a few words.
pub(crate) fn title(error: &UploadError) -> &'static str {
    match &error.error {
        StepError::Network => "The connection failed",
        StepError::TimedOut => "The server did not respond",
        StepError::Stalled { .. } => "The connection stalled",
        StepError::ServerError { .. } | StepError::ServerBusy => "The server had an error",
        StepError::UnexpectedResponse { .. } => "Unexpected server response",
        StepError::ProcessingTimeout { .. } => "Processing takes too long",
        StepError::ChunksMissing { .. } => "The server lost chunks",
        StepError::Corrupted => "Data corrupted in transit",
        StepError::UploadClosed { .. } => "The upload is closed",
        StepError::UploadGone => "The upload has expired",
        StepError::Refused { status: 401, .. } => "Your session has expired",
        StepError::Refused { status: 403, .. } => "No permission to release",
        StepError::Refused { status: 404, .. } => "The upload was not found",
        StepError::Refused { status: 413, .. } => "The request is too large",
        StepError::Refused { .. } => "The server refused the upload",
        StepError::FileChanged => "The file has changed",
        StepError::PackageRejected { .. } => "The package was rejected",
    }
}

/// What the user can do.
pub(crate) fn fix(error: &UploadError) -> &'static str {
    match &error.error {
        StepError::Network | StepError::TimedOut | StepError::Stalled { .. } => {
            "check the connection, then choose Retry; chunks that are stored are not sent again"
        }
        StepError::ServerError { .. } | StepError::ServerBusy | StepError::ProcessingTimeout { .. } => {
            "wait a minute, then choose Retry; chunks that are stored are not sent again"
        }
        StepError::UnexpectedResponse { .. } => {
            "check that no proxy or sign-in page stands between you and the server, then choose Retry"
        }
        StepError::ChunksMissing { .. } => "choose Retry; if it happens again, ask your administrator",
        StepError::Corrupted => {
            "check what stands between you and the server, such as a proxy or a virus scanner, then choose Retry"
        }
        StepError::Refused { status: 401, .. } => "sign in again in another tab, then choose Retry",
        StepError::Refused { status: 403, .. } => "ask the app's owner for permission to release it",
        StepError::Refused { status: 404, .. } => {
            "check that the app still exists, then choose the file again"
        }
        StepError::Refused { status: 413, .. } => {
            "ask your administrator to let requests of 64 MiB pass the server and any proxy before it"
        }
        StepError::Refused { .. } | StepError::UploadClosed { .. } | StepError::UploadGone => {
            "choose the file again; if it happens again, ask your administrator"
        }
        StepError::FileChanged => "choose the file again, once the program that writes it is done",
        // The server's message says already whether the package is at fault.
        StepError::PackageRejected { .. } => "to try again, choose a file",
    }
}

#[cfg(test)]
mod tests {
    use upload::Step;

    use super::*;

    fn check(error: StepError, expected: &str) {
        let error = UploadError { step: Step::UploadChunk(2), error };
        assert!(fix(&error).contains(expected), "{}", fix(&error));
        assert!((3..=6).contains(&title(&error).split(' ').count()), "{}", title(&error));
    }

    #[test]
    fn a_fix_says_what_the_user_can_do() {
        let refused = |status| StepError::Refused { status, message: "not stored".to_owned() };
        check(refused(200), "choose the file again");
        check(refused(401), "sign in again");
        check(StepError::UnexpectedResponse { expected: "the new upload" }, "sign-in page");
        check(StepError::ServerError { status: 503 }, "choose Retry");
    }
}
