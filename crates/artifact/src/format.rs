//! Which format a file has, by its content, and what it says in that format.

mod apk;
#[cfg(test)]
mod one_byte;
mod unknown;

use crate::zip::{Directory, ZipError};
use crate::{Artifact, InspectError, Refusal, RefusalCode, Source};

/// How much of a package is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// With the names that are kept in resource tables.
    WithResources,
    /// Only what cannot be done without.
    IdentityOnly,
}

/// Reads whatever the file is. `bytes_read` and `reads` are left at 0: only the caller knows.
pub(crate) fn read(file_name: &str, source: &mut dyn Source, depth: Depth) -> Result<Artifact, InspectError> {
    /// Offsets stay far from overflow: 2^53 is also the largest size that a browser can state.
    const MAX_LEN: u64 = 1 << 53;
    let len = source.len();
    if len == 0 {
        let fix = "choose the file again, or build it again: it was saved without content";
        return Err(Refusal::new(RefusalCode::Empty, "expected a package, got an empty file", fix).into());
    }
    if len > MAX_LEN {
        let message = format!("expected at most {MAX_LEN} bytes, got {len}");
        return Err(Refusal::new(RefusalCode::TooLarge, message, "choose the package itself").into());
    }
    match Directory::find(source) {
        Ok(directory) => apk::read(file_name, source, &directory, depth),
        Err(ZipError::NoEnd) => Err(unknown::refusal(source)?.into()),
        Err(error) => Err(error.into()),
    }
}

impl From<ZipError> for InspectError {
    fn from(error: ZipError) -> Self {
        let message = error.to_string();
        let too_large = "check that the file is the package that was built: no usual one is so large inside";
        match error {
            ZipError::Miss(miss) => Self::Miss(miss),
            ZipError::TooLarge { .. }
            | ZipError::DirectoryTooLarge { .. }
            | ZipError::LongerThanDeclared { .. } => {
                Refusal::new(RefusalCode::TooLarge, message, too_large).into()
            }
            ZipError::NoEnd
            | ZipError::NoDirectory { .. }
            | ZipError::NoLocalHeader { .. }
            | ZipError::PastEnd { .. }
            | ZipError::Inflate { .. } => Refusal::corrupt(message).into(),
        }
    }
}
