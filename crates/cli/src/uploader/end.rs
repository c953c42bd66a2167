//! How an upload ended, and what to tell the user about it.

use upload::{StepError, UploadError};

use super::source::FileChange;
use super::task::UploadTask;
use crate::error::{CliError, ExitReason};

/// The fix where the upload can continue.
const CONTINUE: &str = "run the same command again: it continues from here, and uploads nothing twice";

/// How an upload ended.
#[derive(Debug)]
pub(super) enum UploadEnd {
    Ready {
        release: i64,
    },
    /// It failed. `cause` is why the last request had no response.
    Failed {
        error: UploadError,
        change: Option<FileChange>,
        cause: Option<String>,
    },
    Cancelled,
    TimedOut {
        seconds: u64,
    },
    Unreachable {
        minutes: u64,
        cause: Option<String>,
    },
    Interrupted {
        percent: u8,
    },
}

impl UploadEnd {
    /// Whether the server has chunks that the file no longer has.
    pub(super) fn server_has_other_bytes(&self) -> bool {
        let UploadEnd::Failed { error: UploadError { error: StepError::FileChanged, .. }, change, .. } = self
        else {
            return false;
        };
        // Without a change that the reader noticed, a chunk had another digest than before.
        change.as_ref().is_none_or(|change| matches!(change, FileChange::Changed))
    }

    /// The release, or why there is none.
    pub(super) fn release(self, task: &UploadTask<'_>) -> Result<i64, CliError> {
        let in_parentheses =
            |cause: Option<String>| cause.map(|cause| format!(" ({cause})")).unwrap_or_default();
        Err(match self {
            UploadEnd::Ready { release } => return Ok(release),
            UploadEnd::Failed { error, change, cause } => {
                upload_error(task, &error, change, &in_parentheses(cause))
            }
            UploadEnd::Cancelled => {
                let (title, message) = ("Upload was cancelled", "the upload was cancelled");
                CliError::new(ExitReason::Failed, "cancelled", title, message, "run the command again")
            }
            UploadEnd::TimedOut { seconds } => {
                let message =
                    format!("the file is uploaded, but the server made no release of it within {seconds} s");
                let fix = "run the same command again: it continues to wait, and uploads nothing twice";
                let title = "Server takes too long";
                CliError::new(ExitReason::Unavailable, "timed-out", title, message, fix)
            }
            UploadEnd::Unreachable { minutes, cause } => {
                let cause = in_parentheses(cause);
                let message = format!("{} could not be reached for {minutes} minutes{cause}", task.server);
                let title = "Cannot reach the server";
                CliError::new(ExitReason::Unavailable, "network", title, message, CONTINUE)
            }
            UploadEnd::Interrupted { percent } => {
                let message = format!("the upload was interrupted at {percent} %");
                let title = "Interrupted by Ctrl-C";
                CliError::new(ExitReason::Interrupted, "interrupted", title, message, CONTINUE)
            }
        })
    }
}

fn upload_error(
    task: &UploadTask<'_>,
    error: &UploadError,
    change: Option<FileChange>,
    cause: &str,
) -> CliError {
    const BEGIN_AGAIN: &str = "run the same command again: a new upload begins";
    let (exit, code, title, fix) = match &error.error {
        StepError::Network | StepError::TimedOut | StepError::Stalled { .. } => {
            (ExitReason::Unavailable, "network", "Connection to server failed", CONTINUE)
        }
        StepError::ServerError { .. } | StepError::ServerBusy => {
            (ExitReason::Unavailable, "server-in-trouble", "Upload failed on server", CONTINUE)
        }
        StepError::ProcessingTimeout { .. } => {
            (ExitReason::Unavailable, "server-in-trouble", "Server takes too long", CONTINUE)
        }
        StepError::UnexpectedResponse { .. } => {
            let fix = "check that no proxy or sign-in page responds in the server's place";
            (ExitReason::Failed, "unintelligible", "Unexpected server response", fix)
        }
        StepError::Corrupted => {
            let fix = "check what is between you and the server, such as a proxy or a virus scanner";
            (ExitReason::Failed, "damaged", "Data damaged in transit", fix)
        }
        StepError::ChunksMissing { .. } => {
            let fix = "run the same command again; if it fails again, tell your administrator";
            (ExitReason::Failed, "incomplete", "Server lost uploaded chunks", fix)
        }
        StepError::Refused { status: 401, .. } => {
            let fix = "run `slipway login`, then the same command again: it continues from here";
            (ExitReason::NotAllowed, "unauthorized", "Token not accepted", fix)
        }
        StepError::Refused { status: 403, .. } => {
            let fix = "ask the app's owner for permission to release it";
            (ExitReason::NotAllowed, "forbidden", "Permission was denied", fix)
        }
        StepError::Refused { status: 404, .. } => {
            (ExitReason::NotFound, "not-found", "Not found on server", BEGIN_AGAIN)
        }
        StepError::Refused { status: 413, .. } => {
            let fix =
                "ask your administrator to allow requests of 64 MiB, on the server and the proxies before it";
            (ExitReason::Failed, "too-large", "Request too large for server", fix)
        }
        StepError::Refused { .. } | StepError::UploadClosed { .. } | StepError::UploadGone => {
            (ExitReason::Failed, "refused", "Server refused the upload", BEGIN_AGAIN)
        }
        StepError::FileChanged => return file_changed_error(task, change),
        StepError::PackageRejected { details } => {
            let (title, fix) = ("Server rejected the package", "build another package");
            return CliError::new(ExitReason::Refused, "package-refused", title, details, fix);
        }
    };
    CliError::new(exit, code, title, format!("{error}{cause}"), fix)
}

fn file_changed_error(task: &UploadTask<'_>, change: Option<FileChange>) -> CliError {
    let how = change.map_or("its content differs from before".to_owned(), |change| change.to_string());
    let message = format!("{} changed while it was uploaded: {how}", task.file.display());
    let fix = "run the same command again when no program writes to the file any more: a new upload begins";
    CliError::new(ExitReason::Failed, "file-changed", "File changed during upload", message, fix)
}
