use std::future::Future;

use protocol::StoredChunk;
use serde::{Deserialize, Serialize};

use super::{Part, PortError};

/// The ledgers of all uploads, each by its asset id. One ledger handles one request at a time.
pub trait Ledgers: Send + Sync {
    /// Sends a request to the ledger of `asset_id`; see `Ledger::handle` in the room `uploads`.
    fn ask(
        &self,
        asset_id: &str,
        request: LedgerRequest,
    ) -> impl Future<Output = Result<LedgerReply, PortError>> + Send;
}

/// What is asked of a ledger.
///
/// It crosses from the Worker to the Durable Object as JSON. For some seconds of each deployment one of them is of the
/// older version: what was renamed since keeps its name there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerRequest {
    /// Open the ledger of a new upload.
    Open {
        /// SHA-256 of the upload's token.
        token_hash: String,
        /// The multipart upload in object storage.
        multipart: String,
    },
    /// Note what the file is, and plan its chunks.
    #[serde(rename = "Describe")]
    SetMetadata {
        /// SHA-256 of the token that came with the call.
        token_hash: String,
        /// The client's name for it.
        name: String,
        /// In bytes.
        size: u64,
        /// What the client would like, in bytes.
        #[serde(rename = "asked_chunk_size")]
        requested_chunk_size: Option<u64>,
    },
    /// May this chunk be stored?
    Admit {
        /// SHA-256 of the token that came with the call.
        token_hash: String,
        /// From 1.
        number: u32,
        /// In bytes.
        length: u64,
    },
    /// A chunk was stored.
    Record {
        /// Its number and etag.
        part: Part,
        /// MD5 of its bytes, lower-case hex.
        md5: Option<String>,
        /// As [`LedgerReply::Admitted`] said.
        attempt: u32,
    },
    /// What was stored as this chunk does not count.
    Discard {
        /// From 1.
        number: u32,
        /// As [`LedgerReply::Admitted`] said.
        attempt: u32,
    },
    /// May the whole file be stored at once?
    AdmitWhole {
        /// SHA-256 of the token that came with the call.
        token_hash: String,
    },
    /// The whole file was stored, in a multipart upload of its own.
    RecordWhole {
        /// SHA-256 of the token that came with the call.
        token_hash: String,
        /// That multipart upload.
        multipart: String,
        /// What the file turned out to be.
        file: FileMetadata,
        /// Every part, ascending.
        parts: Vec<Part>,
    },
    /// Every chunk was sent.
    Finish {
        /// SHA-256 of the token that came with the call.
        token_hash: String,
    },
    /// Cancel the upload; with a token hash it must be the right one.
    Cancel {
        /// SHA-256 of the token that came with the call; `None` if a member of the app cancels, or the alarm.
        token_hash: Option<String>,
    },
    /// Everything that completing the file needs.
    Contents,
}

/// What a ledger answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerReply {
    /// Done, and there is nothing more to say.
    Noted,
    /// The file's chunks.
    #[serde(rename = "Plan")]
    ChunkPlan {
        /// Of every chunk but the last, in bytes.
        chunk_size: u64,
        /// The chunks that are not stored yet, ascending.
        missing: Vec<u32>,
        /// The chunks that are stored and whose digest is known, ascending.
        stored: Vec<StoredChunk>,
    },
    /// Store the chunk, then [`LedgerRequest::Record`] it.
    Admitted {
        /// The multipart upload in object storage.
        multipart: String,
        /// Which attempt at this chunk it is, from 1.
        attempt: u32,
    },
    /// The same chunk was stored by two requests at once; it must be sent again.
    Contested,
    /// Every chunk is stored.
    Finished,
    /// Chunks are missing, ascending.
    Missing(Vec<u32>),
    /// The upload is cancelled; abort this multipart upload.
    Cancelled {
        /// The multipart upload in object storage.
        multipart: String,
    },
    /// The answer to [`LedgerRequest::Contents`].
    Contents {
        /// The multipart upload in object storage.
        multipart: String,
        /// What the file is.
        file: Option<FileMetadata>,
        /// How far the upload is.
        state: LedgerState,
        /// Every stored chunk, ascending.
        parts: Vec<Part>,
    },
    /// The request is refused; nothing changed.
    Refused(LedgerRefusal),
}

/// Why a ledger refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerRefusal {
    /// There is no such upload, or it has expired.
    Unknown,
    /// The token is not this upload's.
    Unauthorized,
    /// Chunks may come only after [`LedgerRequest::SetMetadata`].
    #[serde(rename = "NotDescribed")]
    NoMetadata,
    /// The upload is sealed or cancelled.
    Closed,
    /// The metadata that came before was of a file of another size.
    OtherFile,
    /// The file is empty or too large.
    BadSize,
    /// The file has no such chunk.
    NoSuchChunk,
    /// The chunk is not as long as it must be.
    WrongLength {
        /// In bytes.
        expected: u64,
    },
}

impl LedgerRequest {
    pub(crate) fn token_hash(&self) -> Option<&str> {
        match self {
            LedgerRequest::SetMetadata { token_hash, .. }
            | LedgerRequest::Admit { token_hash, .. }
            | LedgerRequest::AdmitWhole { token_hash }
            | LedgerRequest::RecordWhole { token_hash, .. }
            | LedgerRequest::Finish { token_hash } => Some(token_hash),
            LedgerRequest::Cancel { token_hash } => token_hash.as_deref(),
            LedgerRequest::Open { .. }
            | LedgerRequest::Record { .. }
            | LedgerRequest::Discard { .. }
            | LedgerRequest::Contents => None,
        }
    }
}

/// What the file is, as the client stated it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMetadata {
    /// The client's name for it; cleaned, and never a path.
    pub name: String,
    /// In bytes, at least 1.
    pub size: u64,
    /// Of every chunk but the last, in bytes.
    pub chunk_size: u64,
}

impl FileMetadata {
    /// How many chunks the file has.
    pub fn n_chunks(&self) -> u32 {
        u32::try_from(self.size.div_ceil(self.chunk_size)).unwrap_or(u32::MAX)
    }

    /// How long chunk `number` must be, in bytes; `None` if the file has no such chunk.
    pub fn chunk_length(&self, number: u32) -> Option<u64> {
        let index = u64::from(number.checked_sub(1)?);
        let start = index.checked_mul(self.chunk_size)?;
        (start < self.size).then(|| self.chunk_size.min(self.size - start))
    }
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerState {
    /// Takes chunks.
    Open,
    /// Has every chunk and takes no new ones.
    Sealed,
    /// Takes nothing any more; what was stored is freed.
    Cancelled,
}
