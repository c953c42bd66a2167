//! How an upload ended, and what to tell the user about it.

use upload::{StepError, UploadError};

use super::source::FileChange;
use super::task::UploadTask;
use crate::error::{CliError, ExitReason};

/// The fix where the upload can continue.
const CONTINUE: &str =
    "give the same command again: it goes on from here, and what is stored is not sent twice";

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
            UploadEnd::Cancelled => CliError::new(
                ExitReason::Failed,
                "cancelled",
                "the upload was cancelled",
                "give the command again",
            ),
            UploadEnd::TimedOut { seconds } => {
                let message =
                    format!("the file is sent, but the server made no release of it within {seconds} s");
                let fix = "give the same command again: it waits on, and nothing is sent twice";
                CliError::new(ExitReason::Unavailable, "timed-out", message, fix)
            }
            UploadEnd::Unreachable { minutes, cause } => {
                let message = format!(
                    "{} was out of reach for {minutes} minutes{}",
                    task.server,
                    in_parentheses(cause)
                );
                CliError::new(ExitReason::Unavailable, "network", message, CONTINUE)
            }
            UploadEnd::Interrupted { percent } => {
                let message = format!("interrupted at {percent} %");
                CliError::new(ExitReason::Interrupted, "interrupted", message, CONTINUE)
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
    const BEGIN_AGAIN: &str = "give the same command again: a new upload begins";
    let (exit, code, fix) = match &error.error {
        StepError::Network | StepError::TimedOut | StepError::Stalled { .. } => {
            (ExitReason::Unavailable, "network", CONTINUE)
        }
        StepError::ServerError { .. } | StepError::ServerBusy | StepError::ProcessingTimeout { .. } => {
            (ExitReason::Unavailable, "server-in-trouble", CONTINUE)
        }
        StepError::UnexpectedResponse { .. } => (
            ExitReason::Failed,
            "unintelligible",
            "check that no proxy or sign-in page answers in place of the server",
        ),
        StepError::Corrupted => {
            let fix = "check what stands between you and the server, such as a proxy or a virus scanner";
            (ExitReason::Failed, "damaged", fix)
        }
        StepError::ChunksMissing { .. } => (
            ExitReason::Failed,
            "incomplete",
            "give the same command again; if it stays so, tell whoever runs the server",
        ),
        StepError::Refused { status: 401, .. } => {
            let fix = "slipway login, then give the same command again: it goes on from here";
            (ExitReason::NotAllowed, "unauthorized", fix)
        }
        StepError::Refused { status: 403, .. } => {
            (ExitReason::NotAllowed, "forbidden", "ask the app's owner for the right to release it")
        }
        StepError::Refused { status: 404, .. } => (ExitReason::NotFound, "not-found", BEGIN_AGAIN),
        StepError::Refused { status: 413, .. } => {
            let fix = "ask whoever runs the server or the proxy before it to let requests of 64 MiB pass";
            (ExitReason::Failed, "too-large", fix)
        }
        StepError::Refused { .. } | StepError::UploadClosed { .. } | StepError::UploadGone => {
            (ExitReason::Failed, "refused", BEGIN_AGAIN)
        }
        StepError::FileChanged => return file_changed_error(task, change),
        StepError::PackageRejected { details } => {
            return CliError::new(
                ExitReason::Refused,
                "package-refused",
                details,
                "the upload is over; build another package",
            );
        }
    };
    CliError::new(exit, code, format!("{error}{cause}"), fix)
}

fn file_changed_error(task: &UploadTask<'_>, change: Option<FileChange>) -> CliError {
    let how = change.map_or("its bytes are other ones than before".to_owned(), |change| change.to_string());
    let message = format!("{} did not stay as it was while it was sent: {how}", task.file.display());
    let fix = "give the same command again once whatever writes the file is done: a new upload begins";
    CliError::new(ExitReason::Failed, "file-changed", message, fix)
}
