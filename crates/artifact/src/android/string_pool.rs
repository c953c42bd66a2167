//! String pools of Android's binary XML and resource tables.
//!
//! Source: `ResStringPool_header` in AOSP's `ResourceTypes.h`.

use crate::encoding::bytes::{u16_at, u32_at};
use crate::{Miss, Source};

const UTF8_FLAG: u32 = 0x100;

/// A pool's header. Places are counted from the start of the source that holds the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StringPool {
    /// Of the offsets of the strings, one `u32` each.
    offsets: u64,
    /// Of the strings' own bytes.
    strings: u64,
    end: u64,
    count: u32,
    is_utf8: bool,
}

impl StringPool {
    /// The pool whose chunk begins at `at`, or `None` if its header makes no sense.
    pub(crate) fn open(source: &mut dyn Source, at: u64) -> Result<Option<Self>, Miss> {
        let len = source.len();
        Ok(Self::parse(source.get(at, 28)?, at, len))
    }

    fn parse(header: &[u8], at: u64, len: u64) -> Option<Self> {
        // Obfuscators write other header sizes than 28; what counts is where the offsets begin.
        let header_len = u16_at(header, 2)?.max(28);
        let size = u32_at(header, 4)?;
        let flags = u32_at(header, 16)?;
        Some(Self {
            offsets: at + u64::from(header_len),
            strings: at + u64::from(u32_at(header, 20)?),
            end: (at + u64::from(size)).min(len),
            count: u32_at(header, 8)?,
            is_utf8: flags & UTF8_FLAG != 0,
        })
    }

    /// Where the offset of the string with this index is kept.
    pub(crate) fn offset_place(&self, index: u32) -> u64 {
        self.offsets + u64::from(index) * 4
    }

    /// Where the string with this index begins, or `None` if there is none.
    pub(crate) fn place(&self, source: &mut dyn Source, index: u32) -> Result<Option<u64>, Miss> {
        if index >= self.count {
            return Ok(None);
        }
        let offset = u32_at(source.get(self.offset_place(index), 4)?, 0);
        Ok(offset.map(|offset| self.strings + u64::from(offset)).filter(|&at| at < self.end))
    }

    /// The string with this index, cut after `max` bytes, or `None` if there is none.
    pub(crate) fn text(
        &self,
        source: &mut dyn Source,
        index: u32,
        max: usize,
    ) -> Result<Option<String>, Miss> {
        let Some(at) = self.place(source, index)? else { return Ok(None) };
        // The longest pair of lengths has four bytes. A string can end where the pool does.
        let lens = source.get(at, 4)?;
        let Some(StringRange { skip, len }) =
            (if self.is_utf8 { utf8_extent(lens) } else { utf16_extent(lens) })
        else {
            return Ok(None);
        };
        let start = at + skip;
        let left = usize::try_from(self.end.saturating_sub(start)).unwrap_or(usize::MAX);
        let bytes = source.get(start, len.min(left).min(max))?;
        Ok(Some(if self.is_utf8 { from_modified_utf8(bytes) } else { from_utf16(bytes) }))
    }
}

/// Where a string's bytes begin behind its lengths, and how many they are.
struct StringRange {
    skip: u64,
    len: usize,
}

/// Two lengths, in UTF-16 units and in bytes, each of one or two bytes: a high bit means two.
fn utf8_extent(lens: &[u8]) -> Option<StringRange> {
    let units_len = if lens.first()? & 0x80 == 0 { 1 } else { 2 };
    let first = usize::from(*lens.get(units_len)?);
    if first & 0x80 == 0 {
        return Some(StringRange { skip: units_len as u64 + 1, len: first });
    }
    let second = usize::from(*lens.get(units_len + 1)?);
    Some(StringRange { skip: units_len as u64 + 2, len: (first & 0x7f) << 8 | second })
}

/// One length in units, of one or two units: a high bit means two.
fn utf16_extent(lens: &[u8]) -> Option<StringRange> {
    let first = usize::from(u16_at(lens, 0)?);
    if first & 0x8000 == 0 {
        return Some(StringRange { skip: 2, len: first * 2 });
    }
    let second = usize::from(u16_at(lens, 2)?);
    Some(StringRange { skip: 4, len: ((first & 0x7fff) << 16 | second).saturating_mul(2) })
}

