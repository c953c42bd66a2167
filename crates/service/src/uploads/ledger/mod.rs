//! The ledger of one upload: which chunks the file has, and which of them are stored.
//!
//! A ledger is a state machine without a platform. Each upload's runs in a Durable Object of its own, which handles one
//! request at a time: chunks that arrive in parallel are recorded one after the other. It holds no bytes. The platform
//! loads it, calls [`Ledger::handle`], stores what [`Ledger::handle`] says has changed, and sends the reply. What goes in
//! and out, [`LedgerRequest`] and [`LedgerReply`], belongs to the port: see `platform/ledgers.rs`.

use std::collections::BTreeMap;

use protocol::{StoredChunk, limit};
use serde::{Deserialize, Serialize};

use crate::platform::Part;
pub use crate::platform::{FileMetadata, LedgerRefusal, LedgerReply, LedgerRequest, LedgerState};

/// The state of one upload, apart from its chunks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerHeader {
    /// SHA-256 of the upload's token, lower-case hex.
    pub token_hash: String,
    /// The multipart upload in object storage. Empty for an upload in one request until that request, which begins one,
    /// has ended.
    pub multipart: String,
    /// What the file is, once the client has stated it.
    pub file: Option<FileMetadata>,
    /// How far the upload is.
    pub state: LedgerState,
}

/// One upload's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    header: LedgerHeader,
    /// By number. A chunk that was never admitted is not there.
    chunks: BTreeMap<u32, Chunk>,
}

/// What is known of one chunk.
///
/// Why attempts have numbers: a client that hears nothing sends a chunk again while the first request still runs. Object
/// storage keeps the bytes and the etag of the request that ends last *there*, but the ledger may hear of that one first.
/// Recorded in the order of arrival, the ledger would hold an etag that object storage has replaced, and completing the
/// upload would fail for ever. So when an older attempt is recorded after a newer one began, neither etag is trusted: the
/// chunk counts as missing until an attempt that no other overlapped.
///
/// An attempt may also replace the bytes and never be recorded, because the service died in between. So as soon as a newer
/// attempt begins, what an older one recorded is dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// The number of the newest attempt, from 1.
    pub attempt: u32,
    /// Whether the newest attempt was overlapped by an older one.
    pub is_contested: bool,
    /// The etag of the stored part, if the chunk is stored. Ledgers have it by its older name.
    #[serde(rename = "receipt")]
    pub etag: Option<String>,
    /// MD5 of what is stored, lower-case hex. Chunks that an older version recorded have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
}

/// What the platform must store after a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerChange {
    /// Nothing.
    None,
    /// The header.
    Header,
    /// One chunk, by its number.
    Chunk(u32, Chunk),
    /// Everything.
    All,
}

impl Ledger {
    /// A ledger as it was stored.
    pub fn load(header: LedgerHeader, chunks: impl IntoIterator<Item = (u32, Chunk)>) -> Ledger {
        Ledger { header, chunks: chunks.into_iter().collect() }
    }

    /// What [`LedgerChange::All`] stores besides the header.
    pub fn chunks(&self) -> &BTreeMap<u32, Chunk> {
        &self.chunks
    }

    /// What [`LedgerChange::Header`] stores.
    pub fn header(&self) -> &LedgerHeader {
        &self.header
    }

    /// Answers one request. `slot` is empty until the ledger was opened.
    pub fn handle(slot: &mut Option<Ledger>, request: LedgerRequest) -> (LedgerReply, LedgerChange) {
        match (slot.as_mut(), request) {
            (None, LedgerRequest::Open { token_hash, multipart }) => {
                let header = LedgerHeader { token_hash, multipart, file: None, state: LedgerState::Open };
                *slot = Some(Ledger::load(header, []));
                (LedgerReply::Noted, LedgerChange::Header)
            }
            (None, _) => refuse(LedgerRefusal::Unknown),
            (Some(ledger), request) => ledger.dispatch(request),
        }
    }

