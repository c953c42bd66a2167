//! Damage to packages in the places that their parsers read.

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::{decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit};

use super::apk::Zip;
use super::random::Random;

/// Bytes at the end that hold the directory of a small archive, or the trailer of a disk image.
const TAIL: usize = 2000;

/// Entries longer than this are left out of an archive that is packed again.
const MAX_ENTRY: usize = 512 << 10;

/// Entries of an archive that is packed again.
const MAX_ENTRIES: usize = 48;

/// A package, and what is in it, if it was an archive.
pub(crate) struct Original {
    bytes: Vec<u8>,
    entries: Vec<(String, Vec<u8>)>,
    /// The table of contents of a xar archive, unpacked, and where the packed one ends.
    table: Option<(Vec<u8>, usize)>,
}

impl Original {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        let entries = unzip(&bytes);
        let table = xar_table(&bytes);
        Self { bytes, entries, table }
    }

    /// The `n`th mutant: always the same one.
    pub(crate) fn mutant(&self, file: &str, n: u32) -> Vec<u8> {
        // FNV-1a: every file has its own numbers, whatever other files there are.
        let seed = file.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut random = Random::new((seed ^ u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15)) | 1);
        // The first numbers after a seed have a pattern.
        random.below(4);
        random.below(4);
        match (n % 4, &self.table) {
            (0, _) => random.mutant(&self.bytes, TAIL),
            (1, _) => random.with_odd_numbers(&self.bytes, TAIL),
            (_, Some((table, heap))) => {
                let table = random.markup_mutant(table);
                self.with_table(&table, *heap)
            }
            _ if !self.entries.is_empty() => self.with_damaged_entry(&mut random),
            _ if n % 4 == 2 => random.with_odd_numbers(&self.bytes, 0),
            _ => random.mutant(&self.bytes, 0),
        }
    }

    /// The archive packed again, one of its entries damaged.
    fn with_damaged_entry(&self, random: &mut Random) -> Vec<u8> {
        let damaged = random.below(self.entries.len());
        let mut zip = Zip::default();
        for (n, (name, bytes)) in self.entries.iter().enumerate() {
            zip = if n == damaged { zip.with(name, &damage(random, bytes)) } else { zip.with(name, bytes) };
        }
        zip.finish()
    }

    /// The xar archive with another table.
    fn with_table(&self, table: &[u8], heap: usize) -> Vec<u8> {
        let packed = compress_to_vec_zlib(table, 1);
        let mut bytes = self.bytes[..8].to_vec();
        bytes.extend((packed.len() as u64).to_be_bytes());
        bytes.extend((table.len() as u64).to_be_bytes());
        bytes.extend(&self.bytes[24..28]);
        bytes[5] = 28;
        bytes.extend(packed);
        bytes.extend(&self.bytes[heap..]);
        bytes
    }
}

/// Damages a document as markup if it is some, else as numbers or as bytes.
pub(crate) fn damage(random: &mut Random, bytes: &[u8]) -> Vec<u8> {
    let is_markup = bytes.iter().take(8).any(|byte| *byte == b'<');
    match random.below(4) {
        0 | 1 if is_markup => random.markup_mutant(bytes),
        0 | 1 => random.with_odd_numbers(bytes, 64),
        2 => random.with_odd_numbers(bytes, 0),
        _ => random.mutant(bytes, 0),
    }
}

/// The shorter entries of a zip archive that is as it should be; nothing of one that is not.
pub(crate) fn unzip(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    if !bytes.starts_with(b"PK") {
        return Vec::new();
    }
    entries(bytes).unwrap_or_default()
}

fn entries(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    /// The comment has up to 65,535 bytes.
    const SEARCHED: usize = 66_000;
    let tail = bytes.len().saturating_sub(SEARCHED);
    let end = tail + bytes[tail..].windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let mut at = match number(bytes, end + 16, 4)? {
        LONG => number(bytes, number(bytes, end.checked_sub(20)? + 8, 8)? + 48, 8)?,
        at => at,
    };
    let mut found = Vec::new();
    while bytes.get(at..)?.starts_with(b"PK\x01\x02") && found.len() < MAX_ENTRIES {
        let (name_len, extra_len) = (number(bytes, at + 28, 2)?, number(bytes, at + 30, 2)?);
        let comment_len = number(bytes, at + 32, 2)?;
        let name = String::from_utf8_lossy(bytes.get(at + 46..at + 46 + name_len)?).into_owned();
        let extra = bytes.get(at + 46 + name_len..at + 46 + name_len + extra_len)?;
        found.extend(entry(bytes, at, extra).map(|data| (name, data)));
        at += 46 + name_len + extra_len + comment_len;
    }
    Some(found)
}

/// A number that is in the zip64 extra field instead.
const LONG: usize = 0xffff_ffff;

/// The unpacked data of the entry whose directory header is at `at`.
fn entry(bytes: &[u8], at: usize, extra: &[u8]) -> Option<Vec<u8>> {
    let mut long = (4..).step_by(8);
    let mut value = |at: usize| match number(bytes, at, 4)? {
        LONG if extra.starts_with(&[1, 0]) => number(extra, long.next()?, 8),
        short => Some(short),
    };
    let (_, packed, local) = (value(at + 24)?, value(at + 20)?, value(at + 42)?);
    let data = local + 30 + number(bytes, local + 26, 2)? + number(bytes, local + 28, 2)?;
    let data = bytes.get(data..data.checked_add(packed)?)?;
    match number(bytes, at + 10, 2)? {
        0 => Some(data.to_vec()).filter(|data| data.len() <= MAX_ENTRY),
        _ => decompress_to_vec_with_limit(data, MAX_ENTRY).ok(),
    }
}

fn number(bytes: &[u8], at: usize, len: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(len)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

fn xar_table(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let header = bytes.get(..28).filter(|header| header.starts_with(b"xar!"))?;
    let header_len = usize::from(header[5]);
    let len = header[8..16].iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
    let heap = header_len.checked_add(len)?;
    let table = decompress_to_vec_zlib_with_limit(bytes.get(header_len..heap)?, 1 << 20).ok()?;
    Some((table, heap))
}
