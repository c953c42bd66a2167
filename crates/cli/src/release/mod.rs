//! What `distribute release` and `distribute link` share.
//!
//! `checks` asks the server's questions about a package before the upload, `notes` reads the release notes,
//! `destinations` looks up who gets the release and distributes it, `result` does that at the end and prints what became
//! of it.

pub(crate) mod checks;
mod destinations;
mod notes;
mod result;

pub(crate) use destinations::Destinations;
pub(crate) use notes::read_release_notes;
pub(crate) use result::distribute_and_print;
