//! The central directory's headers: one an entry (APPNOTE 4.3.12).

use crate::container::zip::{Entry, Packing, ZipError, name};
use crate::encoding::bytes::{u16_at, u64_at};
use crate::limits::MAX_ENTRIES;

/// Fixed part of a directory header.
const HEADER_LEN: usize = 46;

/// The entries in their order, as many as there are headers. The number in the end record may be wrong and is not used.
pub(crate) fn entries(bytes: &[u8]) -> impl Iterator<Item = RawEntry<'_>> {
    Headers { bytes, at: 0 }.take(MAX_ENTRIES)
}

/// An entry and its name as stored.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RawEntry<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) entry: Entry,
    /// The next header is not where this one's lengths say.
    pub(crate) is_inconsistent: bool,
    /// The upper half of the external attributes: type and permissions, where a Unix made the entry.
    pub(crate) mode: u16,
    /// Further fields of the header (APPNOTE 4.5).
    pub(crate) extra: &'a [u8],
}

impl RawEntry<'_> {
    /// Whether the data is the path that a symbolic link leads to (`S_IFLNK` of POSIX).
    pub(crate) fn is_link(&self) -> bool {
        self.mode & 0xf000 == 0xa000
    }

    /// How the data is packed, for those who know only what every installer knows.
    pub(crate) fn packing(&self) -> Result<Packing, ZipError> {
        if self.entry.claims_encryption() {
            return Err(ZipError::Encrypted { name: self.text() });
        }
        match self.entry.method {
            0 => Ok(Packing::Stored),
            8 => Ok(Packing::Deflated),
            method => Err(ZipError::UnknownMethod { name: self.text(), method }),
        }
    }

    /// The name as people read it.
    pub(crate) fn display(&self) -> String {
        /// `Info-ZIP Unicode Path`
        const UNICODE_PATH: u16 = 0x7075;
        name::display(self.name, self.entry.flags, extra_field(self.extra, UNICODE_PATH))
    }

    /// Whether the name leads out of the folder it is unpacked to, or cannot be written on every system.
    pub(crate) fn is_unsafe(&self) -> bool {
        name::is_unsafe(self.name)
    }

    /// The name for messages: printable, and cut after 100 characters.
    pub(crate) fn text(&self) -> String {
        self.display().escape_debug().take(100).collect()
    }
}

struct Headers<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Headers<'a> {
    type Item = RawEntry<'a>;

    fn next(&mut self) -> Option<RawEntry<'a>> {
        let header = self.bytes.get(self.at..)?;
        // Every attempt goes through all of them: one check of the length, not one a field.
        let fixed = header.first_chunk::<HEADER_LEN>().filter(|fixed| is_header(&fixed[..]))?;
        let number = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let name_len = usize::from(number(28));
        let extra_len = usize::from(number(30));
        let comment_len = usize::from(number(32));
        let name = header.get(HEADER_LEN..HEADER_LEN + name_len)?;
        let extra_at = HEADER_LEN + name_len;
        let extra = header.get(extra_at..(extra_at + extra_len).min(header.len())).unwrap_or_default();
        let entry = entry(fixed, extra, name_len);
        let next = extra_at + extra_len + comment_len;
        let is_inconsistent = header.len() != next && !header.get(next..).is_some_and(is_header);
        // An extra length that lies hides all entries behind it from readers that believe it.
        let next = if is_inconsistent { next_header(header, extra_at) } else { next };
        self.at += next;
        let mode = number(40);
        Some(RawEntry { name, entry, is_inconsistent, mode, extra })
    }
}

fn is_header(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x01\x02")
}

fn next_header(bytes: &[u8], from: usize) -> usize {
    let found = bytes.get(from..).and_then(|rest| rest.windows(4).position(is_header));
    found.map_or(bytes.len(), |at| from + at)
}

fn entry(header: &[u8; HEADER_LEN], extra: &[u8], name_len: usize) -> Entry {
    let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    let long = |at: usize| u32::from(short(at + 2)) << 16 | u32::from(short(at));
    let mut entry = Entry {
        flags: short(8),
        method: short(10),
        crc32: long(16),
        compressed: long(20).into(),
        size: long(24).into(),
        header_offset: long(42).into(),
        name_len,
    };
    if !extra.is_empty() {
        apply_zip64(&mut entry, extra);
    }
    entry
}

/// Takes from the zip64 field (APPNOTE 4.5.3) those numbers that are all ones in the header, in this order.
fn apply_zip64(entry: &mut Entry, extra: &[u8]) {
    const ALL_ONES: u64 = 0xffff_ffff;
    let Some(field) = extra_field(extra, 0x0001) else {
        return;
    };
    let mut at = 0;
    for number in [&mut entry.size, &mut entry.compressed, &mut entry.header_offset] {
        if *number == ALL_ONES
            && let Some(wide) = u64_at(field, at)
        {
            *number = wide;
            at += 8;
        }
    }
}

fn extra_field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    loop {
        let len = usize::from(u16_at(extra, 2)?);
        let field = extra.get(4..4 + len)?;
        if u16_at(extra, 0)? == id {
            return Some(field);
        }
        extra = &extra[4 + len..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, sizes: [u32; 2], local: u32, extra: &[u8], extra_len: u16) -> Vec<u8> {
        let mut bytes = b"PK\x01\x02\0\0\0\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
        bytes.extend(sizes.map(u32::to_le_bytes).concat());
        bytes.extend([name.len() as u16, extra_len, 0, 0, 0, 0, 0].map(u16::to_le_bytes).concat());
        bytes.extend(local.to_le_bytes());
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(extra);
        bytes
    }

    #[test]
    fn entries_come_in_their_order() {
        let bytes = [header("a", [1, 2], 3, &[], 0), header("b", [4, 5], 6, &[9; 4], 4)].concat();
        let found: Vec<_> = entries(&bytes).collect();
        assert_eq!(found.iter().map(|raw| raw.name).collect::<Vec<_>>(), [b"a", b"b"]);
        let Entry { method, compressed, size, header_offset, .. } = found[1].entry;
        assert_eq!((method, compressed, size, header_offset), (8, 4, 5, 6));
        assert!(found.iter().all(|raw| !raw.is_inconsistent));
    }

    #[test]
    fn only_numbers_of_all_ones_come_from_the_zip64_field() {
        let wide = [7_u64, 1 << 40].map(u64::to_le_bytes).concat();
        let extra = [&[0x99, 0, 1, 0, 0, 1, 0, 16, 0][..], &wide].concat();
        let bytes = header("a", [5, u32::MAX], u32::MAX, &extra, extra.len() as u16);
        let entry = entries(&bytes).next().map(|raw| raw.entry);
        let numbers = entry.map(|entry| (entry.compressed, entry.size, entry.header_offset));
        assert_eq!(numbers, Some((5, 7, 1 << 40)));
    }

    #[test]
    fn entries_behind_a_lying_extra_length_are_found() {
        let bytes = [header("a", [1, 1], 0, &[0x2a; 6], 50), header("b", [1, 1], 0, &[], 0)].concat();
        let found: Vec<_> = entries(&bytes).map(|raw| (raw.name, raw.is_inconsistent)).collect();
        assert_eq!(found, [(&b"a"[..], true), (&b"b"[..], false)]);
    }

    #[test]
    fn a_header_cut_short_ends_the_walk() {
        let bytes = header("name", [1, 1], 0, &[], 0);
        for len in 0..bytes.len() {
            assert_eq!(entries(&bytes[..len]).count(), 0, "{len}");
        }
    }
}
