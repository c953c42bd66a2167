//! Uploads on the wire.
//!
//! - `chunked`: in chunks, as App Center's current clients send a package;
//! - `form`: in one request, as its documentation describes.

mod chunked;
mod form;

pub use chunked::{
    CancelUploadResponse, ChunkErrorCode, CreateUploadRequest, CreateUploadResponse, FinishUploadResponse,
    SetMetadataQuery, SetMetadataResponse, StoredChunk, UploadChunkQuery, UploadChunkResponse, UploadQuery,
    UploadState, UploadStatus, UploadStatusRequest, UploadStatusResponse,
};
pub use form::{
    CreateReleaseUploadRequest, CreateReleaseUploadResponse, ReleaseUploadRequest, ReleaseUploadResponse,
    ReleaseUploadStatus,
};
