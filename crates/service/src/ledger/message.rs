//! What is asked of a ledger, and what it answers.

use protocol::StoredChunk;
use serde::{Deserialize, Serialize};

use super::{File, State};
use crate::platform::Part;

/// What is asked of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerRequest {
    /// Begin.
    Open {
        /// SHA-256 of the upload's token.
        token_hash: String,
        /// The store's id of the multipart upload.
        multipart: String,
    },
    /// Say what the file is.
    Describe {
        /// SHA-256 of the token that came with the call.
        token_hash: String,
        /// As the client calls it.
        name: String,
        /// In bytes.
        size: u64,
        /// What the client would like, in bytes.
        asked_chunk_size: Option<u64>,
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
        /// Its number and receipt.
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
        /// The store's id of that multipart upload.
        multipart: String,
        /// What the file turned out to be.
        file: File,
        /// Every part, ascending.
        parts: Vec<Part>,
    },
    /// Every chunk was sent.
    Finish {
        /// SHA-256 of the token that came with the call.
        token_hash: String,
    },
    /// Give up; with a token hash it must be the right one.
    Cancel {
        /// SHA-256 of the token that came with the call, or nothing from the app's owner or the clock.
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
    Plan {
        /// Of every chunk but the last, in bytes.
        chunk_size: u64,
        /// The chunks still wanted, ascending.
        missing: Vec<u32>,
        /// The chunks that are stored and whose digest is known, ascending.
        stored: Vec<StoredChunk>,
    },
    /// Store the chunk, then [`LedgerRequest::Record`] it.
    Admitted {
        /// The store's id of the multipart upload.
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
    /// The upload is given up; abort this multipart upload.
    Cancelled {
        /// The store's id of the multipart upload.
        multipart: String,
    },
    /// The answer to [`LedgerRequest::Contents`].
    Contents {
        /// The store's id of the multipart upload.
        multipart: String,
        /// What the file is.
        file: Option<File>,
        /// How far the upload is.
        state: State,
        /// Every stored chunk, ascending.
        parts: Vec<Part>,
    },
    /// No.
    Refused(LedgerRefusal),
}

/// Why a ledger says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerRefusal {
    /// There is no such upload, or it has expired.
    Unknown,
    /// The token is another one's.
    Unauthorized,
    /// Chunks may come only after [`LedgerRequest::Describe`].
    NotDescribed,
    /// The upload is sealed or cancelled.
    Closed,
    /// The file was described differently before.
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
    pub(super) fn token_hash(&self) -> Option<&str> {
        match self {
            LedgerRequest::Describe { token_hash, .. }
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
