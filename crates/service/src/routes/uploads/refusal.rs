use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use protocol::{ChunkErrorCode as Code, UploadChunkResponse};

use crate::http::error::LoggedError;
use crate::platform::{LedgerRefusal, LedgerReply, PortError};

/// A refusal by the calls under `/upload`, whose clients read `error` as a boolean.
pub(crate) struct UploadCallError {
    pub(crate) status: StatusCode,
    pub(crate) code: Code,
    pub(crate) message: String,
    logged: Option<String>,
}

impl UploadCallError {
    pub(crate) fn new(status: StatusCode, code: Code, message: impl Into<String>) -> UploadCallError {
        UploadCallError { status, code, message: message.into(), logged: None }
    }

    /// For calls whose clients read any 2xx as a success.
    pub(crate) fn never_ok(self) -> UploadCallError {
        let status = if self.status == StatusCode::OK { StatusCode::BAD_REQUEST } else { self.status };
        UploadCallError { status, ..self }
    }

    /// The answer; `number` is the chunk in question, or 0.
    pub(crate) fn into_response(self, number: u32) -> Response {
        let UploadCallError { status, code, message, logged } = self;
        let body = UploadChunkResponse {
            error: true,
            chunk_num: number,
            error_code: code,
            message: Some(message),
            md5: None,
        };
        let mut response = (status, Json(body)).into_response();
        if let Some(logged) = logged {
            response.extensions_mut().insert(LoggedError(logged));
        }
        response
    }
}

impl From<PortError> for UploadCallError {
    fn from(error: PortError) -> UploadCallError {
        let message = "internal server error; send the request again";
        let refusal = UploadCallError::new(StatusCode::INTERNAL_SERVER_ERROR, Code::ServerError, message);
        UploadCallError { logged: Some(error.to_string()), ..refusal }
    }
}

/// Any reply but the expected one.
///
/// Clients expect 200 with `error: true` for their own mistakes, and retry what is not 200.
impl From<LedgerReply> for UploadCallError {
    fn from(reply: LedgerReply) -> UploadCallError {
        match reply {
            LedgerReply::Refused(refusal) => refusal.into(),
            LedgerReply::Contested => {
                let message = "two requests sent the chunk at the same time; send it again";
                UploadCallError::new(StatusCode::OK, Code::ServerError, message)
            }
            _ => {
                let message = "internal error: the upload's ledger gave an unexpected reply; send it again";
                UploadCallError::new(StatusCode::INTERNAL_SERVER_ERROR, Code::ServerError, message)
            }
        }
    }
}

impl From<LedgerRefusal> for UploadCallError {
    fn from(refusal: LedgerRefusal) -> UploadCallError {
        let (status, code, message) = match refusal {
            LedgerRefusal::Unknown => {
                (StatusCode::NOT_FOUND, Code::InvalidState, "there is no such upload; it may have expired")
            }
            LedgerRefusal::Unauthorized => {
                (StatusCode::UNAUTHORIZED, Code::Unauthorized, "the token is not valid for this upload")
            }
            LedgerRefusal::NoMetadata => {
                (StatusCode::OK, Code::InvalidState, "call set_metadata before sending chunks")
            }
            LedgerRefusal::Closed => {
                (StatusCode::OK, Code::InvalidState, "the upload is finished or cancelled")
            }
            LedgerRefusal::OtherFile => (
                StatusCode::OK,
                Code::InvalidState,
                "the upload began with a file of another size; start a new one",
            ),
            LedgerRefusal::BadSize => {
                (StatusCode::OK, Code::InvalidLength, "expected a file of 1 byte to 625 GiB")
            }
            LedgerRefusal::NoSuchChunk => (
                StatusCode::OK,
                Code::InvalidChunkNumber,
                "the file has no chunk of that number; the first is 1",
            ),
            LedgerRefusal::WrongLength { .. } => {
                (StatusCode::OK, Code::InvalidLength, "invalid chunk length")
            }
        };
        UploadCallError::new(status, code, message)
    }
}
