//! The call that brings a file's bytes.

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, StatusCode};
use protocol::{ChunkErrorCode, UploadChunkQuery, UploadChunkResponse, header};

use super::refusal::FileRefusal;
use crate::error::ApiError;
use crate::http::body::Incoming;
use crate::http::extract::{Query, UploadTokenHash, text};
use crate::platform::{LedgerRefusal, LedgerReply, LedgerRequest};
use crate::platform::{Ledgers, ObjectKey, ObjectStorage, Part, Platform, StoredPart};
use crate::secret;

/// `POST /upload/upload_chunk/{asset}`: one chunk's bytes, in any order, again if need be.
///
/// 1. The bytes go from the request to the store without being looked at; their length must be known beforehand.
/// 2. The same chunk again replaces the older one.
/// 3. A chunk that cannot be taken is answered 200 with `error: true`, as clients expect; only a failure of ours
///    is a 500, which every client retries.
/// 4. If the client says the chunk's MD5 and other bytes arrived, the chunk stays missing.
/// 5. The MD5 of what was stored is part of the answer.
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
        Ok(md5) => Json(UploadChunkResponse {
            error: false,
            chunk_num: number,
            error_code: ChunkErrorCode::None,
            message: None,
            md5: Some(md5), // 5.
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
    /// What the client says of it, lower-case hex.
    md5: Option<String>,
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
    let md5 = headers.get(header::CONTENT_MD5).map(|md5| stated_md5(md5.as_bytes())).transpose()?;
    let Some(Extension(Incoming(stream))) = body else {
        let message = "expected the chunk's bytes as the request's body";
        return Err(FileRefusal::new(StatusCode::OK, ChunkErrorCode::InvalidLength, message));
    };
    Ok(Chunk { number, stream, length, md5 })
}

/// A client that sends something else for a digest would not be helped by another try.
fn stated_md5(base64: &[u8]) -> Result<String, FileRefusal> {
    let md5: Option<[u8; 16]> = BASE64_STANDARD.decode(base64).ok().and_then(|md5| md5.try_into().ok());
    md5.map(|md5| secret::hex(&md5)).ok_or_else(|| {
        let message = "expected the Content-MD5 header to be an MD5 of 16 bytes in base64";
        FileRefusal::new(StatusCode::BAD_REQUEST, ChunkErrorCode::InvalidDigest, message)
    })
}

async fn store_chunk<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
    chunk: Chunk<P::Stream>,
) -> Result<String, FileRefusal> {
    let Chunk { number, stream, length, md5: stated } = chunk;
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
    let StoredPart { etag, md5 } =
        platform.object_storage().put_part(&key, &multipart, number, stream, length).await?;
    if stated.is_some_and(|stated| stated != md5) {
        platform.ledgers().ask(asset_id, LedgerRequest::Discard { number, attempt }).await?;
        let message =
            format!("the bytes that arrived have the MD5 {md5}, not that of Content-MD5; send it again");
        return Err(FileRefusal::new(StatusCode::OK, ChunkErrorCode::InvalidDigest, message)); // 4.
    }
    let record = LedgerRequest::Record { part: Part { number, etag }, md5: Some(md5.clone()), attempt };
    match platform.ledgers().ask(asset_id, record).await? {
        LedgerReply::Noted => Ok(md5),
        reply => Err(reply.into()),
    }
}
