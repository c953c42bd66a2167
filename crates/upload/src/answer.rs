//! What an answer means.

use protocol::{ChunkErrorCode, StoredChunk, UploadState, UploadStatus};
use serde::Deserialize;

use crate::call::Token;
use crate::error::Fault;
use crate::md5::Md5;
use crate::step::{Names, Step};

/// What the server said, when it did what was asked.
pub(crate) enum Reply {
    Created(Names),
    Described(Listing),
    /// With the server's own digest of what it stored, if it says one.
    Stored(Option<Md5>),
    Finished,
    /// Not finished: these chunks are to be sent again.
    Missing(Vec<u32>),
    Processing,
    /// It still takes parts.
    Open,
    /// The server can be reached, whatever it says.
    Reached,
    Ready {
        release_id: i64,
    },
    Cancelled,
    /// There is nothing to cancel: the upload is finished, or the server knows none.
    NotCancelled,
}

/// How the server wants the file.
pub(crate) struct Listing {
    /// Length of every chunk but the last, in bytes.
    pub(crate) chunk_size: u64,
    /// The numbers of those that it wants, from 1.
    pub(crate) wanted: Vec<u32>,
    /// Those that it has.
    pub(crate) stored: Vec<StoredChunk>,
}

/// What the machine reads of an answer, whichever call it is to, named as in [`protocol`]. One type for all of them: code
/// that reads a type is long, and in a browser people wait for it.
#[derive(Deserialize)]
struct Said {
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
pub(crate) fn read(step: Step, status: u16, body: &str) -> Result<Reply, Fault> {
    if step == Step::Probe {
        return Ok(Reply::Reached);
    }
    match status {
        200..300 => {}
        // What a proxy says, or a server that is busy; 425 is about a connection that was just made (RFC 8470).
        408 | 425 | 429 | 500.. => return Err(Fault::Status { status }),
        _ => return Err(refused(status, body)),
    }
    match step {
        Step::Create => created(body),
        Step::Describe => described(body),
        Step::Store(number) => stored(number, body),
        Step::Finish => finished(body),
        Step::Close | Step::Ask => processed(body),
        Step::Recall => recalled(body),
        Step::Probe => Ok(Reply::Reached),
        Step::Cancel => cancelled(body),
        Step::Withdraw => withdrawn(body),
    }
}

fn created(body: &str) -> Result<Reply, Fault> {
    let expected = "the new upload";
    let Said { id, package_asset_id, token, .. } = parse(body, expected)?;
    match (id, package_asset_id, token) {
        (Some(upload), Some(asset), Some(token)) => {
            Ok(Reply::Created(Names { upload, asset, token: Some(Token(token)) }))
        }
        _ => Err(Fault::Unintelligible { expected }),
    }
}

fn described(body: &str) -> Result<Reply, Fault> {
    let expected = "the list of chunks";
    let said = parse(body, expected).map(|said| (said.error, said.chunk_size, said.chunk_list, said.stored));
    match said {
        Ok((Some(false), Some(chunk_size), Some(wanted), stored)) => {
            Ok(Reply::Described(Listing { chunk_size, wanted, stored }))
        }
        Ok((Some(true), Some(_), Some(_), _)) => Err(refused(200, body)),
        // A refusal lacks the list.
        _ => Err(refusal(200, body).unwrap_or(Fault::Unintelligible { expected })),
    }
}

fn stored(number: u32, body: &str) -> Result<Reply, Fault> {
    let said = parse(body, "the receipt of a chunk")?;
    match (said.error, said.chunk_num) {
        (Some(false), Some(stored)) if stored == number => {
            let md5 = said.md5.map(|md5| md5.parse()).transpose();
            md5.map(Reply::Stored).map_err(|_| Fault::Unintelligible { expected: "the digest of a chunk" })
        }
        (Some(true), _) => Err(refused(200, body)),
        _ => Err(Fault::Unintelligible { expected: "the receipt of this chunk" }),
    }
}

fn finished(body: &str) -> Result<Reply, Fault> {
    let expected = "the receipt of the file";
    let said = parse(body, expected)?;
    if let Some(missing) = said.missing_chunks.filter(|missing| !missing.is_empty()) {
        return Ok(Reply::Missing(missing));
    }
    match (said.error, said.error_code, said.state) {
        (Some(false), _, Some(UploadState::Done)) => Ok(Reply::Finished),
        (Some(false), _, Some(_)) => Err(Fault::Busy),
        (Some(true), Some(ChunkErrorCode::InvalidState), _) => Err(Fault::Gone),
        (Some(true), ..) => Err(refused(200, body)),
        _ => Err(Fault::Unintelligible { expected }),
    }
}

fn processed(body: &str) -> Result<Reply, Fault> {
    let said = parse(body, "the state of the upload")?;
    match (status_of(&said)?, said.release_distinct_id) {
        (UploadStatus::ReadyToBePublished, Some(release_id)) => Ok(Reply::Ready { release_id }),
        (UploadStatus::ReadyToBePublished, None) => {
            Err(Fault::Unintelligible { expected: "the release's number" })
        }
        (UploadStatus::UploadStarted | UploadStatus::UploadFinished, _) => Ok(Reply::Processing),
        (UploadStatus::UploadCanceled, _) => Err(Fault::Gone),
        (UploadStatus::MalwareDetected | UploadStatus::Error, _) => {
            let details = said.error_details.unwrap_or_else(|| "the server did not say why".to_owned());
            Err(Fault::Package { details })
        }
    }
}

fn recalled(body: &str) -> Result<Reply, Fault> {
    match status_of(&parse(body, "the state of the upload")?)? {
        UploadStatus::UploadStarted => Ok(Reply::Open),
        _ => processed(body),
    }
}

fn status_of(said: &Said) -> Result<UploadStatus, Fault> {
    said.upload_status.ok_or(Fault::Unintelligible { expected: "the state of the upload" })
}

fn cancelled(body: &str) -> Result<Reply, Fault> {
    let expected = "the receipt of a cancel";
    match (parse(body, expected)?.error, refusal(200, body)) {
        (Some(false), _) => Ok(Reply::Cancelled),
        (Some(true), Some(Fault::Busy)) => Err(Fault::Busy),
        (Some(true), _) => Ok(Reply::NotCancelled),
        (None, _) => Err(Fault::Unintelligible { expected }),
    }
}

fn withdrawn(body: &str) -> Result<Reply, Fault> {
    match status_of(&parse(body, "the state of the upload")?)? {
        UploadStatus::UploadCanceled => Ok(Reply::Cancelled),
        _ => Err(Fault::Unintelligible { expected: "that the upload is cancelled" }),
    }
}

fn refused(status: u16, body: &str) -> Fault {
    match refusal(status, body) {
        Some(fault) => fault,
        // What the service does not have it says in its own words; a page that says so is somebody else's.
        None if status == 404 => Fault::Unintelligible { expected: "an answer of Slipway" },
        None => Fault::Refused { status, message: "the server refused without saying why".to_owned() },
    }
}

/// What both families of calls have in common when they say no; the calls under `/upload` add a code.
#[derive(Deserialize)]
struct Refusal {
    message: Option<String>,
    error_code: Option<ChunkErrorCode>,
}

fn refusal(status: u16, body: &str) -> Option<Fault> {
    let Refusal { message, error_code } = serde_json::from_str(body).ok()?;
    match (error_code, message) {
        (Some(ChunkErrorCode::ServerError), _) => Some(Fault::Busy),
        (Some(ChunkErrorCode::InvalidDigest), _) => Some(Fault::Damaged),
        (Some(ChunkErrorCode::InvalidState), Some(message)) if status != 404 => {
            Some(Fault::Closed { message })
        }
        (_, message) => message.map(|message| Fault::Refused { status, message }),
    }
}

fn parse(body: &str, expected: &'static str) -> Result<Said, Fault> {
    serde_json::from_str(body).map_err(|_| Fault::Unintelligible { expected })
}
