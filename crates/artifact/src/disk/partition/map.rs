//! Partition maps: GPT, the Apple partition map, and MBR.

use crate::InspectError;
use crate::disk::block_device::Disk;
use crate::disk::partition::{MAX_PARTITIONS, Partition};
use crate::encoding::big_endian;
use crate::encoding::bytes::{u32_at, u64_at};

/// Bytes of a sector, unless the map says otherwise.
const SECTOR: u64 = 512;

/// The partitions that the map at the beginning of a disk lists; none if there is no map.
pub(super) fn read(disk: &mut dyn Disk) -> Result<Vec<Partition>, InspectError> {
    let head = disk.read(0, 1024)?;
    if head.get(512..520) == Some(b"EFI PART") {
        return gpt(disk, head.get(512..).unwrap_or_default());
    }
    if head.starts_with(b"ER") {
        return apple(disk, &head);
    }
    Ok(if has_boot_record(&head, disk.len()) { mbr(&head).collect() } else { Vec::new() })
}

/// Whether a disk of `len` bytes begins with a master boot record whose partitions are within the disk.
fn has_boot_record(head: &[u8], len: u64) -> bool {
    let entries = head.get(446..510).unwrap_or_default();
    head.get(510..512) == Some(b"\x55\xaa")
        && entries.chunks_exact(16).all(|entry| entry.first().is_some_and(|state| state & 0x7f == 0))
        && mbr(head).count() > 0
        && mbr(head).all(|partition| partition.start > 0 && partition.start < len)
}

fn mbr(head: &[u8]) -> impl Iterator<Item = Partition> {
    let entries = head.get(446..510).unwrap_or_default().chunks_exact(16);
    entries.filter_map(|entry| {
        let kind = entry.get(4).filter(|&&kind| kind != 0)?;
        let [start, len] =
            [u32_at(entry, 8)?, u32_at(entry, 12)?].map(|n_sectors| u64::from(n_sectors) * SECTOR);
        Some(Partition { name: format!("type {kind:#04x}"), start, len })
            .filter(|partition| partition.len > 0)
    })
}

fn gpt(disk: &mut dyn Disk, header: &[u8]) -> Result<Vec<Partition>, InspectError> {
    let entry_len = u32_at(header, 84).map_or(0, |len| len as usize);
    let n_entries = u32_at(header, 80).map_or(0, |n_entries| n_entries as usize).min(MAX_PARTITIONS);
    if !(128..=4096).contains(&entry_len) {
        return Ok(Vec::new());
    }
    let table = disk.read(u64_at(header, 72).unwrap_or(0).saturating_mul(SECTOR), n_entries * entry_len)?;
    let partition = |entry: &[u8]| {
        let kind = entry.first_chunk::<16>().filter(|kind| **kind != [0; 16])?;
        let (first, last) = (u64_at(entry, 32)?, u64_at(entry, 40)?);
        let n_sectors = last.checked_sub(first)?.saturating_add(1);
        let (start, len) = (first.saturating_mul(SECTOR), n_sectors.saturating_mul(SECTOR));
        Some(Partition { name: guid(kind), start, len })
    };
    Ok(table.chunks_exact(entry_len).filter_map(partition).collect())
}

/// The first three numbers of a GUID are little-endian, the rest is bytes.
fn guid(bytes: &[u8; 16]) -> String {
    let [a, b, c, d, e, f, g, h, i, j, rest @ ..] = bytes;
    let rest: String = rest.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("{d:02X}{c:02X}{b:02X}{a:02X}-{f:02X}{e:02X}-{h:02X}{g:02X}-{i:02X}{j:02X}-{rest}")
}

fn apple(disk: &mut dyn Disk, head: &[u8]) -> Result<Vec<Partition>, InspectError> {
    // Optical discs state sectors of 2048 bytes, but their map may be in sectors of 512.
    let stated = big_endian::u16_at(head, 2).map_or(SECTOR, u64::from);
    let has_512 = head.get(512..514) == Some(b"PM");
    let sector = if has_512 || !(512..=4096).contains(&stated) { SECTOR } else { stated };
    let (mut partitions, mut n_entries) = (Vec::new(), 1);
    let mut n = 1;
    while n <= n_entries {
        let entry = disk.read(n * sector, SECTOR as usize)?;
        if !entry.starts_with(b"PM") {
            break;
        }
        let long = |at| big_endian::u32_at(&entry, at).map_or(0, u64::from);
        n_entries = long(4).min(MAX_PARTITIONS as u64);
        let kind =
            entry.get(48..80).and_then(|kind| kind.split(|&byte| byte == 0).next()).unwrap_or_default();
        let name = String::from_utf8_lossy(kind).into_owned();
        partitions.push(Partition { name, start: long(8) * sector, len: long(12) * sector });
        n += 1;
    }
    Ok(partitions)
}
