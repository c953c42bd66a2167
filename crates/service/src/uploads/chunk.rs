//! Storing one chunk.

use crate::platform::{
    LedgerReply, LedgerRequest, Ledgers, ObjectKey, ObjectStorage, Part, Platform, PortError, StoredPart,
};

/// A chunk that arrives.
pub(crate) struct IncomingChunk<S> {
    pub(crate) number: u32,
    pub(crate) stream: S,
    /// As `Content-Length` says, in bytes.
    pub(crate) length: u64,
    /// As `Content-MD5` says, lower-case hex.
    pub(crate) md5: Option<String>,
}

/// Why a chunk is not stored.
pub(crate) enum ChunkError {
    /// The ledger refuses it.
    Ledger(LedgerReply),
    /// Other bytes arrived than the client sent; theirs is this MD5.
    WrongDigest { md5: String },
    /// The platform failed.
    Port(PortError),
}

impl From<PortError> for ChunkError {
    fn from(error: PortError) -> ChunkError {
        ChunkError::Port(error)
    }
}

/// Stores one chunk of an upload and returns the MD5 of the stored bytes.
///
/// The ledger admits the chunk before its bytes are stored, and records it afterwards: between the two the chunk counts as
/// missing, so that an upload can never be finished with bytes that did not arrive whole. A chunk that comes again replaces
/// the older one.
pub(crate) async fn store_chunk<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
    chunk: IncomingChunk<P::Stream>,
) -> Result<String, ChunkError> {
    let IncomingChunk { number, stream, length, md5: stated } = chunk;
    let admit = LedgerRequest::Admit { token_hash, number, length };
    let (multipart, attempt) = match platform.ledgers().ask(asset_id, admit).await? {
        LedgerReply::Admitted { multipart, attempt } => (multipart, attempt),
        reply => return Err(ChunkError::Ledger(reply)),
    };
    let key = ObjectKey::Package(asset_id.to_owned());
    let StoredPart { etag, md5 } =
        platform.object_storage().put_part(&key, &multipart, number, stream, length).await?;
    if stated.is_some_and(|stated| stated != md5) {
        platform.ledgers().ask(asset_id, LedgerRequest::Discard { number, attempt }).await?;
        return Err(ChunkError::WrongDigest { md5 });
    }
    let record = LedgerRequest::Record { part: Part { number, etag }, md5: Some(md5.clone()), attempt };
    match platform.ledgers().ask(asset_id, record).await? {
        LedgerReply::Noted => Ok(md5),
        reply => Err(ChunkError::Ledger(reply)),
    }
}
