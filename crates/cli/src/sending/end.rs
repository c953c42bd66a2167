use upload::{StepError, UploadError};

use super::Job;
use super::source::Change;
use crate::trouble::{Exit, Trouble};

/// What to do where the upload can go on.
const AGAIN: &str = "give the same command again: it goes on from here, and what is stored is not sent twice";

/// How an upload ended.
#[derive(Debug)]
pub(super) enum End {
    Ready { release: i64 },
    Failed { error: UploadError, change: Option<Change>, reason: Option<String> },
    Cancelled,
    TimedOut { seconds: u64 },
    OutOfReach { minutes: u64, reason: Option<String> },
    Interrupted { percent: u8 },
}

impl End {
    /// Whether what the server has are bytes that the file has no more.
    pub(super) fn is_of_other_bytes(&self) -> bool {
        let End::Failed { error: UploadError { error: StepError::FileChanged, .. }, change, .. } = self
        else {
            return false;
        };
        // Unless somebody saw otherwise, a digest was another one.
        change.as_ref().is_none_or(|change| matches!(change, Change::Changed))
    }

    /// The release, or why there is none.
    pub(super) fn release(self, job: &Job<'_>) -> Result<i64, Trouble> {
        let because =
            |reason: Option<String>| reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        Err(match self {
            End::Ready { release } => return Ok(release),
            End::Failed { error, change, reason } => failed(job, &error, change, &because(reason)),
            End::Cancelled => {
                Trouble::new(Exit::Failed, "cancelled", "the upload was cancelled", "give the command again")
            }
            End::TimedOut { seconds } => {
                let message =
                    format!("the file is sent, but the server made no release of it within {seconds} s");
                let fix = "give the same command again: it waits on, and nothing is sent twice";
                Trouble::new(Exit::Network, "timed-out", message, fix)
            }
            End::OutOfReach { minutes, reason } => {
                let message =
                    format!("{} was out of reach for {minutes} minutes{}", job.server, because(reason));
                Trouble::new(Exit::Network, "network", message, AGAIN)
            }
            End::Interrupted { percent } => {
                let message = format!("interrupted at {percent} %");
                Trouble::new(Exit::Interrupted, "interrupted", message, AGAIN)
            }
        })
    }
}

fn failed(job: &Job<'_>, error: &UploadError, change: Option<Change>, because: &str) -> Trouble {
    const ANEW: &str = "give the same command again: a new upload begins";
    let (exit, code, fix) = match &error.error {
        StepError::Network | StepError::TimedOut | StepError::Stalled { .. } => {
            (Exit::Network, "network", AGAIN)
        }
        StepError::ServerError { .. } | StepError::ServerBusy | StepError::ProcessingTimeout { .. } => {
            (Exit::Network, "server-in-trouble", AGAIN)
        }
        StepError::UnexpectedResponse { .. } => (
            Exit::Failed,
            "unintelligible",
            "check that no proxy or sign-in page answers in place of the server",
        ),
        StepError::Corrupted => {
            let fix = "check what stands between you and the server, such as a proxy or a virus scanner";
            (Exit::Failed, "damaged", fix)
        }
        StepError::ChunksMissing { .. } => (
            Exit::Failed,
            "incomplete",
            "give the same command again; if it stays so, tell whoever runs the server",
        ),
        StepError::Refused { status: 401, .. } => {
            let fix = "slipway login, then give the same command again: it goes on from here";
            (Exit::Rights, "unauthorized", fix)
        }
        StepError::Refused { status: 403, .. } => {
            (Exit::Rights, "forbidden", "ask the app's owner for the right to release it")
        }
        StepError::Refused { status: 404, .. } => (Exit::NotFound, "not-found", ANEW),
        StepError::Refused { status: 413, .. } => {
            let fix = "ask whoever runs the server or the proxy before it to let requests of 64 MiB pass";
            (Exit::Failed, "too-large", fix)
        }
        StepError::Refused { .. } | StepError::UploadClosed { .. } | StepError::UploadGone => {
            (Exit::Failed, "refused", ANEW)
        }
        StepError::FileChanged => return file_changed(job, change),
        StepError::PackageRejected { details } => {
            return Trouble::new(
                Exit::Refused,
                "package-refused",
                details,
                "the upload is over; build another package",
            );
        }
    };
    Trouble::new(exit, code, format!("{error}{because}"), fix)
}

fn file_changed(job: &Job<'_>, change: Option<Change>) -> Trouble {
    let how = change.map_or("its bytes are other ones than before".to_owned(), |change| change.to_string());
    let message = format!("{} did not stay as it was while it was sent: {how}", job.file.display());
    let fix = "give the same command again once whatever writes the file is done: a new upload begins";
    Trouble::new(Exit::Failed, "file-changed", message, fix)
}
