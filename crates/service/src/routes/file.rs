//! The calls under `/upload`: one file's bytes. They carry the upload's own token and no API token.

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use protocol::{
    CancelUploadResponse, ChunkErrorCode, FinishUploadResponse, SetMetadataQuery, SetMetadataResponse,
    UploadChunkQuery, UploadChunkResponse, UploadState,
};

use super::file_refusal::FileRefusal;
use super::uploads::abandon_upload;
use crate::error::{ApiError, Hidden};
use crate::extract::{Origin, Query, UploadTokenHash, text};
use crate::file_name;
use crate::ledger::{LedgerRefusal, LedgerReply, LedgerRequest};
use crate::platform::{Ledgers, ObjectKey, Objects, Part, Platform};
use crate::router::Incoming;

/// `POST /upload/set_metadata/{asset}`: says what the file is, and learns which chunks to send.
///
/// 1. The body is never read: the official example sends the word POST as JSON.
/// 2. `resume_restart` is always false: appcenter-cli crashes on true.
/// 3. Again with the same size lists what is still missing, so that an interrupted upload can go on.
pub(crate) async fn set_metadata<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    UploadTokenHash(token_hash): UploadTokenHash,
    query: Result<Query<SetMetadataQuery>, ApiError>,
) -> Response {
    match plan(&platform, &asset_id, token_hash, query).await {
        Ok((chunk_size, missing)) => Json(SetMetadataResponse {
            error: false,
            id: asset_id,
            chunk_size,
            resume_restart: false,
            chunk_list: missing,
            blob_partitions: 1,
            status_code: "Success".to_owned(),
            stored: Vec::new(),
        })
        .into_response(),
        Err(refusal) => refusal.never_ok().into_response(0),
    }
}

async fn plan<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
    query: Result<Query<SetMetadataQuery>, ApiError>,
) -> Result<(u64, Vec<u32>), FileRefusal> {
    let Query(query) = query.map_err(|_| bad_query("expected file_name and file_size in the query"))?;
    let request = LedgerRequest::Describe {
        token_hash,
        name: file_name::clean(&query.file_name),
        size: query.file_size,
        asked_chunk_size: query.chunk_size,
    };
    match platform.ledgers().ask(asset_id, request).await? {
        LedgerReply::Plan { chunk_size, missing } => Ok((chunk_size, missing)),
        reply => Err(reply.into()),
    }
}

fn bad_query(message: &str) -> FileRefusal {
    FileRefusal::new(StatusCode::BAD_REQUEST, ChunkErrorCode::InvalidState, message)
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
    UploadTokenHash(token_hash): UploadTokenHash,
    query: Result<Query<UploadChunkQuery>, ApiError>,
    headers: HeaderMap,
    body: Option<Extension<Incoming<P::Stream>>>,
) -> Response {
    let number = query.as_ref().map_or(0, |query| query.0.block_number);
    let chunk = match chunk(number, &headers, body) {
        Ok(chunk) => chunk,
        Err(refusal) => return refusal.into_response(number),
    };
    match store_chunk(&platform, &asset_id, token_hash, chunk).await {
        Ok(()) => Json(UploadChunkResponse {
            error: false,
            chunk_num: number,
            error_code: ChunkErrorCode::None,
            message: None,
            md5: None,
        })
        .into_response(),
        Err(refusal) => refusal.into_response(number),
    }
}

/// A chunk as it comes in.
struct Chunk<S> {
    number: u32,
    stream: S,
    length: u64,
}

fn chunk<S>(
    number: u32,
    headers: &HeaderMap,
    body: Option<Extension<Incoming<S>>>,
) -> Result<Chunk<S>, FileRefusal> {
    let Some(length) = text(headers, "content-length").and_then(|length| length.parse().ok()) else {
        let message = "expected a Content-Length header";
        return Err(FileRefusal::new(StatusCode::LENGTH_REQUIRED, ChunkErrorCode::InvalidLength, message));
    };
    let Some(Extension(Incoming(stream))) = body else {
        let message = "expected the chunk's bytes as the request's body";
        return Err(FileRefusal::new(StatusCode::OK, ChunkErrorCode::InvalidLength, message));
    };
    Ok(Chunk { number, stream, length })
}

