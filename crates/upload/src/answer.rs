//! What an answer means.

use protocol::{
    CancelUploadResponse, ChunkErrorCode, CreateUploadResponse, FinishUploadResponse, SetMetadataResponse,
    UploadChunkResponse, UploadState, UploadStatus, UploadStatusResponse,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::Fault;
use crate::md5::Md5;
use crate::step::Step;

/// What the server said, when it did what was asked.
pub(crate) enum Reply {
    Created(CreateUploadResponse),
    Described(SetMetadataResponse),
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
        Step::Create => parse(body, "the new upload").map(Reply::Created),
        Step::Describe => described(body),
        Step::Store(number) => stored(number, body),
        Step::Finish => finished(body),
        Step::Close | Step::Ask => processed(body),
        Step::Recall => recalled(body),
        Step::Probe => Ok(Reply::Reached),
        Step::Cancel => cancelled(body),
    }
}

fn described(body: &str) -> Result<Reply, Fault> {
    match parse::<SetMetadataResponse>(body, "the list of chunks") {
        Ok(response) if !response.error => Ok(Reply::Described(response)),
        Ok(_) => Err(refused(200, body)),
        // A refusal lacks the list.
        Err(fault) => Err(refusal(200, body).unwrap_or(fault)),
    }
}

fn stored(number: u32, body: &str) -> Result<Reply, Fault> {
    let response: UploadChunkResponse = parse(body, "the receipt of a chunk")?;
    match response.error {
        false if response.chunk_num == number => {
            let md5 = response.md5.map(|md5| md5.parse()).transpose();
            md5.map(Reply::Stored).map_err(|_| Fault::Unintelligible { expected: "the digest of a chunk" })
        }
        false => Err(Fault::Unintelligible { expected: "the receipt of this chunk" }),
        true => Err(refused(200, body)),
    }
}

fn finished(body: &str) -> Result<Reply, Fault> {
    let response: FinishUploadResponse = parse(body, "the receipt of the file")?;
    if let Some(missing) = response.missing_chunks.filter(|missing| !missing.is_empty()) {
        return Ok(Reply::Missing(missing));
    }
    match (response.error, response.error_code) {
        (false, _) if response.state == UploadState::Done => Ok(Reply::Finished),
        (false, _) => Err(Fault::Busy),
        (true, ChunkErrorCode::InvalidState) => Err(Fault::Gone),
        (true, _) => Err(refused(200, body)),
    }
}

fn processed(body: &str) -> Result<Reply, Fault> {
    let response: UploadStatusResponse = parse(body, "the state of the upload")?;
    match (response.upload_status, response.release_distinct_id) {
        (UploadStatus::ReadyToBePublished, Some(release_id)) => Ok(Reply::Ready { release_id }),
        (UploadStatus::ReadyToBePublished, None) => {
            Err(Fault::Unintelligible { expected: "the release's number" })
        }
        (UploadStatus::UploadStarted | UploadStatus::UploadFinished, _) => Ok(Reply::Processing),
        (UploadStatus::UploadCanceled, _) => Err(Fault::Gone),
        (UploadStatus::MalwareDetected | UploadStatus::Error, _) => {
            let details = response.error_details.unwrap_or_else(|| "the server did not say why".to_owned());
            Err(Fault::Package { details })
        }
    }
}

fn recalled(body: &str) -> Result<Reply, Fault> {
    let response: UploadStatusResponse = parse(body, "the state of the upload")?;
    match response.upload_status {
        UploadStatus::UploadStarted => Ok(Reply::Open),
        _ => processed(body),
    }
}

fn cancelled(body: &str) -> Result<Reply, Fault> {
    let response: CancelUploadResponse = parse(body, "the receipt of a cancel")?;
    match (response.error, refusal(200, body)) {
        (false, _) => Ok(Reply::Cancelled),
        (true, Some(Fault::Busy)) => Err(Fault::Busy),
        (true, _) => Ok(Reply::NotCancelled),
    }
}

fn refused(status: u16, body: &str) -> Fault {
    let message = || "the server refused without saying why".to_owned();
    refusal(status, body).unwrap_or_else(|| Fault::Refused { status, message: message() })
}

/// What both families of calls have in common when they say no; the calls under `/upload` add a code.
#[derive(Deserialize)]
struct Refusal {
    message: String,
    error_code: Option<ChunkErrorCode>,
}

fn refusal(status: u16, body: &str) -> Option<Fault> {
    let Refusal { message, error_code } = serde_json::from_str(body).ok()?;
    match error_code {
        Some(ChunkErrorCode::ServerError) => Some(Fault::Busy),
        Some(ChunkErrorCode::InvalidDigest) => Some(Fault::Damaged),
        Some(ChunkErrorCode::InvalidState) if status != 404 => Some(Fault::Closed { message }),
        _ => Some(Fault::Refused { status, message }),
    }
}

fn parse<T: DeserializeOwned>(body: &str, expected: &'static str) -> Result<T, Fault> {
    serde_json::from_str(body).map_err(|_| Fault::Unintelligible { expected })
}
