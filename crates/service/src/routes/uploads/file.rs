//! The calls under `/upload` about one file, but for its bytes. They carry the upload's own token and no API token.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use protocol::{
    CancelUploadResponse, ChunkErrorCode, FinishUploadResponse, SetMetadataQuery, SetMetadataResponse,
    StoredChunk, UploadState,
};

use super::refusal::UploadCallError;
use crate::error::ApiError;
use crate::http::error::LoggedError;
use crate::http::extract::{Origin, Query, UploadTokenHash};
use crate::platform::{LedgerReply, LedgerRequest, Ledgers, Platform};
use crate::uploads::{abandon_upload, clean_file_name};

/// `POST /upload/set_metadata/{asset}`: states what the file is; the response says which chunks to send.
///
/// 1. The body is never read: the official example sends the word POST as JSON.
/// 2. `resume_restart` is always false: appcenter-cli crashes on true.
/// 3. Called again with the same size, it lists what is still missing, so that an interrupted upload can be resumed, and
///    the digests of what is stored, so that the client can check that it is still the same file.
pub(crate) async fn set_metadata<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    UploadTokenHash(token_hash): UploadTokenHash,
    query: Result<Query<SetMetadataQuery>, ApiError>,
) -> Response {
    match plan_chunks(&platform, &asset_id, token_hash, query).await {
        Ok(ChunkPlan { chunk_size, missing, stored }) => Json(SetMetadataResponse {
            error: false,
            id: asset_id,
            chunk_size,
            resume_restart: false,
            chunk_list: missing,
            blob_partitions: 1,
            status_code: "Success".to_owned(),
            stored,
        })
        .into_response(),
        Err(refusal) => refusal.never_ok().into_response(0),
    }
}

/// Which chunks are to be sent, and which are stored.
struct ChunkPlan {
    chunk_size: u64,
    missing: Vec<u32>,
    stored: Vec<StoredChunk>,
}

async fn plan_chunks<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
    query: Result<Query<SetMetadataQuery>, ApiError>,
) -> Result<ChunkPlan, UploadCallError> {
    let Query(query) = query.map_err(|_| bad_query("expected file_name and file_size in the query"))?;
    let request = LedgerRequest::SetMetadata {
        token_hash,
        name: clean_file_name(&query.file_name),
        size: query.file_size,
        requested_chunk_size: query.chunk_size,
    };
    match platform.ledgers().ask(asset_id, request).await? {
        LedgerReply::ChunkPlan { chunk_size, missing, stored } => {
            Ok(ChunkPlan { chunk_size, missing, stored })
        }
        reply => Err(reply.into()),
    }
}

fn bad_query(message: &str) -> UploadCallError {
    UploadCallError::new(StatusCode::BAD_REQUEST, ChunkErrorCode::InvalidState, message)
}

/// `POST /upload/finished/{asset}`: the client has sent all chunks.
///
/// 1. The status is 200 whatever happens: on anything else appcenter-cli exits with 0 and without a release.
/// 2. Missing chunks are listed, so that the client sends only those and calls again.
pub(crate) async fn finish<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    UploadTokenHash(token_hash): UploadTokenHash,
    Origin(origin): Origin,
) -> Response {
    let location = format!("{origin}/upload/{asset_id}");
    let mut response = FinishUploadResponse {
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
    let mut logged = None;
    match reply {
        Ok(LedgerReply::Finished) => {
            response.error = false;
            response.state = UploadState::Done;
        }
        Ok(LedgerReply::Missing(missing)) => {
            response.error_code = ChunkErrorCode::MissingChunks;
            response.message = format!("{} chunks are missing; send them and finish again", missing.len());
            response.missing_chunks = Some(missing);
        }
        Ok(reply) => {
            let refusal = UploadCallError::from(reply);
            (response.error_code, response.message) = (refusal.code, refusal.message);
        }
        Err(error) => {
            response.error_code = ChunkErrorCode::ServerError;
            response.message = "the upload could not be finished; call again".to_owned();
            logged = Some(LoggedError(error.to_string()));
        }
    }
    let mut response = Json(response).into_response();
    if let Some(logged) = logged {
        response.extensions_mut().insert(logged);
    }
    response
}

/// `POST /upload/cancel/{asset}`: cancels the upload and frees what is stored of it.
pub(crate) async fn cancel<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    UploadTokenHash(token_hash): UploadTokenHash,
) -> Response {
    match cancel_file(&platform, &asset_id, token_hash).await {
        Ok(()) => {
            let response = CancelUploadResponse { error: false, message: "Upload cancelled".to_owned() };
            Json(response).into_response()
        }
        Err(refusal) => refusal.into_response(0),
    }
}

async fn cancel_file<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
) -> Result<(), UploadCallError> {
    let cancel = LedgerRequest::Cancel { token_hash: Some(token_hash) };
    match platform.ledgers().ask(asset_id, cancel).await? {
        LedgerReply::Cancelled { multipart } => {
            abandon_upload(platform, asset_id, &multipart).await?;
            Ok(())
        }
        reply => Err(reply.into()),
    }
}
