//! Records of a volume's tree: directory entries, inodes, file extents and extended attributes.

use std::cmp::Ordering;

use crate::disk::apfs::EntryTarget;
use crate::encoding::bytes::{u16_at, u32_at, u64_at};

/// `ROOT_DIR_INO_NUM`
pub(super) const ROOT_FOLDER: u64 = 2;

/// Bits of a key's first number that are the object id; the others are the record's type.
const ID_BITS: u32 = 60;

/// The record types that are read (`j_obj_types`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum RecordType {
    Inode = 3,
    Attribute = 4,
    FileExtent = 8,
    DirectoryEntry = 9,
}

/// Compares a key with that of an object, where `rest` is a number after id and type, or empty.
pub(super) fn compare(key: &[u8], id: u64, kind: RecordType, rest: &[u8]) -> Ordering {
    let Some((key_id, key_kind)) = object_and_type(key) else {
        return Ordering::Greater;
    };
    let rest_order = || match rest.len() {
        0 => Ordering::Greater,
        _ => u32_at(key, 8).cmp(&u32_at(rest, 0)),
    };
    key_id.cmp(&id).then(key_kind.cmp(&(kind as u8))).then_with(rest_order)
}

/// Whether a key is of this object and type.
pub(super) fn is_of(key: &[u8], id: u64, kind: RecordType) -> bool {
    object_and_type(key) == Some((id, kind as u8))
}

fn object_and_type(key: &[u8]) -> Option<(u64, u8)> {
    let number = u64_at(key, 0)?;
    Some((number & ((1 << ID_BITS) - 1), (number >> ID_BITS) as u8))
}

/// The name in the key of a directory entry.
pub(super) fn entry_name(key: &[u8], is_hashed: bool) -> Option<&str> {
    let (len, start) = if is_hashed { (u32_at(key, 8)? & 0x3ff, 12) } else { (u16_at(key, 8)?.into(), 10) };
    name(key, start, len as usize)
}

/// The name in the key of an attribute.
pub(super) fn attribute_name(key: &[u8]) -> Option<&str> {
    name(key, 10, u16_at(key, 8)?.into())
}

/// A name whose length counts the final NUL.
fn name(key: &[u8], start: usize, len: usize) -> Option<&str> {
    let bytes = key.get(start..start + len)?;
    std::str::from_utf8(bytes.strip_suffix(b"\0").unwrap_or(bytes)).ok()
}

/// The file or folder that a directory entry leads to.
pub(super) fn entry_target(value: &[u8]) -> Option<EntryTarget> {
    // `DREC_TYPE_MASK`, `DT_DIR` and `DT_REG`
    let kind = u16_at(value, 16)? & 0x0f;
    Some(EntryTarget { id: u64_at(value, 0)?, is_folder: kind == 4, is_file: kind == 8 })
}

/// The fields of an inode that are needed to read its data (`j_inode_val_t`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inode {
    /// The data stream's id.
    pub(super) stream: u64,
    /// The data stream's size in bytes.
    pub(super) size: u64,
    /// `UF_COMPRESSED`
    pub(super) is_compressed: bool,
}

impl Inode {
    /// Reads the value of an inode's record.
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        const EXTENDED_FIELDS: usize = 92;
        let is_compressed = u32_at(value, 68)? & 0x20 != 0;
        let size = value.get(EXTENDED_FIELDS..).and_then(stream_size).unwrap_or(0);
        Some(Self { stream: u64_at(value, 8)?, size, is_compressed })
    }
}

/// The size in the extended field `j_dstream_t`; a file without content does not have the field.
fn stream_size(fields: &[u8]) -> Option<u64> {
    const DSTREAM: u8 = 8;
    let n_fields = usize::from(u16_at(fields, 0)?);
    let mut start = 4 + 4 * n_fields;
    for field in fields.get(4..start)?.chunks_exact(4) {
        if field.first() == Some(&DSTREAM) {
            return u64_at(fields, start);
        }
        start += usize::from(u16_at(field, 2)?).next_multiple_of(8);
    }
    None
}

/// An extent of a data stream; `start` and `len` are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) start: u64,
    pub(super) len: u64,
    pub(super) block: u64,
}

/// Reads `j_file_extent_key_t` and `j_file_extent_val_t`.
pub(super) fn extent(key: &[u8], value: &[u8]) -> Option<Extent> {
    const LEN_BITS: u32 = 56;
    let len = u64_at(value, 0)? & ((1 << LEN_BITS) - 1);
    Some(Extent { start: u64_at(key, 8)?, len, block: u64_at(value, 8)? })
}

/// The value of an extended attribute (`j_xattr_val_t`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Attribute {
    Embedded(Vec<u8>),
    /// `size` is in bytes.
    Stream {
        id: u64,
        size: u64,
    },
}

impl Attribute {
    /// Reads the value of an attribute's record.
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        const STREAM: u16 = 1;
        let len = usize::from(u16_at(value, 2)?);
        if u16_at(value, 0)? & STREAM != 0 {
            return Some(Self::Stream { id: u64_at(value, 4)?, size: u64_at(value, 12)? });
        }
        value.get(4..4 + len).map(|bytes| Self::Embedded(bytes.to_vec()))
    }
}
