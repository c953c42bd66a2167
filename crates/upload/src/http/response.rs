//! What comes back, and what it says about the step.

use protocol::{ChunkErrorCode, StoredChunk, UploadState, UploadStatus};
use serde::Deserialize;

use super::builder::ServerIds;
use super::request::Token;
use crate::digest::Md5;
use crate::error::StepError;
use crate::retry::ErrorClass;
use crate::step::Step;

/// The response to a request, as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawResponse<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The body, as text.
    pub body: &'a str,
    /// The header `Retry-After`, as it came.
    pub retry_after: Option<&'a str>,
    /// The header `Date`, as it came.
    pub date: Option<&'a str>,
}

/// What the server said, when it did what was asked.
pub(crate) enum Response {
    Created(ServerIds),
    ChunkList(ChunkList),
    /// With the server's own digest of what it stored, if it says one.
    ChunkStored(Option<Md5>),
    Finished,
    /// Not finished: these chunks are to be sent again.
    ChunksMissing(Vec<u32>),
    Processing,
    /// It still takes chunks.
    Unfinished,
    /// The server can be reached, whatever it says.
    Reachable,
    Ready {
        release_id: i64,
    },
    Cancelled,
    /// There is nothing to cancel: the upload is finished, or the server has none.
    NotCancellable,
}

/// How the server wants the file.
pub(crate) struct ChunkList {
    /// Length of every chunk but the last, in bytes.
    pub(crate) chunk_size: u64,
    /// The numbers of those that it wants, from 1.
    pub(crate) wanted: Vec<u32>,
    /// Those that it has.
    pub(crate) stored: Vec<StoredChunk>,
}

/// What the upload reads of a response, whichever request it is to, named as in [`protocol`]. One type for all of them:
/// code that reads a type is long, and users wait for it to load.
#[derive(Deserialize)]
struct ResponseBody {
    id: Option<String>,
    package_asset_id: Option<String>,
    token: Option<String>,
    error: Option<bool>,
    error_code: Option<ChunkErrorCode>,
    chunk_size: Option<u64>,
    chunk_list: Option<Vec<u32>>,
    #[serde(default)]
    stored: Vec<StoredChunk>,
    chunk_num: Option<u32>,
    md5: Option<String>,
    state: Option<UploadState>,
    missing_chunks: Option<Vec<u32>>,
    upload_status: Option<UploadStatus>,
    release_distinct_id: Option<i64>,
    error_details: Option<String>,
}

/// What `status` and `body` say about `step`.
pub(crate) fn decode(step: Step, status: u16, body: &str) -> Result<Response, StepError> {
    if step == Step::Probe {
        return Ok(Response::Reachable);
    }
    match ErrorClass::of_status(status) {
        None => {}
        // What a proxy says, or a server that is busy.
        Some(class) if class.is_transient() => return Err(StepError::ServerError { status }),
        Some(_) => return Err(refusal_or_unknown(status, body)),
    }
    match step {
        Step::Create => decode_created(body),
        Step::SetMetadata => decode_chunk_list(body),
        Step::UploadChunk(number) => decode_stored(number, body),
        Step::Finish => decode_finished(body),
        Step::Commit | Step::Poll => decode_status(body),
        Step::FetchStatus => decode_fetched_status(body),
        Step::Probe => Ok(Response::Reachable),
        Step::Cancel => decode_cancelled(body),
        Step::CancelCommitted => decode_commit_cancelled(body),
    }
}

fn decode_created(body: &str) -> Result<Response, StepError> {
    let expected = "the new upload";
    let ResponseBody { id, package_asset_id, token, .. } = parse(body, expected)?;
    match (id, package_asset_id, token) {
        (Some(upload), Some(asset), Some(token)) => {
            Ok(Response::Created(ServerIds { upload, asset, token: Some(Token(token)) }))
        }
        _ => Err(StepError::UnexpectedResponse { expected }),
    }
}

fn decode_chunk_list(body: &str) -> Result<Response, StepError> {
    let expected = "the list of chunks";
    let fields = parse(body, expected)
        .map(|fields| (fields.error, fields.chunk_size, fields.chunk_list, fields.stored));
    match fields {
        Ok((Some(false), Some(chunk_size), Some(wanted), stored)) => {
            Ok(Response::ChunkList(ChunkList { chunk_size, wanted, stored }))
        }
        Ok((Some(true), Some(_), Some(_), _)) => Err(refusal_or_unknown(200, body)),
        // A refusal lacks the list.
        _ => Err(decode_refusal(200, body).unwrap_or(StepError::UnexpectedResponse { expected })),
    }
}

