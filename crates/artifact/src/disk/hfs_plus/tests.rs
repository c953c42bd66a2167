use super::*;
use crate::disk::block_device::{DiskSlice, RawDisk};
use crate::disk::volume::VolumeFiles;
use crate::files::Files;
use crate::source::Memory;

const NODE: usize = 4096;

/// Blocks of 512 bytes where the trees and the contents begin.
const CATALOG_AT: u32 = 8;
const ATTRIBUTES_AT: u32 = 24;
const EXTENTS_AT: u32 = 40;
const CONTENT_AT: u32 = 64;

fn be16(number: usize) -> [u8; 2] {
    (number as u16).to_be_bytes()
}

/// A fork of blocks of 512 bytes.
fn fork(size: u64, n_blocks: u32, extents: &[Extent]) -> Vec<u8> {
    let mut fork = [&size.to_be_bytes()[..], &[0; 4], &n_blocks.to_be_bytes()].concat();
    fork.extend(extents.iter().flat_map(|(start, len)| [start.to_be_bytes(), len.to_be_bytes()].concat()));
    fork.resize(80, 0);
    fork
}

type Extent = (u32, u32);

/// A tree with a header node and a leaf.
fn tree(records: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut header = vec![0; NODE];
    header[8] = 1;
    header[14..20].copy_from_slice(&[0, 1, 0, 0, 0, 1]);
    header[32..34].copy_from_slice(&be16(NODE));
    let mut leaf = vec![0; 14];
    leaf[8] = 0xff;
    leaf[10..12].copy_from_slice(&be16(records.len()));
    let mut offsets = Vec::new();
    for (key, data) in records {
        offsets.push(leaf.len());
        leaf.extend(be16(key.len()));
        leaf.extend(key);
        leaf.extend(data);
    }
    offsets.push(leaf.len());
    leaf.resize(NODE, 0);
    for (n, offset) in offsets.into_iter().enumerate() {
        leaf[NODE - 2 * (n + 1)..][..2].copy_from_slice(&be16(offset));
    }
    [header, leaf].concat()
}

fn key(parent: u32, name: &str) -> Vec<u8> {
    let units: Vec<u16> = name.encode_utf16().collect();
    let mut key = [&parent.to_be_bytes()[..], &be16(units.len())].concat();
    key.extend(units.iter().flat_map(|unit| unit.to_be_bytes()));
    key
}

fn folder(id: u32) -> Vec<u8> {
    let mut record = vec![0; 88];
    record[1] = 1;
    record[8..12].copy_from_slice(&id.to_be_bytes());
    record
}

fn file(id: u32, content: &[u8], resource: &[u8]) -> Vec<u8> {
    let mut record = vec![0; 88];
    record[1] = 2;
    record[8..12].copy_from_slice(&id.to_be_bytes());
    record[42..44].copy_from_slice(&0x81a4_u16.to_be_bytes());
    [record, content.to_vec(), resource.to_vec()].concat()
}

fn catalog() -> Vec<u8> {
    let none = fork(0, 0, &[]);
    let pieces: Vec<Extent> = (0..8).map(|n| (CONTENT_AT + 2 * n, 1)).collect();
    let plain = file(23, &fork(9 * 512 + 100, 10, &pieces), &none);
    let mut hard = file(24, &none, &none);
    hard[44..48].copy_from_slice(&5_u32.to_be_bytes());
    hard[48..56].copy_from_slice(b"hlnkhfs+");
    let mut packed = file(22, &none, &fork(16, 1, &[(CONTENT_AT + 30, 1)]));
    packed[41] = 0x20;
    let mut symbolic = file(25, &fork(4, 1, &[(CONTENT_AT, 1)]), &none);
    symbolic[42..44].copy_from_slice(&0xa1ed_u16.to_be_bytes());
    let thread = [&[0, 3, 0, 0][..], &key(1, "A/B")].concat();
    tree(&[
        (key(1, "A/B"), folder(2)),
        (key(2, ""), thread),
        (key(2, "A.app"), folder(17)),
        (key(2, "Applications"), symbolic),
        (key(2, HARD_LINKS_FOLDER), folder(16)),
        (key(16, "iNode5"), file(21, &fork(3, 1, &[(CONTENT_AT + 31, 1)]), &none)),
        (key(17, "hard"), hard),
        (key(17, "packed"), packed),
        (key(17, "plain"), plain),
    ])
}

