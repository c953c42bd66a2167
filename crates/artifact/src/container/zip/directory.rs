//! Where the central directory is.

use crate::container::zip::ZipError;
use crate::limits::MAX_DIRECTORY;
use crate::{Miss, Source};

/// Bytes before a directory that are fetched with it: 16 KiB.
const ROOM_BEFORE: u64 = 16 << 10;

/// Where the directory is, and what is odd about its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directory {
    pub(crate) offset: u64,
    pub(crate) len: u64,
    /// Bytes put before the archive, which all its offsets do not count.
    pub(crate) prefix: u64,
    /// Bytes behind the archive.
    pub(crate) trailing: u64,
    /// The end record's offset and size do not meet the end record.
    pub(crate) is_inconsistent: bool,
    /// Offsets past 4 GiB have lost their upper half, as Archive Utility of macOS writes them.
    pub(crate) is_wrapped: bool,
    /// The end record says that the archive goes on in other files. Names can be made to look so, too.
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
        // What lies right before it is wanted next: an Android package's signing block.
        let ahead = offset.min(ROOM_BEFORE);
        if len <= MAX_DIRECTORY && source.prefetch(offset, len as usize).is_err() {
            source.prefetch(offset - ahead, (len + ahead) as usize)?;
        }
        Ok(())
    }
}
