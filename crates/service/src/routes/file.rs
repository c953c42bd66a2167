//! The calls under `/upload`: one file's bytes. They carry the upload's own token and no API token.

use axum::extract::{Extension, Path, Query, State};
use axum::{Json, response::IntoResponse, response::Response};
use http::{HeaderMap, StatusCode, header as http_header};
use protocol::{
    CancelUploadResponse, ChunkErrorCode, FinishUploadResponse, SetMetadataQuery, SetMetadataResponse,
    UploadChunkQuery, UploadChunkResponse, UploadQuery, UploadState, header,
};

use super::uploads::abandon_upload;
use crate::access::{Origin, text};
use crate::error::{ApiError, Hidden};
use crate::ledger::{LedgerRefusal, LedgerReply, LedgerRequest};
use crate::platform::{Ledgers, ObjectKey, Objects, Part, Platform, PortError};
use crate::router::Incoming;
use crate::secret;

/// `POST /upload/set_metadata/{asset}`: says what the file is, and learns which chunks to send.
///
/// 1. The body is never read: the official example sends the word POST as JSON.
/// 2. `resume_restart` is always false: appcenter-cli crashes on true.
/// 3. Again with the same size lists what is still missing, so that an interrupted upload can go on.
pub(crate) async fn set_metadata<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    Query(query): Query<SetMetadataQuery>,
    headers: HeaderMap,
) -> Result<Json<SetMetadataResponse>, ApiError> {
    let request = LedgerRequest::Describe {
        token_hash: token_hash(query.token.as_deref(), &headers),
        name: clean_file_name(&query.file_name),
        size: query.file_size,
        asked_chunk_size: query.chunk_size,
    };
    match platform.ledgers().ask(&asset_id, request).await? {
        LedgerReply::Plan { chunk_size, missing } => Ok(Json(SetMetadataResponse {
            error: false,
            id: asset_id,
            chunk_size,
            resume_restart: false,
            chunk_list: missing,
            blob_partitions: 1,
            status_code: "Success".to_owned(),
        })),
        reply => Err(refusal(&reply).into_api_error()),
    }
}

/// `POST /upload/upload_chunk/{asset}`: one chunk's bytes, in any order, again if need be.
///
/// 1. The bytes go from the request to the store without being looked at; their length must be known beforehand.
/// 2. The same chunk again replaces the older one.
/// 3. A chunk that cannot be taken is answered 200 with `error: true`, as clients expect; only a failure of ours
///    is a 500, which every client retries.
pub(crate) async fn upload_chunk<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    Query(query): Query<UploadChunkQuery>,
    headers: HeaderMap,
    body: Option<Extension<Incoming<P::Stream>>>,
) -> Response {
    let number = query.block_number;
    let Some(length) = text(&headers, "content-length").and_then(|length| length.parse().ok()) else {
        let message = "expected a Content-Length header".to_owned();
        return chunk_refused(number, ChunkErrorCode::InvalidLength, message, StatusCode::LENGTH_REQUIRED);
    };
    let Some(Extension(Incoming(stream))) = body else {
        let message = "expected the chunk's bytes as the request's body".to_owned();
        return chunk_refused(number, ChunkErrorCode::InvalidLength, message, StatusCode::OK);
    };
    let token_hash = token_hash(query.token.as_deref(), &headers);
    match store_chunk(&platform, &asset_id, token_hash, number, stream, length).await {
        Ok(LedgerReply::Noted) => {
            let answer = UploadChunkResponse {
                error: false,
                chunk_num: number,
                error_code: ChunkErrorCode::None,
                message: None,
            };
            Json(answer).into_response()
        }
        Ok(LedgerReply::Refused(LedgerRefusal::WrongLength { expected })) => {
            let message =
                format!("Invalid chunk length. ChunkNumber: {number} Expected: {expected} Actual: {length}");
            chunk_refused(number, ChunkErrorCode::InvalidLength, message, StatusCode::OK)
        }
        Ok(reply) => {
            let refusal = refusal(&reply);
            chunk_refused(number, refusal.code, refusal.message.to_owned(), refusal.status)
        }
        Err(error) => {
            let message = "the chunk could not be stored; send it again".to_owned();
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            let mut response = chunk_refused(number, ChunkErrorCode::ServerError, message, status);
            response.extensions_mut().insert(Hidden(error.to_string()));
            response
        }
    }
}

async fn store_chunk<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
    number: u32,
    stream: P::Stream,
    length: u64,
) -> Result<LedgerReply, PortError> {
    let admit = LedgerRequest::Admit { token_hash, number, length };
    let multipart = match platform.ledgers().ask(asset_id, admit).await? {
        LedgerReply::Admitted { multipart } => multipart,
        refused => return Ok(refused),
    };
    let key = ObjectKey::Package(asset_id.to_owned());
    let etag = platform.objects().put_part(&key, &multipart, number, stream, length).await?;
    platform.ledgers().ask(asset_id, LedgerRequest::Record(Part { number, etag })).await
}

fn chunk_refused(number: u32, error_code: ChunkErrorCode, message: String, status: StatusCode) -> Response {
    let answer = UploadChunkResponse { error: true, chunk_num: number, error_code, message: Some(message) };
    let mut response = (status, Json(answer)).into_response();
    // The rest of a refused body is not worth waiting for.
    response.headers_mut().insert(http_header::CONNECTION, http::HeaderValue::from_static("close"));
    response
}

