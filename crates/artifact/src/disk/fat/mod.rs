//! FAT12, FAT16 and FAT32 volumes, which some tools make on other systems than macOS.
//!
//! This file has the boot sector and the cluster chains, `entry` the directory entries.
//!
//! Source: Microsoft, "FAT: General Overview of On-Disk Format", 1.03.

mod entry;
#[cfg(test)]
mod tests;

use crate::InspectError;
use crate::disk::block_device::{Disk, Extents, StepBudget, damaged_image};
use crate::disk::volume::{FileContent, Volume};
use crate::encoding::bytes::{u16_at, u32_at};
use crate::files::Item;
use crate::limits::MAX_DISK_STEPS;
use entry::{DirectoryEntry, entries};

/// Bytes of a folder at the most: 65,536 entries.
const MAX_FOLDER_BYTES: u64 = 2 << 20;

/// An open volume.
pub(crate) struct FatVolume<'a> {
    disk: Box<dyn Disk + 'a>,
    steps: StepBudget,
    geometry: Geometry,
}

/// Where the tables, the root folder and the clusters are, by the boot sector. In bytes unless noted otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Geometry {
    kind: FatType,
    cluster: u64,
    /// The first file allocation table.
    table: u64,
    /// The root folder of FAT12 and FAT16: offset and length.
    root: (u64, u64),
    /// The root folder of FAT32: its first cluster.
    root_cluster: u32,
    /// Where the data area begins: the offset of cluster 2.
    data_start: u64,
    n_clusters: u64,
}

/// The FAT type, which is the number of bits of an entry in the file allocation table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FatType {
    Fat12,
    Fat16,
    Fat32,
}

impl Geometry {
    /// Reads the boot sector; `None` if the sector is not one.
    fn read(sector: &[u8]) -> Option<Self> {
        let number = |at: usize| sector.get(at).copied().map(u64::from);
        let short = |at: usize| u16_at(sector, at).map(u64::from);
        let long = |at: usize| u32_at(sector, at).map(u64::from);
        let begins_with_jump = matches!(sector, [0xeb, _, 0x90, ..] | [0xe9, ..]);
        let (sector_len, n_per_cluster) = (short(11)?, number(13)?);
        let has_valid_sizes =
            matches!(sector_len, 512 | 1024 | 2048 | 4096) && n_per_cluster.is_power_of_two();
        let (reserved, n_tables, n_root) = (short(14)?, number(16)?, short(17)?);
        if !begins_with_jump || !has_valid_sizes || reserved == 0 || !(1..=4).contains(&n_tables) {
            return None;
        }
        let either = |short: u64, long: u64| if short == 0 { long } else { short };
        let (table_len, total) = (either(short(22)?, long(36)?), either(short(19)?, long(32)?));
        let root_len = (n_root * 32).div_ceil(sector_len);
        let root = reserved + n_tables * table_len;
        let n_clusters = total.checked_sub(root + root_len)? / n_per_cluster;
        let kind = match n_clusters {
            0 => return None,
            1..4085 => FatType::Fat12,
            4085..65_525 => FatType::Fat16,
            _ => FatType::Fat32,
        };
        Some(Self {
            kind,
            cluster: sector_len * n_per_cluster,
            table: reserved * sector_len,
            root: (root * sector_len, n_root * 32),
            root_cluster: u32_at(sector, 44)?,
            data_start: (root + root_len) * sector_len,
            n_clusters,
        })
    }
}

/// Whether a volume begins with this sector.
pub(crate) fn is_boot_sector(sector: &[u8]) -> bool {
    sector.get(510..512) == Some(b"\x55\xaa") && Geometry::read(sector).is_some()
}

impl<'a> FatVolume<'a> {
    /// Opens the volume that fills the disk.
    pub(crate) fn open(mut disk: Box<dyn Disk + 'a>) -> Result<Self, InspectError> {
        let sector = disk.read_exact(0, 512)?;
        let geometry =
            Geometry::read(&sector).ok_or_else(|| damaged_image("expected a boot sector, got none"))?;
        Ok(Self { disk, steps: StepBudget::new(MAX_DISK_STEPS), geometry })
    }

