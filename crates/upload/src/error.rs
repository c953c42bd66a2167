use crate::step::Step;

/// Why an upload stopped. Its `Display` form says so in a sentence; what the user can do about it depends on where the
/// sentence is shown, so each surface has its own texts for each [`StepError`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not {step}: {error}")]
pub struct UploadError {
    /// What the upload was doing.
    pub step: Step,
    /// What went wrong.
    pub error: StepError,
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// No connection, or it broke.
    #[error("the connection failed")]
    Network,
    /// The request was aborted: no response came in time.
    #[error("the server did not respond in time")]
    TimedOut,
    /// Neither a byte went out nor a response came in for as long as this.
    #[error("no data was transferred for {seconds} s")]
    Stalled {
        /// How long.
        seconds: u64,
    },
    /// The server or a proxy before it had an error: 408, 425, 429 or 5xx.
    #[error("server error ({status})")]
    ServerError {
        /// The HTTP status.
        status: u16,
    },
    /// The server says that the error is its own, or that it is not done yet.
    #[error("the server could not process the request")]
    ServerBusy,
    /// The response is not what the protocol says.
    #[error("expected {expected}, got an unreadable response")]
    UnexpectedResponse {
        /// What should have come.
        expected: &'static str,
    },
    /// The server is still processing the package.
    #[error("the server is still processing the file after {minutes} minutes")]
    ProcessingTimeout {
        /// How long the upload waited.
        minutes: u64,
    },
    /// The server lost chunks again and again.
    #[error("the server lost chunks {rounds} times in a row")]
    ChunksMissing {
        /// How often.
        rounds: u32,
    },
    /// The server got other bytes than were sent.
    #[error("the data was corrupted in transit")]
    Corrupted,
    /// The upload takes nothing more: it is finished or cancelled.
    #[error("{message}")]
    UploadClosed {
        /// The server's own message.
        message: String,
    },
    /// The server refused the request.
    #[error("{message} (status {status})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's own message.
        message: String,
    },
    /// The upload was cancelled, or is too old.
    #[error("the upload was cancelled or has expired")]
    UploadGone,
    /// The file on disk is not what it was when it was chosen.
    #[error("the file was changed, moved or cannot be read any more")]
    FileChanged,
    /// The package was uploaded, but no release can be made of it.
    #[error("{details}")]
    PackageRejected {
        /// The server's own message.
        details: String,
    },
}
