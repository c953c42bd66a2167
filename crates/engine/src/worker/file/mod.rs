//! Reading the file that the user chose.
//!
//! `chunk_reader`: reads and hashes one chunk after the other. `chunk_body`: a chunk that was read, as it is sent.
//! `hashing`: the digests of bytes that JavaScript holds. `range`: ranges of a file, whole or in pieces. `fingerprint`: what
//! identifies a file without reading all of it.

mod chunk_body;
mod chunk_reader;
mod fingerprint;
mod hashing;
mod range;

pub(super) use chunk_body::{ChunkBody, sends_slices};
pub(super) use chunk_reader::{ChunkRange, ChunkRead, ChunkReader};
pub(super) use fingerprint::fingerprint;
#[cfg(feature = "measured")]
pub(super) use hashing::JsFileHasher;
pub(super) use range::is_readable;
#[cfg(feature = "inspect")]
pub(super) use range::slice;
