//! The entries of one type in one configuration (`ResTable_type`).

use crate::android::arsc::Chunk;
use crate::android::arsc::config::{Config, Suitability, rank};
use crate::android::value::Scalar;
use crate::encoding::bytes::{u16_at, u32_at};
use crate::{Miss, Source};

/// How the offsets of the entries are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OffsetEncoding {
    /// A `u32` for every entry.
    Full,
    /// A `u16` for every entry, a quarter of the offset.
    Short,
    /// Sorted pairs of `u16`: the entry, and a quarter of its offset.
    Sparse,
}

/// A configuration has 64 bytes at the most so far; the fields before it have 20.
const HEADER_LEN: usize = 84;

/// A type chunk's header.
pub(super) struct TypeChunk {
    /// The `TT` of `0xPPTTEEEE`.
    pub(super) id: u8,
    pub(super) rank: Suitability,
    index: OffsetEncoding,
    count: u32,
    /// Where the offsets begin, the entries begin, and the chunk ends.
    offsets: u64,
    entries: u64,
    end: u64,
}

impl TypeChunk {
    /// Reads the header, or `None` if the chunk ends within it.
    pub(super) fn open(source: &mut dyn Source, chunk: &Chunk) -> Result<Option<Self>, Miss> {
        Ok(Self::parse(source.get(chunk.at, HEADER_LEN)?, chunk))
    }

    /// What its configuration asks for.
    pub(super) fn config(source: &mut dyn Source, chunk: &Chunk) -> Result<Option<Config>, Miss> {
        Ok(Config::parse(source.get(chunk.at, HEADER_LEN)?))
    }

    fn parse(header: &[u8], chunk: &Chunk) -> Option<Self> {
        let index = match *header.get(9)? {
            flags if flags & 0x01 != 0 => OffsetEncoding::Sparse,
            flags if flags & 0x02 != 0 => OffsetEncoding::Short,
            _ => OffsetEncoding::Full,
        };
        Some(Self {
            id: *header.get(8)?,
            rank: rank(header)?,
            index,
            count: u32_at(header, 12)?,
            offsets: chunk.at + chunk.header_len,
            entries: chunk.at + u64::from(u32_at(header, 16)?),
            end: chunk.end,
        })
    }

    /// The simple value of this entry, if this configuration has one.
    pub(super) fn entry(&self, source: &mut dyn Source, entry: u32) -> Result<Option<Scalar>, Miss> {
        const COMPLEX: u16 = 0x1;
        const COMPACT: u16 = 0x8;
        let Some(offset) = self.offset(source, entry)? else { return Ok(None) };
        let at = self.entries + offset;
        if at + 8 > self.end {
            return Ok(None);
        }
        let header = source.get(at, 8)?;
        let (Some(size), Some(flags)) = (u16_at(header, 0), u16_at(header, 2)) else { return Ok(None) };
        if flags & COMPACT != 0 {
            // The type is the flags' high byte and the data stands where the key else does.
            return Ok(u32_at(header, 4).and_then(|data| Scalar::decode((flags >> 8) as u8, data)));
        }
        if flags & COMPLEX != 0 {
            return Ok(None);
        }
        let value = source.get(at + u64::from(size), 8)?;
        let kind = value.get(3).copied();
        Ok(kind.zip(u32_at(value, 4)).and_then(|(kind, data)| Scalar::decode(kind, data)))
    }

    /// Where an entry begins, counted from the first.
    fn offset(&self, source: &mut dyn Source, entry: u32) -> Result<Option<u64>, Miss> {
        match self.index {
            OffsetEncoding::Sparse => self.sparse_offset(source, entry),
            _ if entry >= self.count => Ok(None),
            OffsetEncoding::Short => {
                let offset = u16_at(source.get(self.offsets + u64::from(entry) * 2, 2)?, 0);
                Ok(offset.filter(|&offset| offset != u16::MAX).map(|offset| u64::from(offset) * 4))
            }
            OffsetEncoding::Full => {
                let offset = u32_at(source.get(self.offsets + u64::from(entry) * 4, 4)?, 0);
                Ok(offset.filter(|&offset| offset != u32::MAX).map(u64::from))
            }
        }
    }

