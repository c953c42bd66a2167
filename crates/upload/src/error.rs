use crate::step::Step;

/// Why an upload stopped. Its `Display` form is a sentence for people; [`UploadError::fix`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not {step}: {error}")]
pub struct UploadError {
    /// What the upload was about to do.
    pub step: Step,
    /// What went wrong.
    pub error: StepError,
}

impl UploadError {
    /// What to do about it.
    pub fn fix(&self) -> &'static str {
        match &self.error {
            StepError::Network | StepError::TimedOut | StepError::Stalled { .. } => {
                "check the connection, then choose Retry; what is already stored is not sent again"
            }
            StepError::ServerError { .. } | StepError::ServerBusy | StepError::ProcessingTimeout { .. } => {
                "wait a minute, then choose Retry; what is already stored is not sent again"
            }
            StepError::UnexpectedResponse { .. } => {
                "check that no proxy or sign-in page stands between you and the server, then choose Retry"
            }
            StepError::ChunksMissing { .. } => "choose Retry; if it stays so, tell whoever runs this server",
            StepError::Refused { status: 401, .. } => "sign in again in another tab, then choose Retry",
            StepError::Refused { status: 403, .. } => "ask the app's owner for the right to release it",
            StepError::Refused { status: 404, .. } => {
                "check that the app still exists, then choose the file again"
            }
            StepError::Refused { status: 413, .. } => {
                "ask whoever runs the server or the proxy before it to let requests of 64 MiB pass"
            }
            StepError::Corrupted => {
                "check what stands between you and the server, such as a proxy or a virus scanner, then choose Retry"
            }
            StepError::Refused { .. } | StepError::UploadClosed { .. } | StepError::UploadGone => {
                "choose the file again; if it stays so, tell whoever runs this server"
            }
            StepError::FileChanged => "choose the file again, once whatever writes it is done",
            // The server's words say already whether it is the package's fault.
            StepError::PackageRejected { .. } => "to try again, choose a file",
        }
    }
}

/// What can go wrong with a call, named by who is to blame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// No connection, or it broke.
    #[error("the connection failed")]
    Network,
    /// Whoever sent the call gave up waiting.
    #[error("the server took too long to answer")]
    TimedOut,
    /// Neither a byte went out nor an answer came in for as long as this.
    #[error("nothing moved for {seconds} s")]
    Stalled {
        /// How long.
        seconds: u64,
    },
    /// The server, or something before it, is in trouble: 408, 429 or 5xx.
    #[error("the server is in trouble (status {status})")]
    ServerError {
        /// The HTTP status.
        status: u16,
    },
    /// The server says that it is its own fault.
    #[error("the server could not do its part")]
    ServerBusy,
    /// The answer is not what the protocol says.
    #[error("expected {expected}, got an answer that cannot be read")]
    UnexpectedResponse {
        /// What should have come.
        expected: &'static str,
    },
    /// The server is still at work on the package.
    #[error("the server is still at work after {minutes} minutes")]
    ProcessingTimeout {
        /// How long it was waited for.
        minutes: u64,
    },
    /// The server forgot chunks again and again.
    #[error("the server missed chunks {rounds} times in a row")]
    ChunksMissing {
        /// How often.
        rounds: u32,
    },
    /// The server got other bytes than were sent.
    #[error("the bytes were damaged on their way")]
    Corrupted,
    /// The upload takes nothing more: it is finished or cancelled.
    #[error("{message}")]
    UploadClosed {
        /// The server's own words.
        message: String,
    },
    /// The server does not want it.
    #[error("{message} (status {status})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's own words.
        message: String,
    },
    /// The upload was cancelled, or is too old.
    #[error("the server has given up this upload")]
    UploadGone,
    /// The file on disk is not what it was when it was chosen.
    #[error("the file was changed, moved or cannot be read any more")]
    FileChanged,
    /// The package was uploaded, but no release can be made of it.
    #[error("{details}")]
    PackageRejected {
        /// The server's own words.
        details: String,
    },
}
