use std::fs;
use std::path::Path;

use super::*;
use crate::disk::block_device::{DiskSlice, RawDisk};
use crate::disk::volume::VolumeFiles;
use crate::files::Files;
use crate::source::Memory;

const BLOCK: usize = 4096;

/// A volume of the corpus, in a file of its own.
fn volume() -> Vec<u8> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    fs::read(corpus.join("dmg/dfvfs__apfs.raw")).expect("the corpus beside the project")
}

fn with<T>(bytes: &[u8], check: impl FnOnce(&mut VolumeFiles<'_>) -> T) -> Result<T, InspectError> {
    let mut memory = Memory(bytes);
    let mut raw = RawDisk(&mut memory);
    let apfs = ApfsVolume::open(Box::new(DiskSlice::new(&mut raw, 0, u64::MAX)))?;
    Ok(check(&mut VolumeFiles(Box::new(apfs))))
}

/// Reads all there is, and returns how many files there are.
fn read_all(files: &mut VolumeFiles<'_>) -> usize {
    let (mut folders, mut n_files) = (vec![String::new()], 0);
    while let Some(folder) = folders.pop() {
        for item in files.list(&folder).unwrap_or_default() {
            let path = format!("{folder}/{}", item.name);
            if item.is_folder && folders.len() < 100 {
                folders.push(path);
            } else if let Ok(Some(_)) = files.read(&path, 1 << 20) {
                n_files += 1;
            }
        }
    }
    n_files
}

/// Writes the checksum of a block: without a right one, damage would be refused before it is parsed.
fn seal(block: &mut [u8]) {
    let (mut low, mut high) = (0_u64, 0_u64);
    for word in block[8..].chunks_exact(4) {
        low = (low + u64::from(u32::from_le_bytes([word[0], word[1], word[2], word[3]]))) % 0xffff_ffff;
        high = (high + low) % 0xffff_ffff;
    }
    let first = 0xffff_ffff - (low + high) % 0xffff_ffff;
    let second = 0xffff_ffff - (low + first) % 0xffff_ffff;
    block[..8].copy_from_slice(&(second << 32 | first).to_le_bytes());
}

#[test]
fn files_are_found_by_their_path() {
    let facts = with(&volume(), |files| {
        assert_eq!(files.0.label(), Ok(Some("apfs_test".to_owned())));
        let link =
            files.list("").map(|items| items.iter().any(|item| item.name == "a_link" && !item.is_folder));
        assert_eq!((link, files.read("a_link", 100)), (Ok(true), Ok(None)));
        assert_eq!(files.read("A_DIRECTORY/a_file", 100), files.read("a_directory/a_file", 100));
        assert_eq!(files.read("a_directory/none", 100), Ok(None));
        assert_eq!(files.read("passwords.txt/x", 100), Ok(None));
        let head = files.read_head("passwords.txt", 5);
        (head, read_all(files))
    });
    assert_eq!(facts, Ok((Ok(Some(b"place".to_vec())), 7)));
}

#[test]
fn a_block_with_another_checksum_is_refused() {
    let mut bytes = volume();
    for block in bytes.chunks_exact_mut(BLOCK).filter(|block| &block[32..36] == b"APSB") {
        block[100] ^= 1;
    }
    assert!(with(&bytes, |_| ()).is_err());
}

#[test]
fn an_encrypted_volume_says_so() {
    let mut bytes = volume();
    for block in bytes.chunks_exact_mut(BLOCK).filter(|block| &block[32..36] == b"APSB") {
        block[264] &= !1;
        seal(block);
    }
    let refusal = with(&bytes, |_| ());
    assert!(
        matches!(refusal, Err(InspectError::Refused(refusal)) if refusal.code == crate::RefusalCode::Encrypted)
    );
}

#[test]
fn damage_under_right_checksums_never_panics_and_comes_to_an_end() {
    let whole = volume();
    // What is not zero and not content: superblocks, maps and nodes.
    let blocks: Vec<usize> = (0..whole.len() / BLOCK)
        .filter(|n| {
            super::btree::has_checksum(&whole[n * BLOCK..][..BLOCK]) && whole[n * BLOCK..][..8] != [0; 8]
        })
        .collect();
    let mut seed = 1_u64;
    let mut random = |end: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % end
    };
    let mut bytes = whole.clone();
    for _ in 0..400 {
        let n = blocks[random(blocks.len())];
        let block = &mut bytes[n * BLOCK..][..BLOCK];
        let saved = block.to_vec();
        for _ in 0..=random(6) {
            // Headers and tables are at the beginning, values at the end.
            let at = if random(2) == 0 { random(256) } else { random(BLOCK) };
            block[at] = [0, 0xff, block[at] ^ 1 << random(8)][random(3)];
        }
        seal(block);
        drop(with(&bytes, read_all));
        bytes[n * BLOCK..][..BLOCK].copy_from_slice(&saved);
    }
}

#[test]
fn a_volume_cut_anywhere_is_refused_or_reads_less() {
    let whole = volume();
    for len in (0..whole.len()).step_by(BLOCK * 16 + 7) {
        drop(with(&whole[..len], read_all));
    }
}
