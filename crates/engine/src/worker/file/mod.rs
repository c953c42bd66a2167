//! Reading the file that a user chose.

pub(in crate::worker) mod chunk_body;
pub(in crate::worker) mod fingerprint;
pub(in crate::worker) mod hashing;
pub(in crate::worker) mod range;
