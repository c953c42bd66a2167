//! The central directory's location (APPNOTE 4.3.12 and 4.3.16).

use crate::container::zip::ZipError;
use crate::limits::MAX_DIRECTORY;
use crate::{Miss, Source};

/// Bytes before a directory that are fetched with it: 16 KiB.
const ROOM_BEFORE: u64 = 16 << 10;

/// Where the central directory is, and in which ways the end record does not fit the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directory {
    pub(crate) offset: u64,
    pub(crate) len: u64,
    /// Bytes before the archive that its offsets do not count, as a self-extracting archive has.
    pub(crate) prefix: u64,
    /// Bytes after the archive.
    pub(crate) trailing: u64,
    /// The offset and the size of the directory do not add up to where the end record is.
    pub(crate) is_inconsistent: bool,
    /// Offsets beyond 4 GiB have lost their upper half: so writes Archive Utility of macOS, without zip64.
    pub(crate) is_wrapped: bool,
    /// The end record says that the archive is split into several files.
    pub(crate) is_split: bool,
}

impl Directory {
    /// The directory's own bytes, for [`entries`](crate::container::zip::headers::entries).
    pub(crate) fn read<'a>(&self, source: &'a mut dyn Source) -> Result<&'a [u8], ZipError> {
        if self.len > MAX_DIRECTORY {
            return Err(ZipError::DirectoryTooLarge { limit: MAX_DIRECTORY, got: self.len });
        }
        Self::prefetch(source, self.offset, self.len)?;
        Ok(source.get(self.offset, self.len as usize)?)
    }

    /// Fetches the bytes of a directory of at most `MAX_DIRECTORY` bytes. A longer one is not fetched.
    pub(super) fn prefetch(source: &mut dyn Source, offset: u64, len: u64) -> Result<(), Miss> {
        // The bytes right before it are read next: an Android package has its signing block there.
        let ahead = offset.min(ROOM_BEFORE);
        if len <= MAX_DIRECTORY && source.prefetch(offset, len as usize).is_err() {
            source.prefetch(offset - ahead, (len + ahead) as usize)?;
        }
        Ok(())
    }
}
