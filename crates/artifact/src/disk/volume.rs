//! Volumes: files and folders on a disk, for each file system alike.

use crate::InspectError;
use crate::disk::block_device::{Disk, Extents, too_large};
use crate::disk::decmpfs;
use crate::files::{Files, Item};
use crate::report::quantity::sizes;

/// A file system on a disk.
pub(crate) trait Volume {
    /// Its name, as the Finder shows it.
    fn label(&mut self) -> Result<Option<String>, InspectError>;

    /// The value for [`crate::Volume::file_system`].
    fn file_system(&self) -> &'static str;

    /// As [`Files::list`].
    fn items(&mut self, folder: &str) -> Result<Vec<Item>, InspectError>;

    /// Where the content of a file is, at least of its first `wanted` bytes, or `None` if there is no such file.
    fn content(&mut self, path: &str, wanted: u64) -> Result<Option<FileContent>, InspectError>;

    /// The disk that the file system is on.
    fn disk(&mut self) -> &mut dyn Disk;
}

/// Where the content of a file is, and whether the file system compressed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileContent {
    Plain(Extents),
    /// Compressed by macOS: the attribute `com.apple.decmpfs` and the resource fork.
    Compressed {
        attribute: Vec<u8>,
        resource: Extents,
    },
}

/// The files of a volume, as the trait [`Files`].
pub(crate) struct VolumeFiles<'a>(pub(crate) Box<dyn Volume + 'a>);

impl Files for VolumeFiles<'_> {
    fn list(&mut self, folder: &str) -> Result<Vec<Item>, InspectError> {
        self.0.items(folder)
    }

    fn read_head(&mut self, path: &str, max: usize) -> Result<Option<Vec<u8>>, InspectError> {
        let content = self.0.content(path, max as u64)?;
        content.map(|content| content.read(self.0.disk(), 0, max)).transpose()
    }

    fn read(&mut self, path: &str, max: u64) -> Result<Option<Vec<u8>>, InspectError> {
        let Some(content) = self.0.content(path, max)? else {
            return Ok(None);
        };
        let size = content.size();
        if size > max {
            let (expected, got) = sizes(max, size);
            return Err(too_large(format!("expected `{path}` to have at most {expected}, got {got}")));
        }
        content.read(self.0.disk(), 0, usize::try_from(max).unwrap_or(usize::MAX)).map(Some)
    }
}

impl FileContent {
    /// In bytes, uncompressed.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Plain(extents) => extents.size,
            Self::Compressed { attribute, .. } => decmpfs::size(attribute),
        }
    }

    /// The bytes from `offset` on: `len` of them, or fewer where the file ends.
    pub(crate) fn read(&self, disk: &mut dyn Disk, offset: u64, len: usize) -> Result<Vec<u8>, InspectError> {
        match self {
            Self::Plain(extents) => extents.read(disk, offset, len),
            Self::Compressed { attribute, resource } => {
                let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
                let mut read = |offset, len| resource.read(disk, offset, len);
                let mut head = decmpfs::read(attribute, &mut read, skipped.saturating_add(len))?;
                Ok(head.split_off(skipped.min(head.len())))
            }
        }
    }
}
