//! Uploads and what becomes of them.
//!
//! - `chunks`: in chunks, as App Center's current clients send a package; `digests`: what is stored is what was sent;
//! - `release_uploads`: in one request, as its documentation describes;
//! - `processing`: from the last byte to the release.

mod chunks;
mod digests;
mod processing;
mod release_uploads;
