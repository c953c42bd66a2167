//! The partitions of a disk, and which of them has the files.
//!
//! `map` reads the partition maps; this file chooses the partition, recognises its file system and opens the volume.
//!
//! Sources: UEFI Specification 2.10, section 5.3 (GPT); Inside Macintosh, Devices, "SCSI Manager" (Apple
//! partition map); the boot record of IBM's PC DOS (MBR).

mod map;
#[cfg(test)]
mod tests;

use crate::InspectError;
use crate::disk::apfs::ApfsVolume;
use crate::disk::block_device::{Disk, DiskSlice};
use crate::disk::fat::{self, FatVolume};
use crate::disk::hfs_plus::{self, HfsPlusVolume};
use crate::disk::volume::Volume;

/// A partition: a range of a disk, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    /// Its type, or a name that contains its type.
    pub(crate) name: String,
    pub(crate) start: u64,
    pub(crate) len: u64,
}

/// The file system of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileSystem {
    HfsPlus,
    Apfs,
    Fat,
    /// A known file system that is not read.
    Other(&'static str),
}

/// Partitions that are looked at: real disks have up to 128.
const MAX_PARTITIONS: usize = 128;

/// Finds the partition that has the files. `tables` are the ranges that the image has tables of runs for.
///
/// The first partition whose file system can be read; if there is none, the first whose file system is known at least;
/// else `None`.
pub(crate) fn choose(
    disk: &mut dyn Disk,
    tables: Vec<Partition>,
) -> Result<Option<(Partition, FileSystem)>, InspectError> {
    let whole = Partition { name: "whole disk".to_owned(), start: 0, len: disk.len() };
    let mut candidates = tables;
    candidates.truncate(MAX_PARTITIONS);
    candidates.sort_by_key(|partition| likelihood(&partition.name));
    // Old images and those of other writers have one table for the whole disk, including its partition map.
    candidates.push(whole);
    let mut known = None;
    for candidate in candidates {
        if likelihood(&candidate.name) == Likelihood::Never {
            continue;
        }
        let found = match file_system_of(disk, &candidate)? {
            Some(found) => Some((candidate, found)),
            None => choose_in_map(disk, &candidate)?,
        };
        match found {
            Some((_, FileSystem::Other(_))) => known = known.or(found),
            Some(_) => return Ok(found),
            None => {}
        }
    }
    Ok(known)
}

/// How likely it is by its name that a partition has the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likelihood {
    Likely,
    Maybe,
    Never,
}

fn likelihood(name: &str) -> Likelihood {
    const LIKELY: [&str; 4] = [
        "Apple_HFS",
        "Apple_APFS",
        // The GPT types of these two.
        "48465300-0000-11AA-AA11-00306543ECAC",
        "7C3457EF-0000-11AA-AA11-00306543ECAC",
    ];
    const NEVER: [&str; 10] = [
        "Apple_Free",
        "Apple_partition_map",
        "Apple_Boot",
        "Apple_Driver",
        "Driver Descriptor",
        "GPT Header",
        "GPT Partition Data",
        "Protective Master Boot Record",
        "EFI System Partition",
        "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
    ];
    let has = |part: &&str| name.contains(*part);
    match name {
        _ if NEVER.iter().any(has) => Likelihood::Never,
        _ if LIKELY.iter().any(has) => Likelihood::Likely,
        _ => Likelihood::Maybe,
    }
}

/// The first partition with a file system of those that a partition map at the beginning of this range lists.
fn choose_in_map(
    disk: &mut dyn Disk,
    whole: &Partition,
) -> Result<Option<(Partition, FileSystem)>, InspectError> {
    let listed = map::read(&mut DiskSlice::new(disk, whole.start, whole.len))?;
    let mut listed: Vec<Partition> = listed
        .into_iter()
        .map(|part| Partition { start: whole.start.saturating_add(part.start), ..part })
        .collect();
    listed.sort_by_key(|partition| likelihood(&partition.name));
    let mut known = None;
    for partition in
        listed.into_iter().take_while(|partition| likelihood(&partition.name) != Likelihood::Never)
    {
        match file_system_of(disk, &partition)? {
            Some(other @ FileSystem::Other(_)) => known = known.or(Some((partition, other))),
            Some(found) => return Ok(Some((partition, found))),
            None => {}
        }
    }
    Ok(known)
}

/// The file system of a partition, by its first sectors.
fn file_system_of(disk: &mut dyn Disk, partition: &Partition) -> Result<Option<FileSystem>, InspectError> {
    /// Where the volume descriptors of an optical disc begin.
    const OPTICAL: u64 = 32_768;
    let mut part = DiskSlice::new(disk, partition.start, partition.len);
    let head = part.read(0, 2048)?;
    if let Some(found) = detect_file_system(&head) {
        return Ok(Some(found));
    }
    // A disk with a partition map has no volume descriptors of its own.
    if head.get(..2) == Some(b"ER") || head.get(512..520) == Some(b"EFI PART") {
        return Ok(None);
    }
    let optical = part.read(OPTICAL, 2048)?;
    Ok(match optical.get(1..6) {
        Some(b"CD001") => Some(FileSystem::Other("iso 9660")),
        Some(b"BEA01") => Some(FileSystem::Other("udf")),
        _ => None,
    })
}

/// The file system of a partition that begins with these bytes: 2 KiB are enough.
pub(crate) fn detect_file_system(head: &[u8]) -> Option<FileSystem> {
    if head.get(32..36) == Some(b"NXSB") {
        return Some(FileSystem::Apfs);
    }
    match head.get(1024..1028) {
        Some(b"H+\0\x04" | b"HX\0\x05") => return Some(FileSystem::HfsPlus),
        Some([b'B', b'D', ..])
            if hfs_plus::embedded_volume(head.get(1024..).unwrap_or_default()).is_some() =>
        {
            return Some(FileSystem::HfsPlus);
        }
        Some([b'B', b'D', ..]) => return Some(FileSystem::Other("hfs, as used before Mac OS 8.1")),
        Some([0xd2, 0xd7, ..]) => return Some(FileSystem::Other("mfs, as used before 1986")),
        _ => {}
    }
    match head.get(3..11) {
        Some(b"NTFS    ") => return Some(FileSystem::Other("ntfs")),
        Some(b"EXFAT   ") => return Some(FileSystem::Other("exfat")),
        _ => {}
    }
    fat::is_boot_sector(head).then_some(FileSystem::Fat)
}

/// Opens the volume in a partition; `None` if its file system is not read.
pub(crate) fn open<'a>(
    disk: &'a mut dyn Disk,
    partition: &Partition,
    file_system: FileSystem,
) -> Result<Option<Box<dyn Volume + 'a>>, InspectError> {
    let (mut start, mut len) = (partition.start, partition.len);
    if file_system == FileSystem::HfsPlus {
        let header = disk.read(start.saturating_add(1024), 512)?;
        if let Some((offset, embedded_len)) =
            hfs_plus::embedded_volume(&header).filter(|_| header.starts_with(b"BD"))
        {
            (start, len) = (start.saturating_add(offset), embedded_len);
        }
    }
    let part = Box::new(DiskSlice::new(disk, start, len));
    Ok(match file_system {
        FileSystem::HfsPlus => Some(Box::new(HfsPlusVolume::open(part)?)),
        FileSystem::Apfs => Some(Box::new(ApfsVolume::open(part)?)),
        FileSystem::Fat => Some(Box::new(FatVolume::open(part)?)),
        FileSystem::Other(_) => None,
    })
}
