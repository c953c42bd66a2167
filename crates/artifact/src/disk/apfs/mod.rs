//! APFS: a container, and its first volume that is not encrypted.
//!
//! Source: Apple File System Reference, 2020-06-22. [`container`] finds the newest superblock and the volume, [`btree`]
//! walks B-trees and object maps, [`record`] parses the records of the volume's tree, and [`name`] compares and hashes
//! names, which are UTF-8. Only the records on the way to a file are read.

mod btree;
mod container;
mod name;
mod record;
#[cfg(test)]
mod tests;

use crate::InspectError;
use crate::disk::block_device::{Disk, Extents, StepBudget};
use crate::disk::decmpfs;
use crate::disk::volume::{FileContent, Volume};
use crate::files::Item;
use crate::limits::MAX_DISK_STEPS;
use btree::{BTree, BlockReader, ObjectMap};
use container::VolumeSuperblock;
use record::{Inode, ROOT_FOLDER, RecordType};

/// Bytes of an extended attribute at the most.
const MAX_ATTRIBUTE_BYTES: u64 = 1 << 20;

/// An open volume. It never reads more nodes than its budget allows, whatever its trees say.
pub(crate) struct ApfsVolume<'a> {
    disk: Box<dyn Disk + 'a>,
    steps: StepBudget,
    /// In bytes.
    block_size: u32,
    superblock: VolumeSuperblock,
    /// All records of the volume.
    records: BTree,
}

/// The file or folder that a directory entry leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct EntryTarget {
    id: u64,
    is_folder: bool,
    is_file: bool,
}

impl<'a> ApfsVolume<'a> {
    /// Opens the container that fills the disk.
    pub(crate) fn open(mut disk: Box<dyn Disk + 'a>) -> Result<Self, InspectError> {
        let mut steps = StepBudget::new(MAX_DISK_STEPS);
        let (block_size, superblock) = container::open(&mut *disk, &mut steps)?;
        let objects = ObjectMap { tree: superblock.object_tree, xid: superblock.xid };
        let records = BTree { root: superblock.root_tree, objects: Some(objects) };
        Ok(Self { disk, steps, block_size, superblock, records })
    }

