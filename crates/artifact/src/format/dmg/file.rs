//! A file on a volume as a source of bytes, so that an installer in it is read as one outside.

use crate::disk::volume::{FileContent, VolumeFiles};
use crate::{InspectError, Miss, Source};

/// A file. Any error but a miss is kept for the caller, because a source can only miss.
pub(super) struct FileSource<'a, 'b> {
    files: &'a mut VolumeFiles<'b>,
    content: FileContent,
    bytes: Vec<u8>,
    pub(super) failure: Option<InspectError>,
}

impl<'a, 'b> FileSource<'a, 'b> {
    pub(super) fn new(files: &'a mut VolumeFiles<'b>, content: FileContent) -> Self {
        Self { files, content, bytes: Vec::new(), failure: None }
    }
}

impl Source for FileSource<'_, '_> {
    fn len(&self) -> u64 {
        self.content.size()
    }

    fn get(&mut self, offset: u64, len: usize) -> Result<&[u8], Miss> {
        match self.content.read(self.files.0.disk(), offset, len) {
            Ok(bytes) => self.bytes = bytes,
            Err(InspectError::Miss(miss)) => return Err(miss),
            Err(other) => {
                self.failure = Some(other);
                self.bytes.clear();
            }
        }
        Ok(&self.bytes)
    }
}