    fn dispatch(&mut self, request: LedgerRequest) -> (LedgerReply, LedgerChange) {
        if request.token_hash().is_some_and(|hash| hash != self.header.token_hash) {
            return refuse(LedgerRefusal::Unauthorized);
        }
        match request {
            LedgerRequest::Open { .. } => (LedgerReply::Noted, LedgerChange::None),
            LedgerRequest::SetMetadata { name, size, requested_chunk_size, .. } => {
                self.set_metadata(name, size, requested_chunk_size)
            }
            LedgerRequest::Admit { number, length, .. } => self.admit(number, length),
            LedgerRequest::Record { part, md5, attempt } => self.record(part, md5, attempt),
            LedgerRequest::Discard { number, attempt } => self.discard(number, attempt),
            LedgerRequest::AdmitWhole { .. } => self.admit_whole(),
            LedgerRequest::RecordWhole { multipart, file, parts, .. } => {
                self.record_whole(multipart, file, parts)
            }
            LedgerRequest::Finish { .. } => self.finish(),
            LedgerRequest::Cancel { .. } => self.cancel(),
            LedgerRequest::Contents => (self.contents(), LedgerChange::None),
        }
    }

    fn set_metadata(
        &mut self,
        name: String,
        size: u64,
        requested: Option<u64>,
    ) -> (LedgerReply, LedgerChange) {
        if self.header.state != LedgerState::Open || self.header.multipart.is_empty() {
            return refuse(LedgerRefusal::Closed);
        }
        if let Some(file) = &self.header.file {
            if file.size != size {
                return refuse(LedgerRefusal::OtherFile);
            }
            return (self.chunk_plan(file), LedgerChange::None);
        }
        if size == 0 || size > limit::PACKAGE_BYTES {
            return refuse(LedgerRefusal::BadSize);
        }
        let file = FileMetadata { name, size, chunk_size: chunk_size(size, requested) };
        let reply = self.chunk_plan(&file);
        self.header.file = Some(file);
        (reply, LedgerChange::Header)
    }

    fn chunk_plan(&self, file: &FileMetadata) -> LedgerReply {
        LedgerReply::ChunkPlan {
            chunk_size: file.chunk_size,
            missing: self.missing(file),
            stored: self.stored_chunks().collect(),
        }
    }

    /// Those whose digest is known.
    fn stored_chunks(&self) -> impl Iterator<Item = StoredChunk> {
        let is_stored = |(_, chunk): &(&u32, &Chunk)| chunk.etag.is_some();
        self.chunks
            .iter()
            .filter(is_stored)
            .filter_map(|(number, chunk)| Some(StoredChunk { chunk_num: *number, md5: chunk.md5.clone()? }))
    }

    fn missing(&self, file: &FileMetadata) -> Vec<u32> {
        let is_stored = |number: &u32| self.chunks.get(number).is_some_and(|chunk| chunk.etag.is_some());
        (1..=file.n_chunks()).filter(|number| !is_stored(number)).collect()
    }

    fn admit(&mut self, number: u32, length: u64) -> (LedgerReply, LedgerChange) {
        let Some(file) = &self.header.file else { return refuse(LedgerRefusal::NoMetadata) };
        if self.header.state != LedgerState::Open {
            return refuse(LedgerRefusal::Closed);
        }
        match file.chunk_length(number) {
            None => refuse(LedgerRefusal::NoSuchChunk),
            Some(expected) if expected != length => refuse(LedgerRefusal::WrongLength { expected }),
            Some(_) => {
                let chunk = self.chunks.entry(number).or_default();
                *chunk = Chunk { attempt: chunk.attempt + 1, ..Chunk::default() };
                let multipart = self.header.multipart.clone();
                let reply = LedgerReply::Admitted { multipart, attempt: chunk.attempt };
                (reply, LedgerChange::Chunk(number, chunk.clone()))
            }
        }
    }

    /// See [`Chunk`]. The newest attempt, if it was admitted before the ledger was sealed, is recorded even after that:
    /// object storage has replaced the older part by then.
    fn record(&mut self, part: Part, md5: Option<String>, attempt: u32) -> (LedgerReply, LedgerChange) {
        let chunk = self.chunks.entry(part.number).or_default();
        match self.header.state {
            LedgerState::Cancelled => return refuse(LedgerRefusal::Closed),
            LedgerState::Open if attempt < chunk.attempt || chunk.is_contested => {
                *chunk = Chunk { attempt: chunk.attempt, is_contested: true, ..Chunk::default() };
                return (LedgerReply::Contested, LedgerChange::Chunk(part.number, chunk.clone()));
            }
            // The client can send nothing again now; the etag that is recorded is the best there is.
            LedgerState::Sealed if attempt < chunk.attempt => {
                return (LedgerReply::Noted, LedgerChange::None);
            }
            LedgerState::Open | LedgerState::Sealed => {}
        }
        chunk.etag = Some(part.etag);
        chunk.md5 = md5;
        (LedgerReply::Noted, LedgerChange::Chunk(part.number, chunk.clone()))
    }

