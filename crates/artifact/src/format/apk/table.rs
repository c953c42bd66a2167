//! Where a package's resource table is.

use std::sync::Arc;

use crate::android::arsc::{SearchRange, Table};
use crate::container::zip::{Directory, Entry, Packing, ZipError};
use crate::format::apk::RESOURCES;
use crate::source::{Memory, SourceSlice};
use crate::{Miss, Source, limits};

/// A longer table is not fetched as a whole: only the head at once, with the offsets of its first
/// 18,000 strings, or of fewer and the strings themselves.
const SMALL: u64 = 224 << 10;
const HEAD: u64 = 71 << 10;

/// Where the bytes of `resources.arsc` are.
#[derive(Clone, Debug)]
pub(super) enum ResourceTable {
    /// There is none, or none was asked for: nothing is found in it.
    Absent,
    /// In the package as it is.
    Stored { start: u64, len: u64 },
    /// In memory.
    Unpacked(Arc<[u8]>),
}

impl ResourceTable {
    /// Finds the table, or unpacks it.
    pub(super) fn find(
        entry: &Entry,
        source: &mut dyn Source,
        directory: &Directory,
    ) -> Result<Self, ZipError> {
        if entry.likely_packings().first() == Some(&Packing::Stored) {
            let ahead = if entry.size <= SMALL { entry.size } else { HEAD };
            let start = entry.data_start(RESOURCES, source, directory, ahead)?;
            return Ok(Self::Stored { start, len: entry.size });
        }
        entry.inflate_cached(RESOURCES, source, directory, limits::MAX_RESOURCES).map(Self::Unpacked)
    }

    /// Whether it begins as a table (`RES_TABLE_TYPE` in AOSP's `ResourceTypes.h`). No table at all does.
    pub(super) fn is_table(&self, source: &mut dyn Source) -> Result<bool, Miss> {
        const TABLE: [u8; 2] = 0x0002_u16.to_le_bytes();
        match self {
            Self::Absent => Ok(true),
            Self::Stored { len, .. } if *len < TABLE.len() as u64 => Ok(false),
            Self::Stored { start, .. } => Ok(source.get(*start, TABLE.len())? == TABLE),
            Self::Unpacked(bytes) => Ok(bytes.starts_with(&TABLE)),
        }
    }

    /// How far a search for names in all languages may go.
    pub(super) fn search_range(&self) -> SearchRange {
        match self {
            Self::Stored { len, .. } if *len > SMALL => SearchRange::NEAR,
            Self::Absent | Self::Stored { .. } | Self::Unpacked(_) => SearchRange::WHOLE,
        }
    }

    /// Looks into the table, as long as `steps_left` allows.
    pub(super) fn look<T>(
        &self,
        source: &mut dyn Source,
        steps_left: &mut u32,
        look: impl FnOnce(&mut Table<'_>) -> Result<T, Miss>,
    ) -> Result<T, Miss> {
        let (mut window, mut memory);
        let table: &mut dyn Source = match self {
            Self::Stored { start, len } => {
                window = SourceSlice::new(source, *start, *len);
                &mut window
            }
            Self::Unpacked(bytes) => {
                memory = Memory(bytes);
                &mut memory
            }
            Self::Absent => {
                memory = Memory(&[]);
                &mut memory
            }
        };
        let mut table = Table::new(table, *steps_left);
        let found = look(&mut table);
        *steps_left = table.steps_left();
        found
    }
}