    fn blocks(&mut self) -> BlockReader<'_> {
        BlockReader { disk: &mut *self.disk, steps: &mut self.steps, block_size: self.block_size }
    }

    /// Calls `visit` with key and value of the records of an object from a key on, until it returns `false`.
    fn walk(
        &mut self,
        id: u64,
        kind: RecordType,
        rest: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), InspectError> {
        let records = self.records;
        let order = |key: &[u8]| record::compare(key, id, kind, rest);
        records.walk(&mut self.blocks(), &order, &mut |key, value| {
            record::is_of(key, id, kind) && visit(key, value)
        })
    }

    /// Calls `visit` with name and target of the entries of a folder, until it returns `false`.
    fn walk_folder(
        &mut self,
        id: u64,
        from: &[u8],
        visit: &mut dyn FnMut(&str, EntryTarget) -> bool,
    ) -> Result<(), InspectError> {
        let is_hashed = self.superblock.has_hashed_names;
        self.walk(id, RecordType::DirectoryEntry, from, &mut |key, value| match (
            record::entry_name(key, is_hashed),
            record::entry_target(value),
        ) {
            (Some(name), Some(target)) => visit(name, target),
            _ => true,
        })
    }

    fn child(&mut self, folder: u64, name: &str) -> Result<Option<EntryTarget>, InspectError> {
        let mut found = None;
        let folds = self.superblock.folds_case;
        // The hash finds one among thousands of entries. For names that are not ASCII it takes tables of Unicode, which
        // are not here: those folders are listed.
        let hash = name::hash(name, folds).filter(|_| self.superblock.has_hashed_names);
        if let Some(hash) = hash {
            self.walk_folder(folder, &hash.to_le_bytes(), &mut |entry, target| {
                let is_found = name::is_same(entry, name, folds);
                found = is_found.then_some(target);
                false
            })?;
        }
        if found.is_none() {
            self.walk_folder(folder, &[], &mut |entry, target| {
                if name::is_same(entry, name, folds) {
                    found = Some(target);
                }
                found.is_none()
            })?;
        }
        Ok(found)
    }

    fn target(&mut self, path: &str) -> Result<Option<EntryTarget>, InspectError> {
        let mut target = EntryTarget { id: ROOT_FOLDER, is_folder: true, is_file: false };
        for name in path.split('/').filter(|name| !name.is_empty()) {
            if !target.is_folder {
                return Ok(None);
            }
            match self.child(target.id, name)? {
                Some(child) => target = child,
                None => return Ok(None),
            }
        }
        Ok(Some(target))
    }

    fn inode(&mut self, id: u64) -> Result<Option<Inode>, InspectError> {
        let mut inode = None;
        self.walk(id, RecordType::Inode, &[], &mut |_, value| {
            inode = Inode::read(value);
            false
        })?;
        Ok(inode)
    }

    /// Where the first `wanted` bytes of a data stream are.
    fn stream_extents(&mut self, stream: u64, size: u64, wanted: u64) -> Result<Extents, InspectError> {
        let (mut pieces, mut end) = (Vec::new(), 0_u64);
        let block_size = u64::from(self.block_size);
        self.walk(stream, RecordType::FileExtent, &[], &mut |key, value| {
            let Some(extent) = record::extent(key, value) else { return true };
            if extent.start > end {
                pieces.push((None, extent.start - end));
            }
            // Block 0 means a hole: it is the container's own superblock, never the content of a file.
            let block = Some(extent.block).filter(|&block| block != 0);
            pieces.push((block.map(|block| block.saturating_mul(block_size)), extent.len));
            end = extent.start.saturating_add(extent.len);
            end < size.min(wanted)
        })?;
        if end < size && end < wanted {
            pieces.push((None, size - end));
        }
        Ok(Extents { size, pieces })
    }

    /// An extended attribute of a file: its bytes, or where they are.
    fn attribute(&mut self, id: u64, name: &str) -> Result<Option<record::Attribute>, InspectError> {
        let mut found = None;
        self.walk(id, RecordType::Attribute, &[], &mut |key, value| {
            if record::attribute_name(key) == Some(name) {
                found = record::Attribute::read(value);
                return false;
            }
            true
        })?;
        Ok(found)
    }

    fn resource_fork(&mut self, id: u64) -> Result<Extents, InspectError> {
        match self.attribute(id, "com.apple.ResourceFork")? {
            Some(record::Attribute::Stream { id, size }) => self.stream_extents(id, size, u64::MAX),
            _ => Ok(Extents::default()),
        }
    }
}

impl Volume for ApfsVolume<'_> {
    fn label(&mut self) -> Result<Option<String>, InspectError> {
        Ok(self.superblock.label.clone())
    }

    fn file_system(&self) -> &'static str {
        "apfs"
    }

    fn items(&mut self, folder: &str) -> Result<Vec<Item>, InspectError> {
        let Some(EntryTarget { id, is_folder: true, .. }) = self.target(folder)? else {
            return Ok(Vec::new());
        };
        let mut items = Vec::new();
        self.walk_folder(id, &[], &mut |name, target| {
            items.push(Item { name: name.replace('/', ":"), is_folder: target.is_folder });
            true
        })?;
        Ok(items)
    }

    fn content(&mut self, path: &str, wanted: u64) -> Result<Option<FileContent>, InspectError> {
        let Some(EntryTarget { id, is_file: true, .. }) = self.target(path)? else {
            return Ok(None);
        };
        let Some(inode) = self.inode(id)? else {
            return Ok(None);
        };
        if inode.is_compressed
            && let Some(attribute) = self.attribute(id, decmpfs::ATTRIBUTE)?
        {
            let attribute = match attribute {
                record::Attribute::Embedded(bytes) => bytes,
                record::Attribute::Stream { id, size } => {
                    let extents =
                        self.stream_extents(id, size.min(MAX_ATTRIBUTE_BYTES), MAX_ATTRIBUTE_BYTES)?;
                    extents.read(&mut *self.disk, 0, MAX_ATTRIBUTE_BYTES as usize)?
                }
            };
            let resource = self.resource_fork(id)?;
            return Ok(Some(FileContent::Compressed { attribute, resource }));
        }
        self.stream_extents(inode.stream, inode.size, wanted).map(|extents| Some(FileContent::Plain(extents)))
    }

    fn disk(&mut self) -> &mut dyn Disk {
        &mut *self.disk
    }
}