fn decode_stored(number: u32, body: &str) -> Result<Response, StepError> {
    let fields = parse(body, "the receipt of a chunk")?;
    match (fields.error, fields.chunk_num) {
        (Some(false), Some(stored)) if stored == number => {
            let md5 = fields.md5.map(|md5| md5.parse()).transpose();
            md5.map(Response::ChunkStored)
                .map_err(|_| StepError::UnexpectedResponse { expected: "the digest of a chunk" })
        }
        (Some(true), _) => Err(refusal_or_unknown(200, body)),
        _ => Err(StepError::UnexpectedResponse { expected: "the receipt of this chunk" }),
    }
}

fn decode_finished(body: &str) -> Result<Response, StepError> {
    let expected = "the receipt of the file";
    let fields = parse(body, expected)?;
    if let Some(missing) = fields.missing_chunks.filter(|missing| !missing.is_empty()) {
        return Ok(Response::ChunksMissing(missing));
    }
    match (fields.error, fields.error_code, fields.state) {
        (Some(false), _, Some(UploadState::Done)) => Ok(Response::Finished),
        (Some(false), _, Some(_)) => Err(StepError::ServerBusy),
        (Some(true), Some(ChunkErrorCode::InvalidState), _) => Err(StepError::UploadGone),
        (Some(true), ..) => Err(refusal_or_unknown(200, body)),
        _ => Err(StepError::UnexpectedResponse { expected }),
    }
}

fn decode_status(body: &str) -> Result<Response, StepError> {
    let fields = parse(body, "the state of the upload")?;
    match (status_of(&fields)?, fields.release_distinct_id) {
        (UploadStatus::ReadyToBePublished, Some(release_id)) => Ok(Response::Ready { release_id }),
        (UploadStatus::ReadyToBePublished, None) => {
            Err(StepError::UnexpectedResponse { expected: "the release's number" })
        }
        (UploadStatus::UploadStarted | UploadStatus::UploadFinished, _) => Ok(Response::Processing),
        (UploadStatus::UploadCanceled, _) => Err(StepError::UploadGone),
        (UploadStatus::MalwareDetected | UploadStatus::Error, _) => {
            let details = fields.error_details.unwrap_or_else(|| "the server did not say why".to_owned());
            Err(StepError::PackageRejected { details })
        }
    }
}

fn decode_fetched_status(body: &str) -> Result<Response, StepError> {
    match status_of(&parse(body, "the state of the upload")?)? {
        UploadStatus::UploadStarted => Ok(Response::Unfinished),
        _ => decode_status(body),
    }
}

fn status_of(fields: &ResponseBody) -> Result<UploadStatus, StepError> {
    fields.upload_status.ok_or(StepError::UnexpectedResponse { expected: "the state of the upload" })
}

fn decode_cancelled(body: &str) -> Result<Response, StepError> {
    let expected = "the receipt of a cancel";
    match (parse(body, expected)?.error, decode_refusal(200, body)) {
        (Some(false), _) => Ok(Response::Cancelled),
        (Some(true), Some(StepError::ServerBusy)) => Err(StepError::ServerBusy),
        (Some(true), _) => Ok(Response::NotCancellable),
        (None, _) => Err(StepError::UnexpectedResponse { expected }),
    }
}

fn decode_commit_cancelled(body: &str) -> Result<Response, StepError> {
    match status_of(&parse(body, "the state of the upload")?)? {
        UploadStatus::UploadCanceled => Ok(Response::Cancelled),
        _ => Err(StepError::UnexpectedResponse { expected: "that the upload is cancelled" }),
    }
}

fn refusal_or_unknown(status: u16, body: &str) -> StepError {
    match decode_refusal(status, body) {
        Some(error) => error,
        // A 404 of the service is JSON; a page without a message comes from a proxy, which knows nothing of uploads.
        None if status == 404 => StepError::UnexpectedResponse { expected: "a response of Slipway" },
        None => StepError::Refused { status, message: "the server refused without saying why".to_owned() },
    }
}

/// What both families of requests have in common when they refuse; those under `/upload` add a code.
#[derive(Deserialize)]
struct RefusalBody {
    message: Option<String>,
    error_code: Option<ChunkErrorCode>,
}

fn decode_refusal(status: u16, body: &str) -> Option<StepError> {
    let RefusalBody { message, error_code } = serde_json::from_str(body).ok()?;
    match (error_code, message) {
        (Some(ChunkErrorCode::ServerError), _) => Some(StepError::ServerBusy),
        (Some(ChunkErrorCode::InvalidDigest), _) => Some(StepError::Corrupted),
        (Some(ChunkErrorCode::InvalidState), Some(message)) if status != 404 => {
            Some(StepError::UploadClosed { message })
        }
        (_, message) => message.map(|message| StepError::Refused { status, message }),
    }
}

fn parse(body: &str, expected: &'static str) -> Result<ResponseBody, StepError> {
    serde_json::from_str(body).map_err(|_| StepError::UnexpectedResponse { expected })
}
