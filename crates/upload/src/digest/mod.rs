//! MD5 of chunks and files, and what identifies a file.
//!
//! - `md5`: the digest and its texts.
//! - `hasher`: computes it, for two at once in little more time than for one.
//! - `file_hasher`: that of each chunk and of the whole file, in one pass.
//! - `fingerprint`: recognizes a file without reading all of it.

mod file_hasher;
mod fingerprint;
mod hasher;
mod md5;

pub use file_hasher::{ChunkDigests, ChunkHasher, FileHasher};
pub use fingerprint::{Fingerprint, FingerprintMatch, sample_ranges};
pub use hasher::Hasher;
pub use md5::{Md5, ParseMd5Error};