async fn store_chunk<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
    chunk: Chunk<P::Stream>,
) -> Result<(), FileRefusal> {
    let Chunk { number, stream, length } = chunk;
    let admit = LedgerRequest::Admit { token_hash, number, length };
    let (multipart, attempt) = match platform.ledgers().ask(asset_id, admit).await? {
        LedgerReply::Admitted { multipart, attempt } => (multipart, attempt),
        LedgerReply::Refused(LedgerRefusal::WrongLength { expected }) => {
            // App Center's own words: clients show them.
            let message =
                format!("Invalid chunk length. ChunkNumber: {number} Expected: {expected} Actual: {length}");
            return Err(FileRefusal::new(StatusCode::OK, ChunkErrorCode::InvalidLength, message));
        }
        reply => return Err(reply.into()),
    };
    let key = ObjectKey::Package(asset_id.to_owned());
    let etag = platform.objects().put_part(&key, &multipart, number, stream, length).await?;
    let record = LedgerRequest::Record { part: Part { number, etag }, attempt };
    match platform.ledgers().ask(asset_id, record).await? {
        LedgerReply::Noted => Ok(()),
        reply => Err(reply.into()),
    }
}

/// `POST /upload/finished/{asset}`: all chunks were sent.
///
/// 1. The status is 200 whatever happens: on anything else appcenter-cli exits with 0 and without a release.
/// 2. Missing chunks are listed, so that the client sends only those and calls again.
pub(crate) async fn finished<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    UploadTokenHash(token_hash): UploadTokenHash,
    Origin(origin): Origin,
) -> Response {
    let location = format!("{origin}/upload/{asset_id}");
    let mut answer = FinishUploadResponse {
        error: true,
        chunk_num: 0,
        error_code: ChunkErrorCode::None,
        message: "Upload Successful".to_owned(),
        state: UploadState::Pending,
        missing_chunks: None,
        raw_location: location.clone(),
        absolute_uri: location.clone(),
        location,
    };
    let reply = platform.ledgers().ask(&asset_id, LedgerRequest::Finish { token_hash }).await;
    let mut hidden = None;
    match reply {
        Ok(LedgerReply::Finished) => {
            answer.error = false;
            answer.state = UploadState::Done;
        }
        Ok(LedgerReply::Missing(missing)) => {
            answer.error_code = ChunkErrorCode::MissingChunks;
            answer.message = format!("{} chunks are missing; send them and finish again", missing.len());
            answer.missing_chunks = Some(missing);
        }
        Ok(reply) => {
            let refusal = FileRefusal::from(reply);
            (answer.error_code, answer.message) = (refusal.code, refusal.message);
        }
        Err(error) => {
            answer.error_code = ChunkErrorCode::ServerError;
            answer.message = "the upload could not be finished; call again".to_owned();
            hidden = Some(Hidden(error.to_string()));
        }
    }
    let mut response = Json(answer).into_response();
    if let Some(hidden) = hidden {
        response.extensions_mut().insert(hidden);
    }
    response
}

/// `POST /upload/cancel/{asset}`: the upload is given up, and what is stored of it freed.
pub(crate) async fn cancel<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    UploadTokenHash(token_hash): UploadTokenHash,
) -> Response {
    match cancel_file(&platform, &asset_id, token_hash).await {
        Ok(()) => {
            let answer = CancelUploadResponse { error: false, message: "Upload cancelled".to_owned() };
            Json(answer).into_response()
        }
        Err(refusal) => refusal.into_response(0),
    }
}

async fn cancel_file<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
) -> Result<(), FileRefusal> {
    let cancel = LedgerRequest::Cancel { token_hash: Some(token_hash) };
    match platform.ledgers().ask(asset_id, cancel).await? {
        LedgerReply::Cancelled { multipart } => {
            abandon_upload(platform, asset_id, &multipart).await?;
            Ok(())
        }
        reply => Err(reply.into()),
    }
}