    /// The cluster after this one; `None` at the end of a chain.
    fn next_cluster(&mut self, cluster: u32) -> Result<Option<u32>, InspectError> {
        self.steps.take()?;
        let Geometry { kind, table, n_clusters, .. } = self.geometry;
        let at = u64::from(cluster);
        let offset = table
            + match kind {
                FatType::Fat12 => at + at / 2,
                FatType::Fat16 => 2 * at,
                FatType::Fat32 => 4 * at,
            };
        let len = if kind == FatType::Fat32 { 4 } else { 2 };
        let bytes = self.disk.read_exact(offset, len)?;
        let short = u32::from(u16_at(&bytes, 0).unwrap_or(0));
        let next = match kind {
            FatType::Fat12 if cluster % 2 == 1 => short >> 4,
            FatType::Fat12 => short & 0x0fff,
            FatType::Fat16 => short,
            FatType::Fat32 => u32_at(&bytes, 0).unwrap_or(0) & 0x0fff_ffff,
        };
        Ok(Some(next).filter(|&next| (2..n_clusters + 2).contains(&u64::from(next))))
    }

    /// Where the first `wanted` bytes of a chain are. `size` is the file's; a folder has only its chain.
    fn cluster_extents(
        &mut self,
        first: u32,
        size: Option<u64>,
        wanted: u64,
    ) -> Result<Extents, InspectError> {
        let Geometry { cluster: cluster_len, data_start, n_clusters, .. } = self.geometry;
        let mut pieces: Vec<(Option<u64>, u64)> = Vec::new();
        let mut len = 0;
        let mut next = Some(first).filter(|&first| (2..n_clusters + 2).contains(&u64::from(first)));
        while let Some(cluster) = next.filter(|_| len < wanted.min(size.unwrap_or(u64::MAX))) {
            let start = data_start + (u64::from(cluster) - 2) * cluster_len;
            match pieces.last_mut() {
                Some((Some(before), piece_len)) if *before + *piece_len == start => *piece_len += cluster_len,
                _ => pieces.push((Some(start), cluster_len)),
            }
            len += cluster_len;
            next = self.next_cluster(cluster)?;
        }
        Ok(Extents { size: size.unwrap_or(len), pieces })
    }

    /// The bytes of a folder; `None` means the root folder.
    fn folder(&mut self, folder: Option<&DirectoryEntry>) -> Result<Vec<u8>, InspectError> {
        let Geometry { kind, root, root_cluster, .. } = self.geometry;
        let first = match folder {
            None if kind != FatType::Fat32 => {
                let len = usize::try_from(root.1).unwrap_or(0);
                return self.disk.read(root.0, len);
            }
            None => root_cluster,
            Some(entry) => entry.cluster,
        };
        let extents = self.cluster_extents(first, None, MAX_FOLDER_BYTES)?;
        extents.read(&mut *self.disk, 0, MAX_FOLDER_BYTES as usize)
    }

    /// The entry at a path. `Some(None)` is the root folder, which has no entry.
    fn entry(&mut self, path: &str) -> Result<Option<Option<DirectoryEntry>>, InspectError> {
        let mut entry: Option<DirectoryEntry> = None;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            if entry.as_ref().is_some_and(|entry| !entry.is_folder) {
                return Ok(None);
            }
            let folder = self.folder(entry.as_ref())?;
            let wanted = name.to_lowercase();
            match entries(&folder).find(|entry| entry.name.to_lowercase() == wanted) {
                Some(found) => entry = Some(found),
                None => return Ok(None),
            }
        }
        Ok(Some(entry))
    }
}

impl Volume for FatVolume<'_> {
    fn label(&mut self) -> Result<Option<String>, InspectError> {
        let root = self.folder(None)?;
        if let Some(label) = entry::label(&root) {
            return Ok(Some(label));
        }
        // `BS_VolLab`, if the extended boot signature says that it is present.
        let at = if self.geometry.kind == FatType::Fat32 { 66 } else { 38 };
        let boot = self.disk.read(at, 16)?;
        let label = boot.get(5..16).filter(|_| boot.first() == Some(&0x29)).and_then(entry::padded_label);
        Ok(label.filter(|label| label != "NO NAME"))
    }

    fn file_system(&self) -> &'static str {
        "fat"
    }

    fn items(&mut self, folder: &str) -> Result<Vec<Item>, InspectError> {
        let bytes = match self.entry(folder)? {
            Some(entry) if entry.as_ref().is_none_or(|entry| entry.is_folder) => {
                self.folder(entry.as_ref())?
            }
            _ => return Ok(Vec::new()),
        };
        Ok(entries(&bytes).map(|DirectoryEntry { name, is_folder, .. }| Item { name, is_folder }).collect())
    }

    fn content(&mut self, path: &str, wanted: u64) -> Result<Option<FileContent>, InspectError> {
        match self.entry(path)? {
            Some(Some(entry)) if !entry.is_folder => self
                .cluster_extents(entry.cluster, Some(entry.size), wanted)
                .map(|extents| Some(FileContent::Plain(extents))),
            _ => Ok(None),
        }
    }

    fn disk(&mut self) -> &mut dyn Disk {
        &mut *self.disk
    }
}