fn from_utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Decodes UTF-8 in which a character past U+FFFF may be two surrogates of three bytes, as aapt2 writes it.
fn from_modified_utf8(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        if let Some(surrogate) = surrogate(rest) {
            units.push(surrogate);
            rest = &rest[3..];
            continue;
        }
        let len = match first {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 1,
        };
        match rest.get(..len).and_then(|bytes| std::str::from_utf8(bytes).ok()) {
            Some(text) => {
                units.extend(text.encode_utf16());
                rest = &rest[len..];
            }
            None => {
                units.push(char::REPLACEMENT_CHARACTER as u16);
                rest = &rest[1..];
            }
        }
    }
    String::from_utf16_lossy(&units)
}

/// A surrogate in three bytes, which UTF-8 proper forbids: ED A0..BF 80..BF.
fn surrogate(bytes: &[u8]) -> Option<u16> {
    match *bytes.first_chunk()? {
        [0xed, middle @ 0xa0..=0xbf, last @ 0x80..=0xbf] => {
            Some(0xd000 | u16::from(middle & 0x3f) << 6 | u16::from(last & 0x3f))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MAX_STRING;
    use crate::source::Memory;

    /// A pool with one string, whose lengths and bytes are given.
    fn pool(flags: u32, string: &[u8]) -> Vec<u8> {
        let numbers = [1_u32, 0, flags, 32, 0, 0].map(u32::to_le_bytes).concat();
        let size = 8 + numbers.len() as u32 + string.len() as u32;
        [&[1, 0, 28, 0][..], &size.to_le_bytes(), &numbers, string].concat()
    }

    fn text(bytes: &[u8], index: u32) -> Option<String> {
        let mut source = Memory(bytes);
        let pool = StringPool::open(&mut source, 0).ok()??;
        pool.text(&mut source, index, MAX_STRING).ok()?
    }

    #[test]
    fn both_encodings_are_read() {
        assert_eq!(text(&pool(UTF8_FLAG, b"\x02\x03\xc3\xa9a\0"), 0).as_deref(), Some("éa"));
        assert_eq!(text(&pool(0, b"\x02\0\xe9\0a\0\0\0"), 0).as_deref(), Some("éa"));
    }

    #[test]
    fn lengths_of_two_units_are_read() {
        let long = [&[0x81, 0x2c, 0x81, 0x2c][..], &[b'x'; 300], &[0]].concat();
        assert_eq!(text(&pool(UTF8_FLAG, &long), 0), Some("x".repeat(300)));
        let longer = [&[0x01, 0x80, 0, 0][..], &b"y\0".repeat(0x1_0000)].concat();
        assert_eq!(text(&pool(0, &longer), 0), Some("y".repeat(MAX_STRING / 2)));
    }

    #[test]
    fn a_character_written_as_two_surrogates_is_one() {
        let party = b"\x03\x07\xed\xa0\xbc\xed\xbe\x89!\0";
        assert_eq!(text(&pool(UTF8_FLAG, party), 0).as_deref(), Some("\u{1f389}!"));
        assert_eq!(text(&pool(UTF8_FLAG, b"\x02\x03\xff\xe9a\0"), 0).as_deref(), Some("\u{fffd}\u{fffd}a"));
    }

    #[test]
    fn a_string_ends_where_the_pool_does() {
        assert_eq!(text(&pool(UTF8_FLAG, b"\x7f\x7fshort"), 0).as_deref(), Some("short"));
        assert_eq!(text(&pool(UTF8_FLAG, b"\x7f"), 0), None);
        assert_eq!(text(&pool(UTF8_FLAG, b""), 0), None);
    }

    #[test]
    fn an_index_past_the_count_is_none() {
        assert_eq!(text(&pool(UTF8_FLAG, b"\x01\x01a\0"), 1), None);
        assert_eq!(text(&pool(UTF8_FLAG, b"\x01\x01a\0"), u32::MAX), None);
    }
}
