use super::*;
use crate::disk::block_device::RawDisk;
use crate::source::Memory;

/// A disk with an APFS mark at sector 40 and an HFS+ one at sector 60.
fn disk() -> Vec<u8> {
    let mut disk = vec![0; 128 * 512];
    disk[40 * 512 + 32..][..4].copy_from_slice(b"NXSB");
    disk[60 * 512 + 1024..][..4].copy_from_slice(b"H+\0\x04");
    disk
}

fn chosen(disk: &[u8], tables: &[(&str, u64, u64)]) -> Option<(u64, FileSystem)> {
    let tables = tables.iter().map(|(name, start, len)| Partition {
        name: (*name).to_owned(),
        start: start * 512,
        len: len * 512,
    });
    let found = choose(&mut RawDisk(&mut Memory(disk)), tables.collect()).expect("no miss");
    found.map(|(partition, file_system)| (partition.start / 512, file_system))
}

#[test]
fn the_image_s_tables_are_tried_by_their_names() {
    let tables =
        [("EFI System Partition", 40, 10), ("a (Windows : 1)", 40, 10), ("b (Apple_HFS : 2)", 60, 10)];
    assert_eq!(chosen(&disk(), &tables), Some((60, FileSystem::HfsPlus)));
    assert_eq!(chosen(&disk(), &tables[..2]), Some((40, FileSystem::Apfs)));
    assert_eq!(chosen(&disk(), &tables[..1]), None);
    assert_eq!(chosen(&disk(), &[("x", u64::MAX / 512, 10)]), None);
}

#[test]
fn a_guid_partition_table_is_read() {
    let mut disk = disk();
    disk[512..520].copy_from_slice(b"EFI PART");
    disk[512 + 72..][..8].copy_from_slice(&2_u64.to_le_bytes());
    disk[512 + 80..][..8].copy_from_slice(&[4, 0, 0, 0, 128, 0, 0, 0]);
    let efi = [0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b];
    let apfs = [0xef, 0x57, 0x34, 0x7c, 0, 0, 0xaa, 0x11, 0xaa, 0x11, 0, 0x30, 0x65, 0x43, 0xec, 0xac];
    for (n, kind, first, last) in [(0, efi, 60_u64, 69_u64), (1, apfs, 40, 49)] {
        let entry = &mut disk[1024 + 128 * n..][..128];
        entry[..16].copy_from_slice(&kind);
        entry[32..40].copy_from_slice(&first.to_le_bytes());
        entry[40..48].copy_from_slice(&last.to_le_bytes());
    }
    assert_eq!(chosen(&disk, &[]), Some((40, FileSystem::Apfs)));
    disk[512 + 80..][..8].copy_from_slice(&[0xff; 8]);
    assert_eq!(chosen(&disk, &[]), None);
}

#[test]
fn apple_s_partition_map_is_read() {
    let mut disk = disk();
    disk[..4].copy_from_slice(b"ER\x02\0");
    for (n, kind, start) in [(1, "Apple_partition_map", 1_u32), (2, "Apple_HFS", 60)] {
        let entry = &mut disk[512 * n..][..512];
        entry[..2].copy_from_slice(b"PM");
        entry[4..8].copy_from_slice(&2_u32.to_be_bytes());
        entry[8..12].copy_from_slice(&start.to_be_bytes());
        entry[12..16].copy_from_slice(&10_u32.to_be_bytes());
        entry[48..48 + kind.len()].copy_from_slice(kind.as_bytes());
    }
    assert_eq!(chosen(&disk, &[]), Some((60, FileSystem::HfsPlus)));
    assert_eq!(
        chosen(&disk, &[("whole disk (unknown partition : 0)", 0, 128)]),
        Some((60, FileSystem::HfsPlus))
    );
}

#[test]
fn a_boot_record_is_read() {
    let mut disk = disk();
    disk[510..512].copy_from_slice(b"\x55\xaa");
    disk[446..462].copy_from_slice(&[0x80, 0, 0, 0, 0xaf, 0, 0, 0, 60, 0, 0, 0, 10, 0, 0, 0]);
    assert_eq!(chosen(&disk, &[]), Some((60, FileSystem::HfsPlus)));
    disk[446] = 1;
    assert_eq!(chosen(&disk, &[]), None);
}

#[test]
fn what_cannot_be_read_is_named_and_comes_last() {
    let mut disk = disk();
    disk[32_769..32_774].copy_from_slice(b"CD001");
    assert_eq!(chosen(&disk, &[]), Some((0, FileSystem::Other("iso 9660"))));
    let tables = [("a", 0, 128), ("b", 40, 10)];
    assert_eq!(chosen(&disk, &tables), Some((40, FileSystem::Apfs)));
    assert_eq!(
        detect_file_system(&[&[0; 3][..], b"NTFS    ", &[0; 2037]].concat()),
        Some(FileSystem::Other("ntfs"))
    );
}

#[test]
fn an_old_volume_may_hold_a_new_one() {
    let mut header = vec![0; 512];
    header[..2].copy_from_slice(b"BD");
    header[20..24].copy_from_slice(&4096_u32.to_be_bytes());
    header[28..30].copy_from_slice(&8_u16.to_be_bytes());
    assert_eq!(hfs_plus::embedded_volume(&header), None);
    header[124..130].copy_from_slice(b"H+\0\x02\0\x64");
    assert_eq!(hfs_plus::embedded_volume(&header), Some((8 * 512 + 2 * 4096, 100 * 4096)));
}
