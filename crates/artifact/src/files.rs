//! Files by their path, in a zip's directory or on a disk image's volume.
//!
//! An app for Apple's systems is a folder, and it arrives in an ipa, in a zip, or on a disk image with one of three file
//! systems. The reader of apps knows only this trait. Without it each container would need a reader of apps of its
//! own, and the same app would get different findings in a zip and on a disk image.

use crate::InspectError;

/// A tree of files. Paths have `/` between their parts and none at either end; the root is empty.
pub(crate) trait Files {
    /// What is directly in a folder, in the container's order; nothing if there is no such folder.
    fn list(&mut self, folder: &str) -> Result<Vec<Item>, InspectError>;

    /// The first bytes of a file, at most `max` of them, or `None` if there is no such file.
    fn read_head(&mut self, path: &str, max: usize) -> Result<Option<Vec<u8>>, InspectError>;

    /// A whole file, or `None` if there is no such file. One of more than `max` bytes is refused.
    fn read(&mut self, path: &str, max: u64) -> Result<Option<Vec<u8>>, InspectError>;

    /// Fetches the first bytes of these files, where they exist, because they will be read soon: files that lie close
    /// together come in one range.
    fn prepare(&mut self, _wanted: &[(&str, u64)]) -> Result<(), InspectError> {
        Ok(())
    }
}

/// A file or a folder in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Without the folder.
    pub(crate) name: String,
    pub(crate) is_folder: bool,
}
