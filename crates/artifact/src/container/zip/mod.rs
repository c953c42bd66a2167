//! Zip archives, read as Android reads them: by the central directory at the end, and tolerant of what real tools
//! write.
//!
//! Source: PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5. `end` finds the end record, `directory` says where the
//! central directory is, `headers` iterates over its entries, `entry` and `cached` read their data, and `name` decodes
//! their names. `archive` puts these together; `files` shows an archive as a tree of files, and `summary` counts what
//! is unusual. Sizes and methods come from the directory only: a local header just says where its data begins, and its
//! name must be the one in the directory.

mod archive;
mod cached;
mod directory;
mod end;
mod entry;
mod files;
mod headers;
mod name;
#[cfg(test)]
mod properties;
mod summary;

pub(crate) use archive::Archive;
pub(crate) use directory::Directory;
pub(crate) use end::prefetch_tail;
pub(crate) use entry::{Entry, Packing};
pub(crate) use files::ZipFiles;
#[cfg(test)]
pub(crate) use files::archive_of;
pub(crate) use headers::RawEntry;
pub(crate) use summary::{
    ArchiveSummary, case_collision, count_duplicates, overlapping_entry, repeated_names_message,
};

use crate::report::quantity::{Size, sizes};
use crate::{InspectError, Miss, Refusal, RefusalCode};

/// The names of compression methods that installers do not support (APPNOTE 4.4.5).
fn method_name(method: u16) -> &'static str {
    match method {
        9 => " (deflate64)",
        12 => " (bzip2)",
        14 => " (lzma)",
        93 => " (zstandard)",
        95 => " (xz)",
        _ => "",
    }
}

/// Why an archive or an entry cannot be read. Offsets and sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ZipError {
    #[error(transparent)]
    Miss(#[from] Miss),
    /// No end record reaches the end of the file: usually no zip, or one that was cut short.
    #[error("expected the archive's list of files at the end of the file, got none")]
    NoEnd,
    /// The end record is there, the directory is not where any of its fields say.
    #[error("expected the archive's list of files where its end says, got something else")]
    NoDirectory,
    #[error("expected a list of files of at most {}, got {}", sizes(*limit, *got).0, sizes(*limit, *got).1)]
    DirectoryTooLarge { limit: u64, got: u64 },
    #[error("expected `{name}` where the archive's list of files says, got something else")]
    NoLocalHeader { name: String },
    /// Tools that use the one name or the other extract different files.
    #[error("expected `{name}` to have that name in its own header too, got another name")]
    OtherName { name: String },
    #[error("expected {} of `{name}`, got {} before the file ends", sizes(*expected, *got).0, sizes(*expected, *got).1)]
    PastEnd { name: String, expected: u64, got: u64 },
    #[error("expected `{name}` to have at most {}, got {}", sizes(*limit, *got).0, sizes(*limit, *got).1)]
    TooLarge { name: String, limit: u64, got: u64 },
    /// A zip bomb, or a wrong size in the directory.
    #[error("expected `{name}` to unpack to {}, got more", Size(*declared))]
    LongerThanDeclared { name: String, declared: u64 },
    #[error("expected `{name}` to unpack, got damaged data")]
    Inflate { name: String },
    #[error("expected `{name}` to have the checksum that the archive states, got another")]
    WrongSum { name: String },
    #[error("expected `{name}` unencrypted, got an encrypted entry")]
    Encrypted { name: String },
    #[error("expected `{name}` stored or deflated, got method {method}{}", method_name(*method))]
    UnknownMethod { name: String, method: u16 },
}

impl From<ZipError> for InspectError {
    fn from(error: ZipError) -> Self {
        let message = error.to_string();
        let too_large =
            "check that the file is the package that was built: packages do not usually unpack to so much";
        match error {
            ZipError::Miss(miss) => Self::Miss(miss),
            ZipError::TooLarge { .. }
            | ZipError::DirectoryTooLarge { .. }
            | ZipError::LongerThanDeclared { .. } => {
                Refusal::new(RefusalCode::TooLarge, message, too_large).into()
            }
            ZipError::Encrypted { .. } => {
                let fix = "release the package as the build made it, without a password";
                Refusal::new(RefusalCode::Encrypted, message, fix).into()
            }
            ZipError::UnknownMethod { .. } => {
                let fix = "pack it with deflate: systems that install it support no other method";
                Refusal::new(RefusalCode::Corrupt, message, fix).into()
            }
            ZipError::NoEnd
            | ZipError::NoDirectory
            | ZipError::NoLocalHeader { .. }
            | ZipError::OtherName { .. }
            | ZipError::PastEnd { .. }
            | ZipError::Inflate { .. }
            | ZipError::WrongSum { .. } => Refusal::corrupt(message).into(),
        }
    }
}
