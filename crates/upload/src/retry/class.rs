use crate::error::{StepError, UploadError};
use crate::step::Step;

/// What a failed request means for its sender: whether the same request may succeed later, and what else has to happen
/// before it can.
///
/// The rules of an upload are made of classes, not of single errors, and the command line uses the same classes for its
/// other requests. So a status means the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// No response came: the connection failed, or nothing moved for too long.
    NoResponse,
    /// The server, or a proxy before it, has too much to do: fewer requests at once may help.
    Overloaded,
    /// The server failed, or its response or the request was damaged on the way. The next attempt may succeed.
    Transient,
    /// 400: the request does not fit the state that the server is in.
    BadRequest,
    /// 401: the session or token is not accepted any more.
    Unauthorized,
    /// 403: the session or token does not permit it.
    Forbidden,
    /// 404: the server does not know what the request is about.
    NotFound,
    /// The server refuses this request for another reason, and would again.
    Refused,
    /// The upload is finished or cancelled, and takes no more chunks.
    UploadClosed,
    /// The upload was cancelled, or has expired.
    UploadGone,
    /// The server lost chunks again and again.
    ChunksMissing,
    /// The file is not what it was when the upload began.
    FileChanged,
    /// No release can be made of the file.
    PackageRejected,
}

impl ErrorClass {
    /// What an HTTP status means; none for a success.
    pub fn of_status(status: u16) -> Option<ErrorClass> {
        Some(match status {
            200..300 => return None,
            408 | 429 | 503 | 504 => ErrorClass::Overloaded,
            // 425 is about a connection that was just made (RFC 8470).
            425 | 500.. => ErrorClass::Transient,
            400 => ErrorClass::BadRequest,
            401 => ErrorClass::Unauthorized,
            403 => ErrorClass::Forbidden,
            404 => ErrorClass::NotFound,
            _ => ErrorClass::Refused,
        })
    }

    /// Whether the same request may succeed a little later, without any help.
    pub fn is_transient(self) -> bool {
        matches!(self, ErrorClass::NoResponse | ErrorClass::Overloaded | ErrorClass::Transient)
    }

    /// Whether fewer requests at once may avoid it.
    pub(crate) fn is_congestion(self) -> bool {
        matches!(self, ErrorClass::NoResponse | ErrorClass::Overloaded)
    }

    /// Whether it is a refusal by the server.
    fn is_refusal(self) -> bool {
        use ErrorClass::{BadRequest, Forbidden, NotFound, Refused, Unauthorized};
        matches!(self, BadRequest | Unauthorized | Forbidden | NotFound | Refused)
    }
}

impl StepError {
    /// What it means for the upload.
    pub fn class(&self) -> ErrorClass {
        match self {
            StepError::Network | StepError::TimedOut | StepError::Stalled { .. } => ErrorClass::NoResponse,
            StepError::ServerError { status } => {
                ErrorClass::of_status(*status).unwrap_or(ErrorClass::Transient)
            }
            StepError::ServerBusy
            | StepError::Corrupted
            | StepError::UnexpectedResponse { .. }
            | StepError::ProcessingTimeout { .. } => ErrorClass::Transient,
            // Some of the server's refusals come with status 200.
            StepError::Refused { status, .. } => {
                ErrorClass::of_status(*status).unwrap_or(ErrorClass::Refused)
            }
            StepError::UploadClosed { .. } => ErrorClass::UploadClosed,
            StepError::UploadGone => ErrorClass::UploadGone,
            StepError::ChunksMissing { .. } => ErrorClass::ChunksMissing,
            StepError::FileChanged => ErrorClass::FileChanged,
            StepError::PackageRejected { .. } => ErrorClass::PackageRejected,
        }
    }
}

impl UploadError {
    /// Whether [`Upload::retry`](crate::Upload::retry) may help, without choosing the file again.
    pub fn can_retry(&self) -> bool {
        let class = self.error.class();
        // A session that has expired is the one refusal that the user can lift: by signing in again.
        class.is_transient() || matches!(class, ErrorClass::ChunksMissing | ErrorClass::Unauthorized)
    }

    /// Whether what the server has of the upload can no longer become a release, so that its checkpoint is of no use.
    pub(crate) fn is_final(&self) -> bool {
        match self.error.class() {
            ErrorClass::UploadGone | ErrorClass::PackageRejected | ErrorClass::NotFound => true,
            class => self.step == Step::Create && class.is_refusal(),
        }
    }
}
