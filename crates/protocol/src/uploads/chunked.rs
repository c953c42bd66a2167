//! An upload in chunks: the calls that App Center's current clients make.

use serde::{Deserialize, Serialize};

/// `POST …/uploads/releases`. Clients send `{}`, nothing at all, or these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateUploadRequest {
    /// Version of a package that does not say its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_version: Option<String>,
    /// Build number of a package that does not say its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_number: Option<String>,
}

/// The response to [`CreateUploadRequest`], with status 201.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateUploadResponse {
    /// UUID of the upload, for the calls under the app.
    pub id: String,
    /// UUID of the file, for the calls under `/upload`.
    pub package_asset_id: String,
    /// Where `/upload` is, without a trailing slash.
    pub upload_domain: String,
    /// Opens the calls under `/upload`, for this file only.
    pub token: String,
    /// [`Self::token`], percent-encoded for a query.
    pub url_encoded_token: String,
}

/// What every call under `/upload` carries. The token may come in [`crate::header::UPLOAD_TOKEN`] instead.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadQuery {
    /// [`CreateUploadResponse::token`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// `POST /upload/set_metadata/{asset}?…`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetMetadataQuery {
    /// What the file is called where it came from.
    pub file_name: String,
    /// Its length, in bytes.
    pub file_size: u64,
    /// A hint that decides nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Slipway's own: a chunk size that the client prefers, in bytes; the response says what it gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chunk_size: Option<u64>,
    /// [`CreateUploadResponse::token`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// The response to [`SetMetadataQuery`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetMetadataResponse {
    /// Exactly `false`: clients compare.
    pub error: bool,
    /// The asset's UUID.
    pub id: String,
    /// Length of every chunk but the last, in bytes.
    pub chunk_size: u64,
    /// Always `false`: appcenter-cli crashes on `true`.
    pub resume_restart: bool,
    /// The chunks that the server still needs, numbered from 1.
    pub chunk_list: Vec<u32>,
    /// Always 1.
    pub blob_partitions: u32,
    /// `Success`.
    pub status_code: String,
    /// Slipway's own: the chunks that are stored already. The first response has none and is as App Center's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stored: Vec<StoredChunk>,
}

/// A chunk that is stored, in [`SetMetadataResponse`]. Slipway's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredChunk {
    /// Which chunk, from 1.
    pub chunk_num: u32,
    /// MD5 of the bytes that were stored, 32 digits of lower-case hex.
    pub md5: String,
}

/// `POST /upload/upload_chunk/{asset}?…`, with the chunk's bytes as body.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadChunkQuery {
    /// Which chunk, from 1.
    pub block_number: u32,
    /// [`CreateUploadResponse::token`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// The response to [`UploadChunkQuery`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadChunkResponse {
    /// Exactly `false` when the chunk is stored.
    pub error: bool,
    /// Which chunk.
    pub chunk_num: u32,
    /// `None` when the chunk is stored.
    pub error_code: ChunkErrorCode,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Slipway's own: MD5 of the bytes that were stored, 32 digits of lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
}

/// Why a chunk was not stored, or a file not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ChunkErrorCode {
    /// Nothing went wrong.
    None,
    /// The chunk is not as long as it must be.
    InvalidLength,
    /// Slipway's own: the bytes that arrived have another MD5 than [`crate::header::CONTENT_MD5`] says.
    InvalidDigest,
    /// The file has no such chunk.
    InvalidChunkNumber,
    /// The call is out of turn: no metadata yet, or the file is finished or cancelled.
    InvalidState,
    /// The token does not open this file.
    Unauthorized,
    /// Chunks are missing.
    MissingChunks,
    /// An error of the server; try again.
    ServerError,
}

/// The response to `POST /upload/finished/{asset}`. Always with status 200: on anything else appcenter-cli exits
/// with 0 and without a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FinishUploadResponse {
    /// Exactly `false` when every chunk is there.
    pub error: bool,
    /// Always 0.
    pub chunk_num: u32,
    /// Why it is not finished.
    pub error_code: ChunkErrorCode,
    /// For the user.
    pub message: String,
    /// `Done` when every chunk is there.
    pub state: UploadState,
    /// The chunks to send again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_chunks: Option<Vec<u32>>,
    /// Where the file is; opens nothing without a token.
    pub location: String,
    /// The same.
    pub raw_location: String,
    /// The same.
    pub absolute_uri: String,
}

/// Whether a file is complete, in [`FinishUploadResponse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum UploadState {
    /// Every chunk is there.
    Done,
    /// Some are missing, or the call was out of turn.
    Pending,
}

/// The response to `POST /upload/cancel/{asset}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CancelUploadResponse {
    /// Exactly `false` when the upload is cancelled.
    pub error: bool,
    /// For the user.
    pub message: String,
}

/// `PATCH …/uploads/releases/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadStatusRequest {
    /// `uploadFinished` or `uploadCanceled`; the old Azure task says `aborted` for the latter.
    pub upload_status: UploadStatus,
    /// Slipway's own: MD5 of the file as the client read it, lower-case hex. The stored bytes must have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
    /// Slipway's own: SHA-256, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// How far an upload is, with App Center's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum UploadStatus {
    /// Chunks are being sent.
    UploadStarted,
    /// Every chunk is there; the package is being processed.
    UploadFinished,
    /// Cancelled by the client, or by the server after [`crate::limit::UPLOAD_LIFETIME_MS`].
    #[serde(alias = "aborted")]
    UploadCanceled,
    /// There is a release.
    ReadyToBePublished,
    /// Never sent by us: appcenter-cli polls on for ever. Such packages get [`UploadStatus::Error`].
    MalwareDetected,
    /// The package is no good; `error_details` says why.
    Error,
}

/// `GET …/uploads/releases/{id}`, and the response to [`UploadStatusRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadStatusResponse {
    /// UUID of the upload.
    pub id: String,
    /// How far it is.
    pub upload_status: UploadStatus,
    /// Why it failed, for the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_details: Option<String>,
    /// The release's number, once there is one. An integer: fastlane checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_distinct_id: Option<i64>,
    /// The release's path under the API, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_url: Option<String>,
    /// Slipway's own: MD5 of the file as it is stored, 32 digits of lower-case hex, once there is a release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
}
