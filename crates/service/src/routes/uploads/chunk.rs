//! The call that brings a file's bytes.

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, StatusCode};
use protocol::{ChunkErrorCode, UploadChunkQuery, UploadChunkResponse, header};

use super::refusal::UploadCallError;
use crate::error::ApiError;
use crate::http::body::RequestStream;
use crate::http::extract::{Query, UploadTokenHash, text};
use crate::platform::{LedgerRefusal, LedgerReply, Platform};
use crate::secret;
use crate::uploads::{ChunkError, IncomingChunk, store_chunk};

/// `POST /upload/upload_chunk/{asset}`: one chunk's bytes, in any order, again if need be.
///
/// 1. The bytes go from the request to object storage unread; their length must be known beforehand.
/// 2. The same chunk again replaces the older one.
/// 3. A chunk that is refused is answered 200 with `error: true`, as clients expect; only an error of ours is a 500,
///    which every client retries.
/// 4. If the client states the chunk's MD5 and other bytes arrived, the chunk stays missing.
/// 5. The MD5 of what was stored is part of the answer.
pub(crate) async fn upload_chunk<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    UploadTokenHash(token_hash): UploadTokenHash,
    query: Result<Query<UploadChunkQuery>, ApiError>,
    headers: HeaderMap,
    body: Option<Extension<RequestStream<P::Stream>>>,
) -> Response {
    let number = query.as_ref().map_or(0, |query| query.0.block_number);
    let chunk = match incoming_chunk(number, &headers, body) {
        Ok(chunk) => chunk,
        Err(refusal) => return refusal.into_response(number),
    };
    let length = chunk.length;
    match store_chunk(&platform, &asset_id, token_hash, chunk).await {
        Ok(md5) => Json(UploadChunkResponse {
            error: false,
            chunk_num: number,
            error_code: ChunkErrorCode::None,
            message: None,
            md5: Some(md5), // 5.
        })
        .into_response(),
        Err(error) => error.refusal(number, length).into_response(number),
    }
}

fn incoming_chunk<S>(
    number: u32,
    headers: &HeaderMap,
    body: Option<Extension<RequestStream<S>>>,
) -> Result<IncomingChunk<S>, UploadCallError> {
    let Some(length) = text(headers, "content-length").and_then(|length| length.parse().ok()) else {
        let message = "expected a Content-Length header";
        return Err(UploadCallError::new(
            StatusCode::LENGTH_REQUIRED,
            ChunkErrorCode::InvalidLength,
            message,
        ));
    };
    let md5 = headers.get(header::CONTENT_MD5).map(|md5| stated_md5(md5.as_bytes())).transpose()?;
    let Some(Extension(RequestStream(stream))) = body else {
        let message = "expected the chunk's bytes as the request's body";
        return Err(UploadCallError::new(StatusCode::OK, ChunkErrorCode::InvalidLength, message));
    };
    Ok(IncomingChunk { number, stream, length, md5 })
}

/// Refused with a status that no client retries: a client that sends no MD5 would send the same again.
fn stated_md5(base64: &[u8]) -> Result<String, UploadCallError> {
    let md5: Option<[u8; 16]> = BASE64_STANDARD.decode(base64).ok().and_then(|md5| md5.try_into().ok());
    md5.map(|md5| secret::hex(&md5)).ok_or_else(|| {
        let message = "expected the Content-MD5 header to be an MD5 of 16 bytes in base64";
        UploadCallError::new(StatusCode::BAD_REQUEST, ChunkErrorCode::InvalidDigest, message)
    })
}

impl ChunkError {
    /// The refusal of chunk `number`, of `length` bytes.
    fn refusal(self, number: u32, length: u64) -> UploadCallError {
        match self {
            ChunkError::Ledger(LedgerReply::Refused(LedgerRefusal::WrongLength { expected })) => {
                // App Center's own words: clients show them.
                let message = format!(
                    "Invalid chunk length. ChunkNumber: {number} Expected: {expected} Actual: {length}"
                );
                UploadCallError::new(StatusCode::OK, ChunkErrorCode::InvalidLength, message)
            }
            ChunkError::Ledger(reply) => reply.into(),
            ChunkError::WrongDigest { md5 } => {
                let message = format!(
                    "the bytes that arrived have the MD5 {md5}, not that of Content-MD5; send the chunk again"
                );
                UploadCallError::new(StatusCode::OK, ChunkErrorCode::InvalidDigest, message)
            }
            ChunkError::Port(error) => error.into(),
        }
    }
}
