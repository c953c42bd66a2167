//! Disk images and the volumes on them.

use super::MAX_OUT;
use crate::InspectError;
use crate::disk::apfs::ApfsVolume;
use crate::disk::block_device::{Disk, RawDisk};
use crate::disk::decmpfs;
use crate::disk::fat::FatVolume;
use crate::disk::hfs_plus::HfsPlusVolume;
use crate::disk::partition::{self, FileSystem, Partition};
use crate::disk::udif::{Image, Trailer};
use crate::disk::volume::{Volume, VolumeFiles};
use crate::encoding::lzvn;
use crate::files::Files;
use crate::source::Memory;

/// Bytes of a trailer of an image.
const TRAILER_LEN: u64 = 512;

/// Bytes of a volume that is taken out of an image.
const MAX_VOLUME: u64 = 8 << 20;

/// Bytes of a block of an APFS container, unless it is a strange one.
const BLOCK: usize = 4096;

/// The volume in an image or on a disk, with the name of the parser that reads it: to be damaged by a test.
#[must_use]
pub fn volume_in(image: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    let mut source = Memory(image);
    let is_image = image.len() > 512 && image[image.len() - 512..].starts_with(b"koly");
    if !is_image {
        let mut disk = RawDisk(&mut source);
        return take_out(&mut disk, Vec::new());
    }
    let trailer = Trailer::read(&mut source, image.len() as u64 - TRAILER_LEN).ok()?;
    let mut disk = Image::open(&mut source, &trailer).ok()?;
    let tables = disk.tables.iter();
    let tables =
        tables.map(|table| Partition { name: table.name.clone(), start: table.start, len: table.len });
    let tables = tables.collect();
    take_out(&mut disk, tables)
}

fn take_out(disk: &mut dyn Disk, tables: Vec<Partition>) -> Option<(&'static str, Vec<u8>)> {
    let (partition, file_system) = partition::choose(disk, tables).ok()??;
    let target = match file_system {
        FileSystem::HfsPlus => "hfs-plus",
        FileSystem::Apfs => "apfs",
        FileSystem::Fat => "fat",
        FileSystem::Other(_) => return None,
    };
    let len = Some(partition.len).filter(|len| *len <= MAX_VOLUME)?;
    Some((target, disk.read(partition.start, usize::try_from(len).ok()?).ok()?))
}

pub(super) fn udif(bytes: &[u8]) {
    drop(volume_in(bytes));
}

pub(super) fn hfs_plus(bytes: &[u8]) {
    let mut source = Memory(bytes);
    walk(HfsPlusVolume::open(Box::new(RawDisk(&mut source))));
}

/// The blocks get their checksums first: else nothing that is damaged would be looked at.
pub(super) fn apfs(bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    for block in bytes.chunks_exact_mut(BLOCK).filter(|block| block.iter().any(|byte| *byte != 0)) {
        let checksum = checksum(&block[8..]);
        block[..8].copy_from_slice(&checksum.to_le_bytes());
    }
    let mut source = Memory(&bytes);
    walk(ApfsVolume::open(Box::new(RawDisk(&mut source))));
}

pub(super) fn fat(bytes: &[u8]) {
    let mut source = Memory(bytes);
    walk(FatVolume::open(Box::new(RawDisk(&mut source))));
}

pub(super) fn lzvn(bytes: &[u8]) {
    drop(lzvn::unpack(bytes, MAX_OUT));
}

/// The bytes are the attribute and the resource fork.
pub(super) fn decmpfs(bytes: &[u8]) {
    let mut fork = |offset: u64, len: usize| {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        Ok(bytes[start..start.saturating_add(len).min(bytes.len())].to_vec())
    };
    drop(decmpfs::read(bytes, &mut fork, MAX_OUT));
}

/// Fletcher's checksum as APFS has it (Apple File System Reference, `obj_phys_t`).
fn checksum(words: &[u8]) -> u64 {
    const MODULUS: u64 = 0xffff_ffff;
    let (mut low, mut high) = (0_u64, 0_u64);
    for word in words.as_chunks::<4>().0 {
        low = (low + u64::from(u32::from_le_bytes(*word))) % MODULUS;
        high = (high + low) % MODULUS;
    }
    let first = MODULUS - (low + high) % MODULUS;
    let second = MODULUS - (low + first) % MODULUS;
    second << 32 | first
}

/// Looks into the first folders and reads their files.
fn walk<V: Volume>(volume: Result<V, InspectError>) {
    let Ok(mut volume) = volume else { return };
    drop(volume.label());
    let mut files = VolumeFiles(Box::new(volume));
    let mut folders = vec![String::new()];
    for _ in 0..8 {
        let Some(folder) = folders.pop() else { return };
        for item in files.list(&folder).unwrap_or_default().into_iter().take(8) {
            let path = format!("{folder}/{}", item.name);
            let path = path.trim_start_matches('/');
            drop(files.read_head(path, 256));
            drop(files.read(path, MAX_OUT as u64));
            if item.is_folder {
                folders.push(path.to_owned());
            }
        }
    }
}
