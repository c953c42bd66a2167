//! Resources of Windows programs (PE files).
//!
//! Source: Microsoft's "PE Format" specification, sections on the headers and on `.rsrc`.

use crate::encoding::bytes::{u16_at, u32_at};

/// Sections, and entries of a resource directory, that are looked at.
const MAX_ENTRIES: usize = 4096;

/// The data of a resource by its type and id, in its first language. Without an id it is the first one of the type.
pub(crate) fn resource(program: &[u8], kind: u32, id: Option<u32>) -> Option<&[u8]> {
    let sections = Sections::of(program)?;
    let tree = sections.bytes_at(sections.resources_rva)?;
    let kind = directory_entry(tree, 0, Some(kind))?;
    let name = directory_entry(tree, subdirectory(kind)?, id)?;
    let language = directory_entry(tree, subdirectory(name)?, None)?;
    let (rva, len) = (u32_at(tree, language as usize)?, u32_at(tree, language as usize + 4)?);
    sections.bytes_at(rva)?.get(..len as usize)
}

/// The section table, which maps relative virtual addresses (RVA) to offsets in the file.
struct Sections<'a> {
    program: &'a [u8],
    table: &'a [u8],
    /// The address of the resource tree.
    resources_rva: u32,
}

impl<'a> Sections<'a> {
    fn of(program: &'a [u8]) -> Option<Self> {
        const WIDE: u16 = 0x20b;
        const SECTION_LEN: usize = 40;
        let header = program.get(u32_at(program, 0x3c)? as usize..)?;
        if !header.starts_with(b"PE\0\0") {
            return None;
        }
        let n_sections = usize::from(u16_at(header, 6)?);
        let options_len = usize::from(u16_at(header, 20)?);
        let options = header.get(24..)?;
        // The data directories follow; the third is the resource table.
        let tables = if u16_at(options, 0)? == WIDE { 112 } else { 96 };
        let resources_rva = u32_at(options, tables + 2 * 8)?;
        let table = options.get(options_len..)?;
        let table = table.get(..n_sections * SECTION_LEN).unwrap_or(table);
        Some(Self { program, table, resources_rva })
    }

    /// The bytes at an address, up to the end of its section.
    fn bytes_at(&self, rva: u32) -> Option<&'a [u8]> {
        self.table.chunks_exact(40).take(MAX_ENTRIES).find_map(|section| {
            let (start, len, raw) = (u32_at(section, 12)?, u32_at(section, 16)?, u32_at(section, 20)?);
            let within = rva.checked_sub(start).filter(|within| *within < len)?;
            let end = (raw as usize).checked_add(len as usize)?.min(self.program.len());
            self.program.get((raw as usize).checked_add(within as usize)?..end)
        })
    }
}

/// The entry of a resource directory with this id, or its first one.
fn directory_entry(tree: &[u8], folder: usize, id: Option<u32>) -> Option<u32> {
    let n_named = usize::from(u16_at(tree, folder.checked_add(12)?)?);
    let n_numbered = usize::from(u16_at(tree, folder + 14)?);
    let entries = tree.get(folder + 16..)?.chunks_exact(8).take((n_named + n_numbered).min(MAX_ENTRIES));
    let mut entries = entries.map(|entry| (u32_at(entry, 0), u32_at(entry, 4)));
    entries.find(|(found, _)| id.is_none() || *found == id)?.1
}

/// The offset of the directory that an entry leads to, if it leads to one.
fn subdirectory(entry: u32) -> Option<usize> {
    const FOLDER: u32 = 1 << 31;
    (entry & FOLDER != 0).then_some((entry & !FOLDER) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program with one section of resources: one of type 14 and number 7 with the data `icon`.
    fn program() -> Vec<u8> {
        let folder = |id: u32, to: u32| {
            let mut bytes = vec![0; 14];
            bytes.extend([1, 0]);
            bytes.extend([id, to].map(u32::to_le_bytes).concat());
            bytes
        };
        let below = 1 << 31;
        let mut tree = [folder(14, below | 24), folder(7, below | 48), folder(1033, 72)].concat();
        tree.extend([0x1000 + 88, 4, 0, 0].map(u32::to_le_bytes).concat());
        tree.extend(b"icon");
        let mut bytes = vec![0; 0x3c];
        bytes[..2].copy_from_slice(b"MZ");
        bytes.extend(0x40_u32.to_le_bytes());
        bytes.extend(b"PE\0\0\x4c\x01\x01\0");
        bytes.extend([0; 12]);
        bytes.extend([120, 0, 0, 0]);
        let mut options = vec![0; 120];
        options[..2].copy_from_slice(&0x10b_u16.to_le_bytes());
        options[112..116].copy_from_slice(&0x1000_u32.to_le_bytes());
        bytes.extend(options);
        let raw = bytes.len() as u32 + 40;
        bytes.extend(b".rsrc\0\0\0");
        bytes.extend([100, 0x1000, tree.len() as u32, raw, 0, 0, 0, 0].map(u32::to_le_bytes).concat());
        [bytes, tree].concat()
    }

    #[test]
    fn a_resource_is_found_by_its_number_or_as_the_first() {
        let program = program();
        assert_eq!(resource(&program, 14, Some(7)), Some(&b"icon"[..]));
        assert_eq!(resource(&program, 14, None), Some(&b"icon"[..]));
        assert_eq!(resource(&program, 14, Some(8)), None);
        assert_eq!(resource(&program, 3, None), None);
    }

    #[test]
    fn a_program_cut_or_changed_anywhere_never_panics() {
        let whole = program();
        for at in 0..whole.len() {
            assert_eq!(resource(&whole[..at], 14, None), None, "{at}");
            let mut changed = whole.clone();
            changed[at] = 0xff;
            let _ = resource(&changed, 14, None);
        }
    }
}
