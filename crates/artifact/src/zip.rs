//! Zip archives as Android reads them: by the directory at the end, tolerant of what real packages hold.
//!
//! Source: PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5. Sizes and methods come from the directory only; a
//! local header tells nothing but where its data begins.

mod directory;
mod end;
mod entry;

pub(crate) use directory::Directory;
pub(crate) use entry::{Entry, Packing};

use crate::Miss;

/// Why an archive or an entry cannot be read. Offsets and sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ZipError {
    #[error(transparent)]
    Miss(#[from] Miss),
    /// No end record reaches the end of the file: usually no zip, or one that was cut short.
    #[error("expected a zip directory at the end of the file, got none")]
    NoEnd,
    /// The end record is there, the directory is not where any of its fields say.
    #[error("expected the zip directory at {offset}, got something else")]
    NoDirectory { offset: u64 },
    #[error("expected a zip directory of at most {limit} bytes, got {got}")]
    DirectoryTooLarge { limit: u64, got: u64 },
    #[error("expected `{name}` at {offset}, got something else")]
    NoLocalHeader { name: &'static str, offset: u64 },
    #[error("expected {expected} bytes of `{name}`, got {got} before the file ends")]
    PastEnd { name: &'static str, expected: u64, got: u64 },
    #[error("expected `{name}` to have at most {limit} bytes, got {got}")]
    TooLarge { name: &'static str, limit: u64, got: u64 },
    /// A bomb, or a directory that lies.
    #[error("expected `{name}` to unpack to {declared} bytes, got more")]
    LongerThanDeclared { name: &'static str, declared: u64 },
    #[error("expected `{name}` to unpack, got damaged data")]
    Inflate { name: &'static str },
}
