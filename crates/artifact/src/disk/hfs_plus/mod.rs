//! HFS+ and HFSX volumes.
//!
//! Source: Apple, Technical Note TN1150, "HFS Plus Volume Format". [`btree`] reads the B-trees, [`catalog`] the records
//! of the catalog and the attributes file, and [`case`] compares names, which are decomposed UTF-16; a `/` in one is
//! shown as `:`. Only the nodes on the way to a file are read.

mod btree;
mod case;
mod catalog;
#[cfg(test)]
mod tests;

use crate::InspectError;
use crate::disk::block_device::{Disk, Extents, StepBudget, damaged_image};
use crate::disk::decmpfs;
use crate::disk::volume::{FileContent, Volume};
use crate::encoding::big_endian::{u16_at, u32_at};
use crate::files::Item;
use crate::limits::MAX_DISK_STEPS;
use crate::report::quantity::Size;
use btree::{BTree, LeafPosition};
use catalog::{CatalogEntry, CatalogFile, Fork, ROOT_FOLDER};

/// Ids of the catalog and the attributes file, as the extents overflow file has them.
const CATALOG_FILE_ID: u32 = 4;
const ATTRIBUTES_FILE_ID: u32 = 8;

/// Which fork of a file an overflow extent belongs to.
const DATA_FORK: u8 = 0;
const RESOURCE_FORK: u8 = 0xff;

/// The hidden folder in the root with the content of all hard links.
const HARD_LINKS_FOLDER: &str = "\0\0\0\0HFS+ Private Data";

/// An open volume. The catalog is opened with it, the other trees when they are needed. It never reads more nodes than
/// its budget allows, whatever its trees say.
pub(crate) struct HfsPlusVolume<'a> {
    disk: Box<dyn Disk + 'a>,
    steps: StepBudget,
    is_hfsx: bool,
    /// In bytes.
    block_size: u64,
    extents: Fork,
    attributes: Fork,
    catalog: BTree,
}

impl<'a> HfsPlusVolume<'a> {
    /// Opens the volume that fills the disk.
    pub(crate) fn open(disk: Box<dyn Disk + 'a>) -> Result<Self, InspectError> {
        let mut disk = disk;
        // `HFSPlusVolumeHeader`
        let bytes = disk.read_exact(1024, 512)?;
        let block_size = u32_at(&bytes, 40).unwrap_or(0);
        if !block_size.is_power_of_two() || block_size < 512 {
            let message = format!(
                "expected blocks of 512 bytes or more on the volume, got {}",
                Size(block_size.into())
            );
            return Err(damaged_image(message));
        }
        let fork = |at: usize| bytes.get(at..).and_then(catalog::read_fork).unwrap_or_default();
        let (extents, catalog, attributes) = (fork(192), fork(272), fork(352));
        let mut steps = StepBudget::new(MAX_DISK_STEPS);
        let mut locator = ForkLocator {
            disk: &mut *disk,
            steps: &mut steps,
            block_size: block_size.into(),
            extents: &extents,
        };
        let layout = locator.fork_extents(&catalog, CATALOG_FILE_ID, DATA_FORK, u64::MAX)?;
        let catalog = BTree::open(&mut *disk, layout)?;
        let is_hfsx = bytes.starts_with(b"HX");
        Ok(Self { disk, steps, is_hfsx, block_size: block_size.into(), extents, attributes, catalog })
    }

    fn fork_extents(&mut self, fork: &Fork, id: u32, kind: u8, wanted: u64) -> Result<Extents, InspectError> {
        let (block_size, extents) = (self.block_size, &self.extents);
        ForkLocator { disk: &mut *self.disk, steps: &mut self.steps, block_size, extents }
            .fork_extents(fork, id, kind, wanted)
    }

    fn is_binary(&self) -> bool {
        self.is_hfsx && self.catalog.is_binary
    }

    /// Where the records of a folder begin: with its thread record, whose name is empty.
    fn first_entry_of(&mut self, folder: u32) -> Result<Option<LeafPosition>, InspectError> {
        let is_binary = self.is_binary();
        let order = |key: &[u8]| catalog::compare_key(key, folder, &[], is_binary);
        self.catalog.find(&mut *self.disk, &mut self.steps, &order)
    }

