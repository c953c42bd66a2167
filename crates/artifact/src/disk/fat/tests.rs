use super::*;
use crate::disk::block_device::RawDisk;
use crate::disk::volume::VolumeFiles;
use crate::files::Files;
use crate::source::Memory;

/// An entry of a folder.
fn entry(name: &[u8; 11], attributes: u8, cluster: u16, size: u32) -> Vec<u8> {
    let mut entry =
        [&name[..], &[attributes], &[0; 14], &cluster.to_le_bytes(), &size.to_le_bytes()].concat();
    entry.resize(32, 0);
    entry
}

/// Two entries of the long name `Info file.plist` for the short one `INFO~1.PLI`.
fn long_name() -> Vec<u8> {
    let sum = b"INFO~1  PLI".iter().fold(0_u8, |sum, &byte| sum.rotate_right(1).wrapping_add(byte));
    let units: Vec<u16> = "Info file.plist\0".encode_utf16().chain([0xffff; 10]).collect();
    let piece = |order: u8, units: &[u16]| {
        let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        [&[order][..], &bytes[..10], &[0x0f, 0, sum], &bytes[10..22], &[0, 0], &bytes[22..26]].concat()
    };
    [piece(0x42, &units[13..26]), piece(1, &units[..13])].concat()
}

/// FAT12 with 16 clusters of a sector: a label, a folder in cluster 2, in it a file in clusters 3 and 5.
fn volume() -> Vec<u8> {
    let mut disk = vec![0; 19 * 512];
    disk[..3].copy_from_slice(&[0xeb, 0x3c, 0x90]);
    disk[11..19].copy_from_slice(&[0, 2, 1, 1, 0, 1, 16, 0]);
    disk[19..24].copy_from_slice(&[19, 0, 0xf8, 1, 0]);
    disk[510..512].copy_from_slice(b"\x55\xaa");
    // Clusters 2: end, 3: 5, 4: free, 5: end.
    disk[512..521].copy_from_slice(&[0xf8, 0xff, 0xff, 0xff, 0x5f, 0, 0, 0xf0, 0xff]);
    let root = [entry(b"LABEL      ", 8, 0, 0), entry(b"A       APP", 0x10, 2, 0)].concat();
    disk[1024..1024 + root.len()].copy_from_slice(&root);
    let folder = [
        entry(b".          ", 0x10, 2, 0),
        entry(b"\xe5ONE       ", 0, 4, 1),
        long_name(),
        entry(b"INFO~1  PLI", 0, 3, 600),
    ];
    let folder = folder.concat();
    disk[1536..1536 + folder.len()].copy_from_slice(&folder);
    disk[2048..2560].fill(b'x');
    disk[3072..3584].fill(b'y');
    disk
}

fn open(disk: &mut Memory<'_>, check: impl FnOnce(&mut VolumeFiles<'_>)) {
    let mut raw = RawDisk(disk);
    let part = crate::disk::block_device::DiskSlice::new(&mut raw, 0, u64::MAX);
    if let Ok(fat) = FatVolume::open(Box::new(part)) {
        check(&mut VolumeFiles(Box::new(fat)));
    }
}

#[test]
fn a_file_is_found_by_its_long_name_in_either_case() {
    let disk = volume();
    assert!(is_boot_sector(&disk));
    let mut n_checks = 0;
    open(&mut Memory(&disk), |files| {
        assert_eq!(files.0.label(), Ok(Some("LABEL".to_owned())));
        assert_eq!(files.list(""), Ok(vec![Item { name: "A.APP".to_owned(), is_folder: true }]));
        let item = Item { name: "Info file.plist".to_owned(), is_folder: false };
        assert_eq!(files.list("a.app"), Ok(vec![item]));
        let content = [vec![b'x'; 512], vec![b'y'; 88]].concat();
        assert_eq!(files.read("A.app/info FILE.plist", 1000), Ok(Some(content)));
        assert_eq!(files.read_head("A.app/Info file.plist", 3), Ok(Some(b"xxx".to_vec())));
        assert!(files.read("A.app/Info file.plist", 599).is_err());
        for none in ["A.app", "B.app", "A.app/Info file.plist/x", "A.app/ONE"] {
            assert_eq!(files.read(none, 1000), Ok(None), "{none}");
        }
        n_checks += 1;
    });
    assert_eq!(n_checks, 1);
}

#[test]
fn a_cluster_chain_with_a_cycle_comes_to_an_end() {
    let mut disk = volume();
    // Cluster 2 leads to itself, 3 to 3; the file says that it is long.
    disk[512..521].copy_from_slice(&[0xf8, 0xff, 0xff, 2, 0x30, 0, 0, 0xf0, 0xff]);
    disk[1536 + 160 - 4..1536 + 160].fill(0xff);
    open(&mut Memory(&disk), |files| {
        assert!(files.list("A.app").is_ok());
        assert!(files.read("A.app/Info file.plist", u64::MAX).is_err());
    });
}

#[test]
fn a_damaged_volume_never_panics() {
    let whole = volume();
    for len in 0..whole.len() {
        open(&mut Memory(&whole[..len]), |files| drop(files.read("A.app/Info file.plist", 1000)));
    }
    for at in (0..64).chain(510..530).chain(1024..1800) {
        for byte in [0, 1, 0x7f, 0xff] {
            let mut damaged = whole.clone();
            damaged[at] = byte;
            open(&mut Memory(&damaged), |files| drop(files.read("A.app/Info file.plist", 1000)));
        }
    }
}