fn attributes() -> Vec<u8> {
    let mut key = [&[0, 0][..], &22_u32.to_be_bytes(), &[0; 4], &be16(decmpfs::ATTRIBUTE.len())].concat();
    key.extend(decmpfs::ATTRIBUTE.encode_utf16().flat_map(|unit| unit.to_be_bytes()));
    // Type 8: blocks in the resource fork. 5 bytes in all.
    let value = [&b"fpmc"[..], &8_u32.to_le_bytes(), &5_u64.to_le_bytes()].concat();
    let record = [&0x10_u32.to_be_bytes()[..], &[0; 8], &(value.len() as u32).to_be_bytes(), &value].concat();
    tree(&[(key, record)])
}

fn volume() -> Vec<u8> {
    let mut disk = vec![0; 128 * 512];
    let header = &mut disk[1024..1536];
    header[..4].copy_from_slice(b"H+\0\x04");
    header[40..44].copy_from_slice(&512_u32.to_be_bytes());
    let size = 2 * NODE as u64;
    for (at, start) in [(192, EXTENTS_AT), (272, CATALOG_AT), (352, ATTRIBUTES_AT)] {
        header[at..at + 80].copy_from_slice(&fork(size, 16, &[(start, 16)]));
    }
    let more = [(CONTENT_AT + 16, 1_u32), (CONTENT_AT + 18, 1)];
    let more: Vec<u8> =
        more.iter().flat_map(|(at, len)| [at.to_be_bytes(), len.to_be_bytes()].concat()).collect();
    let extents_key = [&[0, 0][..], &23_u32.to_be_bytes(), &8_u32.to_be_bytes()].concat();
    let extents = tree(&[(extents_key, [more, vec![0; 48]].concat())]);
    for (at, tree) in [(EXTENTS_AT, extents), (CATALOG_AT, catalog()), (ATTRIBUTES_AT, attributes())] {
        disk[at as usize * 512..][..tree.len()].copy_from_slice(&tree);
    }
    for n in 0..10 {
        disk[(CONTENT_AT as usize + 2 * n) * 512..][..512].fill(b'0' + n as u8);
    }
    // The table of blocks of a compressed file, and a block that did not get smaller.
    disk[(CONTENT_AT as usize + 30) * 512..][..14].copy_from_slice(b"\x08\0\0\0\x0e\0\0\0\x06bytes");
    disk[(CONTENT_AT as usize + 31) * 512..][..3].copy_from_slice(b"two");
    disk
}