    /// Calls `visit` with the name and the record of each item of a folder, until it returns `false`.
    fn walk(
        &mut self,
        folder: u32,
        visit: &mut dyn FnMut(Vec<u16>, &[u8]) -> bool,
    ) -> Result<(), InspectError> {
        let Some(place) = self.first_entry_of(folder)? else {
            return Ok(());
        };
        self.catalog.walk(
            &mut *self.disk,
            &mut self.steps,
            place,
            &mut |key, record| match catalog::read_key(key) {
                Some((parent, name)) if parent == folder => name.is_empty() || visit(name, record),
                _ => false,
            },
        )
    }

    fn child(&mut self, folder: u32, name: &str) -> Result<Option<CatalogEntry>, InspectError> {
        let is_binary = self.is_binary();
        let units: Vec<u16> = name.replace(':', "/").encode_utf16().collect();
        let order = |key: &[u8]| catalog::compare_key(key, folder, &units, is_binary);
        let found = self.catalog.get(&mut *self.disk, &mut self.steps, &order)?;
        if found.is_some() || is_binary || name.is_ascii() {
            return Ok(found.and_then(|record| catalog::read_entry(&record)));
        }
        // The name may have letters that `case` sorts in another order: look at all.
        let (wanted, mut found) = (name.to_lowercase(), None);
        self.walk(folder, &mut |units, record| {
            if text(&units).to_lowercase() == wanted {
                found = catalog::read_entry(record);
            }
            found.is_none()
        })?;
        Ok(found)
    }

    fn entry(&mut self, path: &str) -> Result<Option<CatalogEntry>, InspectError> {
        let mut entry = CatalogEntry::Folder { id: ROOT_FOLDER };
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let CatalogEntry::Folder { id } = entry else {
                return Ok(None);
            };
            match self.child(id, name)? {
                Some(child) => entry = child,
                None => return Ok(None),
            }
        }
        Ok(Some(entry))
    }

    fn file(&mut self, path: &str) -> Result<Option<CatalogFile>, InspectError> {
        let file = match self.entry(path)? {
            Some(CatalogEntry::File(file)) if !file.is_link => file,
            _ => return Ok(None),
        };
        let Some(number) = file.hard_link else {
            return Ok(Some(file));
        };
        let linked = self.entry(&format!("{HARD_LINKS_FOLDER}/iNode{number}"))?;
        Ok(linked.and_then(|entry| match entry {
            CatalogEntry::File(file) => Some(file),
            CatalogEntry::Folder { .. } => None,
        }))
    }

    /// An attribute of a file.
    fn attribute(&mut self, id: u32, name: &str) -> Result<Option<Vec<u8>>, InspectError> {
        /// The attribute that is read here is never longer.
        const MAX: usize = 1 << 20;
        let fork = self.attributes.clone();
        if fork.size == 0 {
            return Ok(None);
        }
        let layout = self.fork_extents(&fork, ATTRIBUTES_FILE_ID, DATA_FORK, u64::MAX)?;
        let tree = BTree::open(&mut *self.disk, layout)?;
        let name: Vec<u16> = name.encode_utf16().collect();
        let order = |key: &[u8]| catalog::compare_attribute_key(key, id, &name);
        let Some(record) = tree.get(&mut *self.disk, &mut self.steps, &order)? else {
            return Ok(None);
        };
        match u32_at(&record, 0) {
            Some(0x10) => {
                let len = u32_at(&record, 12).map_or(0, |len| len as usize);
                Ok(record.get(16..).and_then(|bytes| bytes.get(..len)).map(<[u8]>::to_vec))
            }
            Some(0x20) => {
                let fork = record.get(8..).and_then(catalog::read_fork).unwrap_or_default();
                let layout = self.fork_extents(&fork, id, DATA_FORK, 0)?;
                layout.read(&mut *self.disk, 0, MAX).map(Some)
            }
            _ => Ok(None),
        }
    }
}

