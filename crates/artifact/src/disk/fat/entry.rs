//! Directory entries, 32 bytes each. A long name is in entries of its own, before the one that it names.

use crate::encoding::bytes::{u16_at, u32_at};

/// Bits of an entry's attributes.
const LABEL: u8 = 0x08;
const FOLDER: u8 = 0x10;
/// `ATTR_LONG_NAME`: a combination of bits that no file has.
const LONG_NAME: u8 = 0x0f;

/// Entries of a long name at the most, 13 units each.
const MAX_LONG_NAME_ENTRIES: usize = 20;

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DirectoryEntry {
    pub(super) name: String,
    pub(super) is_folder: bool,
    pub(super) cluster: u32,
    /// In bytes; 0 for a folder.
    pub(super) size: u64,
}

/// The files and folders of a folder, without the entries `.` and `..`.
pub(super) fn entries(folder: &[u8]) -> impl Iterator<Item = DirectoryEntry> {
    let mut long = LongName::default();
    used_entries(folder).filter_map(move |raw| {
        let attributes = *raw.get(11)?;
        if attributes & 0x3f == LONG_NAME {
            long.push(raw);
            return None;
        }
        let long = std::mem::take(&mut long);
        if attributes & LABEL != 0 || raw.first()? == &b'.' {
            return None;
        }
        let name = long.name(raw).unwrap_or_else(|| short_name(raw));
        let cluster = u32::from(u16_at(raw, 20)?) << 16 | u32::from(u16_at(raw, 26)?);
        Some(DirectoryEntry {
            name,
            is_folder: attributes & FOLDER != 0,
            cluster,
            size: u32_at(raw, 28)?.into(),
        })
    })
}

/// The volume's label, an entry of the root folder.
pub(super) fn label(root: &[u8]) -> Option<String> {
    let entry = used_entries(root)
        .find(|raw| raw.get(11).is_some_and(|bits| bits & LABEL != 0 && bits & 0x3f != LONG_NAME))?;
    padded_label(entry.get(..11)?)
}

/// A label padded with blanks; `None` if there is nothing else.
pub(super) fn padded_label(label: &[u8]) -> Option<String> {
    Some(letters(label, false).trim_matches([' ', '\0']).to_owned()).filter(|label| !label.is_empty())
}

/// Entries in use.
fn used_entries(folder: &[u8]) -> impl Iterator<Item = &[u8]> {
    let used = folder.chunks_exact(32).take_while(|raw| raw.first() != Some(&0));
    used.filter(|raw| raw.first() != Some(&0xe5))
}

/// The pieces of a long name so far, the last one first, and the checksum of the short name that each piece has.
#[derive(Default)]
struct LongName {
    pieces: Vec<Vec<u16>>,
    checksum: u8,
}

impl LongName {
    fn push(&mut self, raw: &[u8]) {
        const IS_LAST: u8 = 0x40;
        if raw.first().is_some_and(|order| order & IS_LAST != 0) || self.pieces.len() >= MAX_LONG_NAME_ENTRIES
        {
            self.pieces.clear();
        }
        self.checksum = raw.get(13).copied().unwrap_or(0);
        let places = (1..11).step_by(2).chain((14..26).step_by(2)).chain((28..32).step_by(2));
        self.pieces.push(places.filter_map(|at| u16_at(raw, at)).take_while(|&unit| unit != 0).collect());
    }

    /// The name, if it belongs to the entry that follows it.
    fn name(self, raw: &[u8]) -> Option<String> {
        let short = raw.get(..11)?;
        let checksum = short.iter().fold(0_u8, |sum, &byte| sum.rotate_right(1).wrapping_add(byte));
        if self.pieces.is_empty() || checksum != self.checksum {
            return None;
        }
        let units: Vec<u16> = self.pieces.into_iter().rev().flatten().collect();
        Some(String::from_utf16_lossy(&units))
    }
}

/// A short name: eight characters and an extension of three.
fn short_name(raw: &[u8]) -> String {
    // Windows NT uses these bits for names whose base or extension is in lower case.
    let bits = raw.get(12).copied().unwrap_or(0);
    let part = |from: usize, to: usize, is_lower: bool| {
        letters(raw.get(from..to).unwrap_or_default(), is_lower).trim_end().to_owned()
    };
    let (base, extension) = (part(0, 8, bits & 0x08 != 0), part(8, 11, bits & 0x10 != 0));
    if extension.is_empty() { base } else { format!("{base}.{extension}") }
}

/// The code page of bytes that are not ASCII is not stated; they are read as Latin-1.
fn letters(bytes: &[u8], is_lower: bool) -> String {
    let letters = bytes.iter().map(|&byte| char::from(byte));
    if is_lower { letters.map(|letter| letter.to_ascii_lowercase()).collect() } else { letters.collect() }
}
