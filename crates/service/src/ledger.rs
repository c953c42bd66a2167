//! The ledger of one upload: which chunks the file has, and which of them are stored.
//!
//! One ledger lives in one Durable Object, next to the uploader, so that chunks that arrive at the same time are
//! noted one after the other. It holds no bytes. The platform loads it, calls [`Ledger::handle`], stores what
//! [`Ledger::handle`] says has changed, and sends the reply.

mod message;

use std::collections::BTreeMap;

use protocol::{StoredChunk, limit};
use serde::{Deserialize, Serialize};

use crate::platform::Part;
pub use message::{LedgerRefusal, LedgerReply, LedgerRequest};

/// The state of one upload, apart from its chunks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// SHA-256 of the upload's token, lower-case hex.
    pub token_hash: String,
    /// The store's id of the multipart upload. Empty as long as the file is to come in one request, which begins one.
    pub multipart: String,
    /// What the file is, once the client has said it.
    pub file: Option<File>,
    /// How far the upload is.
    pub state: State,
}

/// What the client says of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// As the client calls it; cleaned, and never a path.
    pub name: String,
    /// In bytes, at least 1.
    pub size: u64,
    /// Of every chunk but the last, in bytes.
    pub chunk_size: u64,
}

impl File {
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
pub enum State {
    /// Takes chunks.
    Open,
    /// Has every chunk and takes no new ones.
    Sealed,
    /// Given up.
    Cancelled,
}

/// One upload's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    header: Header,
    /// By number. A chunk that was never admitted is not there.
    chunks: BTreeMap<u32, Chunk>,
}

/// What is known of one chunk.
///
/// Two requests may bring the same chunk at the same time. The store keeps the bytes and the receipt of the one
/// that ends last there, but the ledger may hear of it first. So each attempt has a number: when an older one is
/// heard of after a newer one began, no receipt can be trusted, and the chunk counts as missing until an attempt
/// that nobody overlapped.
///
/// An attempt may replace the bytes in the store and never be heard of again, because the service ended in between. So
/// what an older one left is forgotten as soon as a newer one begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// The newest attempt, from 1.
    pub attempt: u32,
    /// Whether the newest attempt was overlapped by an older one.
    pub is_contested: bool,
    /// The store's receipt, if the chunk is stored.
    pub receipt: Option<String>,
    /// MD5 of what is stored, lower-case hex. Chunks that were noted by an older version have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
}