impl Volume for HfsPlusVolume<'_> {
    fn label(&mut self) -> Result<Option<String>, InspectError> {
        let is_binary = self.is_binary();
        let order = |key: &[u8]| catalog::compare_key(key, ROOT_FOLDER, &[], is_binary);
        let thread = self.catalog.get(&mut *self.disk, &mut self.steps, &order)?;
        Ok(thread.and_then(|record| catalog::read_thread(&record)).map(|name| text(&name)))
    }

    fn file_system(&self) -> &'static str {
        if self.is_hfsx { "hfsx" } else { "hfs+" }
    }

    fn items(&mut self, folder: &str) -> Result<Vec<Item>, InspectError> {
        let Some(CatalogEntry::Folder { id }) = self.entry(folder)? else {
            return Ok(Vec::new());
        };
        let mut items = Vec::new();
        self.walk(id, &mut |name, record| {
            if let Some(is_folder) = catalog::is_folder(record).filter(|_| name.first() != Some(&0)) {
                items.push(Item { name: text(&name), is_folder });
            }
            true
        })?;
        Ok(items)
    }

    fn content(&mut self, path: &str, wanted: u64) -> Result<Option<FileContent>, InspectError> {
        let Some(file) = self.file(path)? else {
            return Ok(None);
        };
        if file.is_compressed
            && let Some(attribute) = self.attribute(file.id, decmpfs::ATTRIBUTE)?
        {
            let resource = self.fork_extents(&file.resource, file.id, RESOURCE_FORK, u64::MAX)?;
            return Ok(Some(FileContent::Compressed { attribute, resource }));
        }
        self.fork_extents(&file.content, file.id, DATA_FORK, wanted)
            .map(|layout| Some(FileContent::Plain(layout)))
    }

    fn disk(&mut self) -> &mut dyn Disk {
        &mut *self.disk
    }
}

/// A name as it is in paths.
fn text(units: &[u16]) -> String {
    String::from_utf16_lossy(units).replace('/', ":")
}

/// Finds the extents of forks, in their own records and in the extents overflow file.
struct ForkLocator<'a> {
    disk: &'a mut dyn Disk,
    steps: &'a mut StepBudget,
    block_size: u64,
    extents: &'a Fork,
}

impl ForkLocator<'_> {
    /// Where the first `wanted` bytes of a fork are.
    ///
    /// A fork's own record has room for eight extents; a fragmented file has the others in the extents overflow file. A
    /// reader without it sees the beginning of a file and takes the rest for missing, also of the catalog itself. The
    /// overflow file's own extents are in the volume header only: to look them up in itself would not end.
    fn fork_extents(&mut self, fork: &Fork, id: u32, kind: u8, wanted: u64) -> Result<Extents, InspectError> {
        let mut layout = Extents { size: fork.size, pieces: Vec::new() };
        let mut n_blocks = self.add(&mut layout, &fork.extents);
        let n_wanted = fork.size.min(wanted).div_ceil(self.block_size);
        if n_blocks >= n_wanted || n_blocks >= u64::from(fork.n_blocks) || self.extents.size == 0 {
            return Ok(layout);
        }
        let mut overflow = Extents { size: self.extents.size, pieces: Vec::new() };
        self.add(&mut overflow, &self.extents.extents);
        let tree = BTree::open(self.disk, overflow)?;
        while n_blocks < n_wanted {
            let first = u32::try_from(n_blocks).unwrap_or(u32::MAX);
            let order = |key: &[u8]| catalog::compare_overflow_key(key, id, kind, first);
            let Some(record) = tree.get(self.disk, self.steps, &order)? else {
                break;
            };
            match self.add(&mut layout, &catalog::read_extents(&record)) {
                0 => break,
                n_added => n_blocks += n_added,
            }
        }
        Ok(layout)
    }

    /// Appends extents and returns how many blocks they have.
    fn add(&self, layout: &mut Extents, extents: &[catalog::Extent]) -> u64 {
        let pieces = extents.iter().map(|&(start, n_blocks)| {
            (
                Some(u64::from(start).saturating_mul(self.block_size)),
                u64::from(n_blocks).saturating_mul(self.block_size),
            )
        });
        layout.pieces.extend(pieces);
        extents.iter().map(|(_, n_blocks)| u64::from(*n_blocks)).sum()
    }
}

/// The offset and the length in bytes of an HFS+ volume that is embedded in an HFS one.
///
/// Source: TN1150, "HFS Wrapper".
pub(crate) fn embedded_volume(header: &[u8]) -> Option<(u64, u64)> {
    if header.get(124..126)? != b"H+" {
        return None;
    }
    let block_size = u64::from(u32_at(header, 20)?);
    let first = u64::from(u16_at(header, 28)?) * 512;
    let (start, n_blocks) = (u64::from(u16_at(header, 126)?), u64::from(u16_at(header, 128)?));
    Some((first + start * block_size, n_blocks * block_size))
}
