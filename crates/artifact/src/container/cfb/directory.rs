//! The directory: the streams and storages in the root storage ([MS-CFB] 2.6).

use std::collections::BTreeSet;

use crate::Source;
use crate::container::cfb::chain::Chain;
use crate::container::cfb::fat::{END_OF_CHAIN, Fat};
use crate::container::cfb::{CfbError, HEADER_LEN};
use crate::encoding::bytes::{u16_at, u32_at, u64_at};

/// Bytes of an entry ([MS-CFB] 2.6.1).
const ENTRY_LEN: usize = 128;

/// Entries that are read: 32,768 take 4 MiB. Large installers have a few hundred.
const MAX_ENTRIES: usize = 32 << 10;

const STREAM_OBJECT: u8 = 2;
const ROOT_STORAGE_OBJECT: u8 = 5;

/// A stream or a storage in the root storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DirectoryEntry {
    /// As Windows Installer decodes it: see [`decode_name`].
    pub(crate) name: String,
    /// Whether the stream is a table of a database.
    pub(crate) is_table: bool,
    pub(crate) is_stream: bool,
    /// In bytes; 0 for a storage.
    pub(crate) len: u64,
    pub(super) start: u32,
}

/// The root storage: its entries, and where its mini stream is.
pub(super) struct RootStorage {
    pub(super) entries: Vec<DirectoryEntry>,
    pub(super) class_id: [u8; 16],
    /// The first sector of the mini stream, which contains all short streams.
    pub(super) mini_start: u32,
    pub(super) mini_len: u64,
}

/// Reads the directory that begins in sector `start`.
pub(super) fn read(fat: &mut Fat, source: &mut dyn Source, start: u32) -> Result<RootStorage, CfbError> {
    let raw = read_sectors(fat, source, start)?;
    let root = raw
        .chunks_exact(ENTRY_LEN)
        .next()
        .filter(|root| root[66] == ROOT_STORAGE_OBJECT)
        .ok_or(CfbError::NoRootStorage)?;
    let has_32_bit_sizes = fat.sector_len() == HEADER_LEN as u64;
    let number = |at| u32_at(root, at).unwrap_or(END_OF_CHAIN);
    let entries = entries_under(&raw, number(76))
        .into_iter()
        .filter_map(|raw| parse_entry(raw, has_32_bit_sizes))
        .collect();
    let class_id = root.get(80..).and_then(|class| class.first_chunk()).copied().unwrap_or_default();
    Ok(RootStorage { entries, class_id, mini_start: number(116), mini_len: size(root, has_32_bit_sizes) })
}

/// The bytes of all entries. They end where the file ends, and where the chain returns to a sector that was read.
fn read_sectors(fat: &mut Fat, source: &mut dyn Source, start: u32) -> Result<Vec<u8>, CfbError> {
    let what = "directory";
    let len = source.len();
    if u64::from(start) >= fat.n_sectors() {
        // If the allocation table uses that sector, the file was cut short.
        return Err(if fat.is_used(source, start)? {
            CfbError::PastEnd { what: what.to_owned(), end: fat.offset(start), len }
        } else {
            CfbError::SectorOutOfRange { what, sector: start, n_sectors: fat.n_sectors() }
        });
    }
    let mut chain = Chain::new(start);
    let (mut raw, mut seen) = (Vec::new(), BTreeSet::new());
    while raw.len() < MAX_ENTRIES * ENTRY_LEN {
        let Some(sector) = chain.nth(fat, source, seen.len() as u64)?.filter(|sector| seen.insert(*sector))
        else {
            break;
        };
        let part = source.get(fat.offset(sector), fat.sector_len() as usize)?;
        if part.is_empty() {
            break;
        }
        raw.extend_from_slice(part);
    }
    Ok(raw)
}

/// The entries of the red-black tree of siblings that begins with entry `first` ([MS-CFB] 2.6.4).
///
/// Links lead to entries by number, and nothing but the writer's care makes them a tree. Each entry is visited once:
/// two entries that name each other as siblings would otherwise be listed forever.
fn entries_under(raw: &[u8], first: u32) -> Vec<&[u8]> {
    let (mut found, mut seen, mut open) = (Vec::new(), BTreeSet::new(), vec![first]);
    while let Some(id) = open.pop() {
        let at = (id as usize).checked_mul(ENTRY_LEN);
        let Some(entry) = at.and_then(|at| raw.get(at..at.checked_add(ENTRY_LEN)?)) else { continue };
        if seen.insert(id) {
            found.push(entry);
            open.extend([72, 68].map(|at| u32_at(entry, at).unwrap_or(END_OF_CHAIN)));
        }
    }
    found
}

fn parse_entry(raw: &[u8], has_32_bit_sizes: bool) -> Option<DirectoryEntry> {
    let kind = *raw.get(66)?;
    let name_len = usize::from(u16_at(raw, 64)?.saturating_sub(2)).min(62);
    let units: Vec<u16> =
        raw.get(..name_len)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let (name, is_table) = decode_name(&units);
    let is_stream = kind == STREAM_OBJECT;
    let len = if is_stream { size(raw, has_32_bit_sizes) } else { 0 };
    Some(DirectoryEntry { name, is_table, is_stream, len, start: u32_at(raw, 116)? })
}

/// In files with sectors of 512 bytes only 32 bits of the size count ([MS-CFB] 2.6.1): some writers leave garbage in
/// the others.
fn size(raw: &[u8], has_32_bit_sizes: bool) -> u64 {
    let size = u64_at(raw, 120).unwrap_or_default();
    if has_32_bit_sizes { size & 0xffff_ffff } else { size }
}

/// A name as Windows Installer means it, and whether it is the name of a table.
///
/// Windows Installer encodes two of the 64 characters `0-9A-Za-z._` as one unit from U+3800 on, or one as a unit from
/// U+4800 on, and puts U+4840 before the names of tables. Source: Wine's `dlls/msi/table.c`; Microsoft has published no
/// specification of this.
fn decode_name(units: &[u16]) -> (String, bool) {
    const MARK: u16 = 0x4840;
    let is_table = units.first() == Some(&MARK);
    let mut name = String::new();
    let plain = char::decode_utf16(units.iter().copied().skip(usize::from(is_table)));
    for unit in plain.map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)) {
        match u32::from(unit) {
            pair @ 0x3800..0x4800 => name.extend([pair & 63, (pair - 0x3800) >> 6].map(name_character)),
            one @ 0x4800..0x4840 => name.push(name_character(one & 63)),
            _ => name.push(unit),
        }
    }
    (name, is_table)
}

fn name_character(six_bits: u32) -> char {
    const CHARACTERS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
    CHARACTERS.get(six_bits as usize).map_or('?', |&byte| char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_name_is_decoded() {
        let summary: Vec<u16> = "\u{5}SummaryInformation".encode_utf16().collect();
        assert_eq!(decode_name(&summary), ("\u{5}SummaryInformation".to_owned(), false));
        // Every installer has this name.
        let property = [0x4840, 0x4559, 0x44f2, 0x4568, 0x4737];
        assert_eq!(decode_name(&property), ("Property".to_owned(), true));
        assert_eq!(decode_name(&[0xd800, 0x4801]), ("\u{fffd}1".to_owned(), false));
    }
}