/// What the platform must store after a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
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
    pub fn load(header: Header, chunks: impl IntoIterator<Item = (u32, Chunk)>) -> Ledger {
        Ledger { header, chunks: chunks.into_iter().collect() }
    }

    /// What [`Change::All`] stores besides the header.
    pub fn chunks(&self) -> &BTreeMap<u32, Chunk> {
        &self.chunks
    }

    /// What [`Change::Header`] stores.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Answers one request. `slot` is empty until the ledger was opened.
    pub fn handle(slot: &mut Option<Ledger>, request: LedgerRequest) -> (LedgerReply, Change) {
        match (slot.as_mut(), request) {
            (None, LedgerRequest::Open { token_hash, multipart }) => {
                let header = Header { token_hash, multipart, file: None, state: State::Open };
                *slot = Some(Ledger::load(header, []));
                (LedgerReply::Noted, Change::Header)
            }
            (None, _) => refuse(LedgerRefusal::Unknown),
            (Some(ledger), request) => ledger.answer(request),
        }
    }

    fn answer(&mut self, request: LedgerRequest) -> (LedgerReply, Change) {
        if request.token_hash().is_some_and(|hash| hash != self.header.token_hash) {
            return refuse(LedgerRefusal::Unauthorized);
        }
        match request {
            LedgerRequest::Open { .. } => (LedgerReply::Noted, Change::None),
            LedgerRequest::Describe { name, size, asked_chunk_size, .. } => {
                self.describe(name, size, asked_chunk_size)
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
            LedgerRequest::Contents => (self.contents(), Change::None),
        }
    }

    fn describe(&mut self, name: String, size: u64, asked: Option<u64>) -> (LedgerReply, Change) {
        if self.header.state != State::Open || self.header.multipart.is_empty() {
            return refuse(LedgerRefusal::Closed);
        }
        if let Some(file) = &self.header.file {
            if file.size != size {
                return refuse(LedgerRefusal::OtherFile);
            }
            return (self.plan(file), Change::None);
        }
        if size == 0 || size > limit::PACKAGE_BYTES {
            return refuse(LedgerRefusal::BadSize);
        }
        let file = File { name, size, chunk_size: chunk_size(size, asked) };
        let reply = self.plan(&file);
        self.header.file = Some(file);
        (reply, Change::Header)
    }

    fn plan(&self, file: &File) -> LedgerReply {
        LedgerReply::Plan {
            chunk_size: file.chunk_size,
            missing: self.missing(file),
            stored: self.stored().collect(),
        }
    }

    /// Those whose digest is known.
    fn stored(&self) -> impl Iterator<Item = StoredChunk> {
        let is_stored = |(_, chunk): &(&u32, &Chunk)| chunk.receipt.is_some();
        self.chunks
            .iter()
            .filter(is_stored)
            .filter_map(|(number, chunk)| Some(StoredChunk { chunk_num: *number, md5: chunk.md5.clone()? }))
    }

    fn missing(&self, file: &File) -> Vec<u32> {
        let is_stored = |number: &u32| self.chunks.get(number).is_some_and(|chunk| chunk.receipt.is_some());
        (1..=file.n_chunks()).filter(|number| !is_stored(number)).collect()
    }

    fn admit(&mut self, number: u32, length: u64) -> (LedgerReply, Change) {
        let Some(file) = &self.header.file else { return refuse(LedgerRefusal::NotDescribed) };
        if self.header.state != State::Open {
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
                (reply, Change::Chunk(number, chunk.clone()))
            }
        }
    }

    /// See [`Chunk`]. A newest attempt that was admitted before the ledger was sealed is still noted after it: the
    /// store has replaced the older part by then.
    fn record(&mut self, part: Part, md5: Option<String>, attempt: u32) -> (LedgerReply, Change) {
        let chunk = self.chunks.entry(part.number).or_default();
        match self.header.state {
            State::Cancelled => return refuse(LedgerRefusal::Closed),
            State::Open if attempt < chunk.attempt || chunk.is_contested => {
                *chunk = Chunk { attempt: chunk.attempt, is_contested: true, ..Chunk::default() };
                return (LedgerReply::Contested, Change::Chunk(part.number, chunk.clone()));
            }
            // Nobody can send it again now; the receipt at hand is the best there is.
            State::Sealed if attempt < chunk.attempt => return (LedgerReply::Noted, Change::None),
            State::Open | State::Sealed => {}
        }
        chunk.receipt = Some(part.etag);
        chunk.md5 = md5;
        (LedgerReply::Noted, Change::Chunk(part.number, chunk.clone()))
    }

    /// The store has replaced what it had of the chunk, as by any other attempt.
    fn discard(&mut self, number: u32, attempt: u32) -> (LedgerReply, Change) {
        if self.header.state != State::Open {
            return refuse(LedgerRefusal::Closed);
        }
        let chunk = self.chunks.entry(number).or_default();
        let is_contested = chunk.is_contested || attempt < chunk.attempt;
        *chunk = Chunk { attempt: chunk.attempt, is_contested, ..Chunk::default() };
        (LedgerReply::Noted, Change::Chunk(number, chunk.clone()))
    }

    fn admit_whole(&self) -> (LedgerReply, Change) {
        if self.is_for_whole_file() {
            (LedgerReply::Noted, Change::None)
        } else {
            refuse(LedgerRefusal::Closed)
        }
    }

    fn is_for_whole_file(&self) -> bool {
        self.header.state == State::Open && self.header.multipart.is_empty()
    }

    /// Of two requests that bring the file at the same time the first to end counts.
    fn record_whole(&mut self, multipart: String, file: File, parts: Vec<Part>) -> (LedgerReply, Change) {
        if !self.is_for_whole_file() {
            return refuse(LedgerRefusal::Closed);
        }
        self.header = Header {
            multipart,
            file: Some(file),
            state: State::Sealed,
            token_hash: self.header.token_hash.clone(),
        };
        self.chunks = parts
            .into_iter()
            .map(|part| (part.number, Chunk { attempt: 1, receipt: Some(part.etag), ..Chunk::default() }))
            .collect();
        (LedgerReply::Noted, Change::All)
    }

    fn finish(&mut self) -> (LedgerReply, Change) {
        let Some(file) = &self.header.file else { return refuse(LedgerRefusal::NotDescribed) };
        match self.header.state {
            State::Cancelled => refuse(LedgerRefusal::Closed),
            State::Sealed => (LedgerReply::Finished, Change::None),
            State::Open => {
                let missing = self.missing(file);
                if !missing.is_empty() {
                    return (LedgerReply::Missing(missing), Change::None);
                }
                self.header.state = State::Sealed;
                (LedgerReply::Finished, Change::Header)
            }
        }
    }

    fn cancel(&mut self) -> (LedgerReply, Change) {
        if self.header.state == State::Sealed {
            return refuse(LedgerRefusal::Closed);
        }
        self.header.state = State::Cancelled;
        (LedgerReply::Cancelled { multipart: self.header.multipart.clone() }, Change::Header)
    }

    fn parts(&self) -> Vec<Part> {
        let stored = self.chunks.iter().filter_map(|(number, chunk)| Some((*number, chunk.receipt.clone()?)));
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

fn refuse(refusal: LedgerRefusal) -> (LedgerReply, Change) {
    (LedgerReply::Refused(refusal), Change::None)
}

/// The chunk size for a file, in bytes.
///
/// By itself the server chooses a power of two from 8 to 64 MiB such that the file has about 500 chunks at most:
/// appcenter-cli opens the file once a chunk and closes none, so that more would exhaust its file descriptors.
/// A client may ask for any size that the store can take.
fn chunk_size(size: u64, asked: Option<u64>) -> u64 {
    const CHUNKS_THAT_OLD_CLIENTS_SURVIVE: u64 = 500;
    let least = size.div_ceil(u64::from(limit::CHUNKS));
    match asked {
        Some(asked) => asked.clamp(limit::MIN_CHUNK_BYTES, limit::MAX_ASKED_CHUNK_BYTES).max(least),
        None => size
            .div_ceil(CHUNKS_THAT_OLD_CLIENTS_SURVIVE)
            .next_power_of_two()
            .clamp(limit::MIN_CHUNK_BYTES, limit::MAX_CHUNK_BYTES),
    }
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "ledger_properties.rs"]
mod properties;