fn with<T>(bytes: &[u8], check: impl FnOnce(&mut VolumeFiles<'_>) -> T) -> Result<T, InspectError> {
    let mut memory = Memory(bytes);
    let mut raw = RawDisk(&mut memory);
    let volume = HfsPlusVolume::open(Box::new(DiskSlice::new(&mut raw, 0, u64::MAX)))?;
    Ok(check(&mut VolumeFiles(Box::new(volume))))
}

fn read_all(files: &mut VolumeFiles<'_>) {
    for folder in ["", "A.app", "a.APP", HARD_LINKS_FOLDER] {
        drop(files.list(folder));
    }
    for file in ["plain", "packed", "hard", "none", "\u{e9}"] {
        drop(files.read(&format!("A.app/{file}"), 1 << 20));
    }
}

#[test]
fn folders_are_listed_without_hidden_ones() {
    let checked = with(&volume(), |files| {
        assert_eq!(files.0.label(), Ok(Some("A:B".to_owned())));
        let names =
            |items: Vec<Item>| items.into_iter().map(|item| (item.name, item.is_folder)).collect::<Vec<_>>();
        let root = [("A.app".to_owned(), true), ("Applications".to_owned(), false)];
        assert_eq!(files.list("").map(names), Ok(root.to_vec()));
        assert_eq!(files.list("a.APP").map(|items| items.len()), Ok(3));
        assert_eq!(files.list("A.app/plain"), Ok(Vec::new()));
    });
    assert_eq!(checked, Ok(()));
}

#[test]
fn a_file_in_more_pieces_than_its_record_has_is_read_whole() {
    let whole: Vec<u8> = (0..10).flat_map(|n| vec![b'0' + n; if n < 9 { 512 } else { 100 }]).collect();
    let read = with(&volume(), |files| files.read("A.app/PLAIN", 10_000));
    assert_eq!(read, Ok(Ok(Some(whole))));
}

/// The volume with each block of its catalog by itself: eight places in the header, and the rest among the further
/// extents if `is_listed`.
fn with_scattered_catalog(is_listed: bool) -> Vec<u8> {
    let mut disk = volume();
    let pieces: Vec<Extent> = (0..16).map(|n| (128 + 2 * n, 1)).collect();
    disk.resize((128 + 32) * 512, 0);
    for ((start, _), block) in pieces.iter().zip(catalog().chunks(512)) {
        disk[*start as usize * 512..][..512].copy_from_slice(block);
    }
    disk[1024 + 272..][..80].copy_from_slice(&fork(2 * NODE as u64, 16, &pieces[..8]));
    disk[CATALOG_AT as usize * 512..][..2 * NODE].fill(0);
    let further = |id: u32, pieces: &[Extent]| {
        let key = [&[0, 0][..], &id.to_be_bytes(), &8_u32.to_be_bytes()].concat();
        (key, fork(0, 0, pieces)[16..].to_vec())
    };
    let mut records = vec![further(23, &[(CONTENT_AT + 16, 1), (CONTENT_AT + 18, 1)])];
    if is_listed {
        records.insert(0, further(CATALOG_FILE_ID, &pieces[8..]));
    }
    disk[EXTENTS_AT as usize * 512..][..2 * NODE].copy_from_slice(&tree(&records));
    disk
}

#[test]
fn a_catalog_in_more_pieces_than_the_header_has_is_read_whole() {
    let read = |disk: &[u8]| with(disk, |files| (files.list("A.app"), files.read("A.app/plain", 10_000)));
    assert_eq!(read(&with_scattered_catalog(true)), read(&volume()));
}

#[test]
fn a_catalog_whose_further_pieces_are_not_listed_is_refused() {
    let listed = with(&with_scattered_catalog(false), |files| files.list("A.app"));
    let Ok(Err(InspectError::Refused(refusal))) = listed else { panic!("{listed:?}") };
    assert_eq!(refusal.code, crate::RefusalCode::Corrupt);
    assert_eq!(refusal.message, "expected 8.2 kB of a file on the disk, got 4.1 kB at most");
}

#[test]
fn compressed_files_and_hard_links_yield_their_content() {
    let checked = with(&volume(), |files| {
        assert_eq!(files.read("A.app/packed", 100), Ok(Some(b"bytes".to_vec())));
        assert_eq!(files.read_head("A.app/packed", 2), Ok(Some(b"by".to_vec())));
        assert!(files.read("A.app/packed", 4).is_err());
        assert_eq!(files.read("A.app/hard", 100), Ok(Some(b"two".to_vec())));
        assert_eq!(files.read("Applications", 100), Ok(None));
        assert_eq!(files.read("A.app", 100), Ok(None));
    });
    assert_eq!(checked, Ok(()));
}

#[test]
fn trees_with_cycles_or_wrong_counts_are_refused() {
    let leaf = (CATALOG_AT as usize) * 512 + NODE;
    // The leaf is its own neighbour; it is an index that leads to itself; it has no end of records.
    for (at, bytes) in [(0, &[0, 0, 0, 1][..]), (8, &[0]), (10, &[0xff, 0xff])] {
        let mut damaged = volume();
        damaged[leaf + at..][..bytes.len()].copy_from_slice(bytes);
        let listed = with(&damaged, |files| files.list("A.app"));
        assert!(!matches!(listed, Ok(Ok(items)) if items.is_empty()), "{at}");
    }
    let mut damaged = volume();
    damaged[CATALOG_AT as usize * 512 + 32..][..2].copy_from_slice(&[0xff, 0xff]);
    assert!(with(&damaged, |_| ()).is_err());
}

#[test]
fn a_damaged_volume_never_panics() {
    let whole = volume();
    for len in (0..whole.len()).step_by(61) {
        drop(with(&whole[..len], read_all));
    }
    let trees = [CATALOG_AT, ATTRIBUTES_AT, EXTENTS_AT].map(|block| block as usize * 512);
    let ends = trees
        .iter()
        .flat_map(|tree| (tree + 2 * NODE - 24..tree + 2 * NODE).chain(tree + NODE + 8..tree + NODE + 80));
    for at in (1024..1536).step_by(5).chain(trees.iter().flat_map(|tree| tree + 8..tree + 60)).chain(ends) {
        let mut damaged = whole.clone();
        damaged[at] = if at % 2 == 0 { 0xff } else { 0x21 };
        drop(with(&damaged, read_all));
    }
}
