//! Records and keys of the catalog file, the extents overflow file and the attributes file.

use std::cmp::Ordering;

use crate::disk::hfs_plus::case::compare_folded;
use crate::encoding::big_endian::{u16_at, u32_at, u64_at};

/// The root folder's id (`kHFSRootFolderID`).
pub(super) const ROOT_FOLDER: u32 = 2;

/// A fork: its size and its first eight extents (`HFSPlusForkData`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fork {
    /// In bytes.
    pub(super) size: u64,
    /// In blocks.
    pub(super) n_blocks: u32,
    pub(super) extents: Vec<Extent>,
}

/// The first block and the number of blocks.
pub(super) type Extent = (u32, u32);

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CatalogEntry {
    Folder { id: u32 },
    File(CatalogFile),
}

/// The fields of a file record that are needed to read the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CatalogFile {
    pub(super) id: u32,
    pub(super) is_link: bool,
    /// Whether its content is compressed, in an attribute or in the resource fork (`UF_COMPRESSED`).
    pub(super) is_compressed: bool,
    /// For a hard link (type `hlnk`, creator `hfs+`) the number of the file that it leads to.
    pub(super) hard_link: Option<u32>,
    pub(super) content: Fork,
    pub(super) resource: Fork,
}

/// Parent and name of a catalog key.
pub(super) fn read_key(key: &[u8]) -> Option<(u32, Vec<u16>)> {
    let len = usize::from(u16_at(key, 4)?);
    let (units, _) = key.get(6..6 + 2 * len)?.as_chunks::<2>();
    Some((u32_at(key, 0)?, units.iter().map(|&unit| u16::from_be_bytes(unit)).collect()))
}

/// Compares a catalog key with a parent and a name.
pub(super) fn compare_key(key: &[u8], parent: u32, name: &[u16], is_binary: bool) -> Ordering {
    let Some((key_parent, key_name)) = read_key(key) else {
        return Ordering::Greater;
    };
    key_parent.cmp(&parent).then_with(|| match is_binary {
        true => key_name.as_slice().cmp(name),
        false => compare_folded(&key_name, name),
    })
}

/// Reads a folder or file record; `None` for a thread record, which leads from an id to a name.
pub(super) fn read_entry(record: &[u8]) -> Option<CatalogEntry> {
    const UF_COMPRESSED: u8 = 0x20;
    match u16_at(record, 0)? {
        1 => Some(CatalogEntry::Folder { id: u32_at(record, 8)? }),
        2 => {
            let is_hard_link = record.get(48..56)? == b"hlnkhfs+";
            Some(CatalogEntry::File(CatalogFile {
                id: u32_at(record, 8)?,
                is_link: u16_at(record, 42)? & 0xf000 == 0xa000,
                is_compressed: record.get(41)? & UF_COMPRESSED != 0,
                hard_link: is_hard_link.then_some(u32_at(record, 44)?),
                content: read_fork(record.get(88..)?)?,
                resource: read_fork(record.get(168..)?)?,
            }))
        }
        _ => None,
    }
}

/// Whether a record is a folder's; `None` if it is neither a folder's nor a file's.
pub(super) fn is_folder(record: &[u8]) -> Option<bool> {
    match u16_at(record, 0)? {
        1 => Some(true),
        2 => Some(false),
        _ => None,
    }
}

/// The name that a thread record leads to.
pub(super) fn read_thread(record: &[u8]) -> Option<Vec<u16>> {
    match u16_at(record, 0)? {
        3 | 4 => read_key(record.get(4..)?).map(|(_, name)| name),
        _ => None,
    }
}

/// Compares a key of the extents overflow file with the extents of a fork from block `first` on.
pub(super) fn compare_overflow_key(key: &[u8], id: u32, kind: u8, first: u32) -> Ordering {
    let fields = || Some((u32_at(key, 2)?, *key.first()?, u32_at(key, 6)?));
    fields().map_or(Ordering::Greater, |fields| fields.cmp(&(id, kind, first)))
}

/// Compares a key of the attributes file with an attribute of a file.
pub(super) fn compare_attribute_key(key: &[u8], id: u32, name: &[u16]) -> Ordering {
    let fields = || {
        let len = usize::from(u16_at(key, 10)?);
        let (units, _) = key.get(12..12 + 2 * len)?.as_chunks::<2>();
        let units = units.iter().map(|&unit| u16::from_be_bytes(unit));
        let order = u32_at(key, 2)?.cmp(&id).then_with(|| units.cmp(name.iter().copied()));
        Some(order.then(u32_at(key, 6)?.cmp(&0)))
    };
    fields().unwrap_or(Ordering::Greater)
}

/// Reads `HFSPlusForkData`.
pub(super) fn read_fork(bytes: &[u8]) -> Option<Fork> {
    let (size, n_blocks) = (u64_at(bytes, 0)?, u32_at(bytes, 12)?);
    Some(Fork { size, n_blocks, extents: read_extents(bytes.get(16..80)?) })
}

/// Reads extents up to the first one without blocks.
pub(super) fn read_extents(bytes: &[u8]) -> Vec<Extent> {
    let extents = bytes.chunks_exact(8).map_while(|extent| Some((u32_at(extent, 0)?, u32_at(extent, 4)?)));
    extents.take_while(|(_, n_blocks)| *n_blocks > 0).take(8).collect()
}