    fn sparse_offset(&self, source: &mut dyn Source, entry: u32) -> Result<Option<u64>, Miss> {
        let fit = self.end.saturating_sub(self.offsets) / 4;
        let count = u64::from(self.count).min(fit);
        let pairs = source.get(self.offsets, usize::try_from(count * 4).unwrap_or(0))?;
        let (pairs, _) = pairs.as_chunks::<4>();
        let found =
            pairs.binary_search_by_key(&entry, |pair| u32::from(u16::from_le_bytes([pair[0], pair[1]])));
        let pair = found.ok().and_then(|at| pairs.get(at));
        Ok(pair.map(|pair| u64::from(u16::from_le_bytes([pair[2], pair[3]])) * 4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::android::value::Value;
    use crate::source::Memory;

    const PLAIN: [u8; 16] = [8, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0x10, 42, 0, 0, 0];
    const COMPACT: [u8; 8] = [0, 0, 8, 0x10, 42, 0, 0, 0];
    const COMPLEX: [u8; 16] = [16, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// A type chunk with a configuration of 8 bytes.
    fn kind(flags: u8, count: u32, locale: u32, offsets: &[u8], entries: &[u8]) -> Vec<u8> {
        let start = 32 + offsets.len() as u32;
        let size = start + entries.len() as u32;
        let config = [12, 0, locale].map(u32::to_le_bytes).concat();
        let numbers = [count, start].map(u32::to_le_bytes).concat();
        let head = [&[1, 2, 32, 0][..], &size.to_le_bytes(), &[1, flags, 0, 0]].concat();
        [head, numbers, config, offsets.to_vec(), entries.to_vec()].concat()
    }

    fn number(bytes: &[u8], entry: u32) -> Option<i32> {
        let mut source = Memory(bytes);
        let chunk = Chunk { at: 0, kind: 0x0201, header_len: 32, end: bytes.len() as u64 };
        match TypeChunk::open(&mut source, &chunk).ok()??.entry(&mut source, entry).ok()?? {
            Scalar::Value(Value::Number(number)) => Some(number),
            _ => None,
        }
    }

    #[test]
    fn full_offsets_are_read() {
        let offsets = [u32::MAX, 0].map(u32::to_le_bytes).concat();
        let kind = kind(0, 2, 0, &offsets, &PLAIN);
        assert_eq!([0, 1, 2].map(|entry| number(&kind, entry)), [None, Some(42), None]);
    }

    #[test]
    fn short_offsets_count_in_fours() {
        let offsets = [u16::MAX, 1].map(u16::to_le_bytes).concat();
        let kind = kind(2, 2, 0, &offsets, &[&[0; 4][..], &PLAIN].concat());
        assert_eq!([0, 1].map(|entry| number(&kind, entry)), [None, Some(42)]);
    }

    #[test]
    fn sparse_entries_are_found_by_their_number() {
        let offsets = [3, 0, 900, 4].map(u16::to_le_bytes).concat();
        let kind = kind(1, 2, 0, &offsets, &[PLAIN, PLAIN].concat());
        assert_eq!([3, 4, 900, 1000].map(|entry| number(&kind, entry)), [Some(42), None, Some(42), None]);
    }

    #[test]
    fn a_compact_entry_has_its_value_in_its_header() {
        assert_eq!(number(&kind(0, 1, 0, &[0; 4], &COMPACT), 0), Some(42));
    }

    #[test]
    fn a_map_is_no_simple_value() {
        assert_eq!(number(&kind(0, 1, 0, &[0; 4], &COMPLEX), 0), None);
    }

    #[test]
    fn an_entry_past_the_chunk_is_none() {
        assert_eq!(number(&kind(0, 1, 0, &[200, 0, 0, 0], &PLAIN), 0), None);
        assert_eq!(number(&kind(0, u32::MAX, 0, &[0; 4], &PLAIN), 60_000), None);
    }
}