/// `POST /upload/finished/{asset}`: all chunks were sent.
///
/// 1. The status is 200 whatever happens: on anything else appcenter-cli exits with 0 and without a release.
/// 2. Missing chunks are listed, so that the client sends only those and calls again.
pub(crate) async fn finished<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    Query(query): Query<UploadQuery>,
    Origin(origin): Origin,
    headers: HeaderMap,
) -> Response {
    let finish = LedgerRequest::Finish { token_hash: token_hash(query.token.as_deref(), &headers) };
    let location = format!("{origin}/upload/{asset_id}");
    let reply = platform.ledgers().ask(&asset_id, finish).await;
    let (error_code, message, missing_chunks) = match &reply {
        Ok(LedgerReply::Finished) => (ChunkErrorCode::None, "Upload Successful".to_owned(), None),
        Ok(LedgerReply::Missing(missing)) => {
            let message = format!("{} chunks are missing; send them and finish again", missing.len());
            (ChunkErrorCode::MissingChunks, message, Some(missing.clone()))
        }
        Ok(reply) => {
            let refusal = refusal(reply);
            (refusal.code, refusal.message.to_owned(), None)
        }
        Err(_) => {
            (ChunkErrorCode::ServerError, "the upload could not be finished; call again".to_owned(), None)
        }
    };
    let is_done = error_code == ChunkErrorCode::None;
    let mut response = Json(FinishUploadResponse {
        error: !is_done,
        chunk_num: 0,
        error_code,
        message,
        state: if is_done { UploadState::Done } else { UploadState::Pending },
        missing_chunks,
        raw_location: location.clone(),
        absolute_uri: location.clone(),
        location,
    })
    .into_response();
    if let Err(error) = reply {
        response.extensions_mut().insert(Hidden(error.to_string()));
    }
    response
}

/// `POST /upload/cancel/{asset}`: the upload is given up, and what is stored of it freed.
pub(crate) async fn cancel<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
) -> Result<Json<CancelUploadResponse>, ApiError> {
    let cancel = LedgerRequest::Cancel { token_hash: Some(token_hash(query.token.as_deref(), &headers)) };
    let (error, message) = match platform.ledgers().ask(&asset_id, cancel).await? {
        LedgerReply::Cancelled { multipart } => {
            abandon_upload(&platform, &asset_id, &multipart).await?;
            (false, "Upload cancelled")
        }
        reply => (true, refusal(&reply).message),
    };
    Ok(Json(CancelUploadResponse { error, message: message.to_owned() }))
}

/// The token of the header, which stays out of logs, or else of the query.
fn token_hash(query: Option<&str>, headers: &HeaderMap) -> String {
    secret::hash(text(headers, header::UPLOAD_TOKEN).or(query).unwrap_or_default())
}

/// A ledger's no, on the wire.
struct Refusal {
    status: StatusCode,
    code: ChunkErrorCode,
    message: &'static str,
}

impl Refusal {
    fn into_api_error(self) -> ApiError {
        match self.status {
            StatusCode::UNAUTHORIZED => {
                ApiError::Refused(protocol::ErrorCode::Unauthorized, self.message.to_owned())
            }
            StatusCode::NOT_FOUND => ApiError::not_found(self.message),
            _ => ApiError::bad_request(self.message),
        }
    }
}

fn refusal(reply: &LedgerReply) -> Refusal {
    use ChunkErrorCode as Code;
    let (status, code, message) = match reply {
        LedgerReply::Refused(LedgerRefusal::Unknown) => {
            (StatusCode::NOT_FOUND, Code::InvalidState, "there is no such upload; it may have expired")
        }
        LedgerReply::Refused(LedgerRefusal::Unauthorized) => {
            (StatusCode::UNAUTHORIZED, Code::Unauthorized, "the token does not open this upload")
        }
        LedgerReply::Refused(LedgerRefusal::NotDescribed) => {
            (StatusCode::OK, Code::InvalidState, "call set_metadata before sending chunks")
        }
        LedgerReply::Refused(LedgerRefusal::Closed) => {
            (StatusCode::OK, Code::InvalidState, "the upload is finished or cancelled")
        }
        LedgerReply::Refused(LedgerRefusal::OtherFile) => (
            StatusCode::OK,
            Code::InvalidState,
            "the upload was begun with a file of another size; start a new one",
        ),
        LedgerReply::Refused(LedgerRefusal::BadSize) => {
            (StatusCode::OK, Code::InvalidLength, "expected a file of 1 byte to 625 GiB")
        }
        LedgerReply::Refused(LedgerRefusal::NoSuchChunk) => {
            (StatusCode::OK, Code::InvalidChunkNumber, "the file has no chunk of that number; the first is 1")
        }
        LedgerReply::Refused(LedgerRefusal::WrongLength { .. }) => {
            (StatusCode::OK, Code::InvalidLength, "invalid chunk length")
        }
        _ => (
            StatusCode::INTERNAL_SERVER_ERROR,
            Code::ServerError,
            "the upload's ledger gave an unexpected answer",
        ),
    };
    Refusal { status, code, message }
}

/// A file name that is safe to show and to offer as a download: no path, no control or bidirectional characters.
fn clean_file_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = base
        .chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .take(protocol::limit::FILE_NAME_CHARS)
        .collect();
    let trimmed = kept.trim().trim_start_matches('.');
    if trimmed.is_empty() { "package".to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::clean_file_name;

    #[test]
    fn a_file_name_is_never_a_path() {
        assert_eq!(clean_file_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_file_name("C:\\builds\\app.apk"), "app.apk");
        assert_eq!(clean_file_name("..."), "package");
        assert_eq!(clean_file_name("a\u{202e}kpa.exe\r\n"), "akpa.exe");
    }
}