    /// Object storage has replaced what it had of the chunk, as by any other attempt.
    fn discard(&mut self, number: u32, attempt: u32) -> (LedgerReply, LedgerChange) {
        if self.header.state != LedgerState::Open {
            return refuse(LedgerRefusal::Closed);
        }
        let chunk = self.chunks.entry(number).or_default();
        let is_contested = chunk.is_contested || attempt < chunk.attempt;
        *chunk = Chunk { attempt: chunk.attempt, is_contested, ..Chunk::default() };
        (LedgerReply::Noted, LedgerChange::Chunk(number, chunk.clone()))
    }

    fn admit_whole(&self) -> (LedgerReply, LedgerChange) {
        if self.is_for_whole_file() {
            (LedgerReply::Noted, LedgerChange::None)
        } else {
            refuse(LedgerRefusal::Closed)
        }
    }

    fn is_for_whole_file(&self) -> bool {
        self.header.state == LedgerState::Open && self.header.multipart.is_empty()
    }

    /// Of two requests that bring the file at the same time the first to end counts.
    fn record_whole(
        &mut self,
        multipart: String,
        file: FileMetadata,
        parts: Vec<Part>,
    ) -> (LedgerReply, LedgerChange) {
        if !self.is_for_whole_file() {
            return refuse(LedgerRefusal::Closed);
        }
        self.header = LedgerHeader {
            multipart,
            file: Some(file),
            state: LedgerState::Sealed,
            token_hash: self.header.token_hash.clone(),
        };
        self.chunks = parts
            .into_iter()
            .map(|part| (part.number, Chunk { attempt: 1, etag: Some(part.etag), ..Chunk::default() }))
            .collect();
        (LedgerReply::Noted, LedgerChange::All)
    }

    fn finish(&mut self) -> (LedgerReply, LedgerChange) {
        let Some(file) = &self.header.file else { return refuse(LedgerRefusal::NoMetadata) };
        match self.header.state {
            LedgerState::Cancelled => refuse(LedgerRefusal::Closed),
            LedgerState::Sealed => (LedgerReply::Finished, LedgerChange::None),
            LedgerState::Open => {
                let missing = self.missing(file);
                if !missing.is_empty() {
                    return (LedgerReply::Missing(missing), LedgerChange::None);
                }
                self.header.state = LedgerState::Sealed;
                (LedgerReply::Finished, LedgerChange::Header)
            }
        }
    }

    fn cancel(&mut self) -> (LedgerReply, LedgerChange) {
        if self.header.state == LedgerState::Sealed {
            return refuse(LedgerRefusal::Closed);
        }
        self.header.state = LedgerState::Cancelled;
        (LedgerReply::Cancelled { multipart: self.header.multipart.clone() }, LedgerChange::Header)
    }

    fn parts(&self) -> Vec<Part> {
        let stored = self.chunks.iter().filter_map(|(number, chunk)| Some((*number, chunk.etag.clone()?)));
        stored.map(|(number, etag)| Part { number, etag }).collect()
    }

    fn contents(&self) -> LedgerReply {
        LedgerReply::Contents {
            multipart: self.header.multipart.clone(),
            file: self.header.file.clone(),
            state: self.header.state,
            parts: self.parts(),
        }
    }
}

fn refuse(refusal: LedgerRefusal) -> (LedgerReply, LedgerChange) {
    (LedgerReply::Refused(refusal), LedgerChange::None)
}

/// The chunk size for a file, in bytes.
///
/// Unless the client requests one, the server chooses a power of two from 8 to 64 MiB such that the file has about 500 chunks at most:
/// appcenter-cli opens the file once a chunk and closes none, so that more would exhaust its file descriptors.
/// A client may request any size that object storage takes.
fn chunk_size(size: u64, requested: Option<u64>) -> u64 {
    const MAX_CHUNKS_FOR_OLD_CLIENTS: u64 = 500;
    let least = size.div_ceil(u64::from(limit::CHUNKS));
    match requested {
        Some(requested) => requested.clamp(limit::MIN_CHUNK_BYTES, limit::MAX_ASKED_CHUNK_BYTES).max(least),
        None => size
            .div_ceil(MAX_CHUNKS_FOR_OLD_CLIENTS)
            .next_power_of_two()
            .clamp(limit::MIN_CHUNK_BYTES, limit::MAX_CHUNK_BYTES),
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod properties;
