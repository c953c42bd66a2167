//! What a file on disk is.
//!
//! `inspect` gives ranges of the file to `artifact`, and reads all of it for digests. `file` opens and reads files,
//! `report` is everything that was found out about one, `error` why a file could not be read.

mod error;
mod file;
mod inspect;
mod report;

pub(crate) use error::FileError;
pub(crate) use file::{open_regular_file, read_range};
pub(crate) use inspect::inspect_file;
pub(crate) use report::{FindingView, PackageReport};
