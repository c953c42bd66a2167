//! The string pool of a database: all strings one after another, and the length of each.

use crate::encoding::bytes::{u16_at, u32_at};
use crate::encoding::codepage;
use crate::limits::MAX_STRING;
use crate::windows::msi::string_reference;

/// The string pool. Tables refer to its strings by number.
pub(crate) struct StringTable {
    data: Vec<u8>,
    /// The start in `data` and the length of each string; string 0 is empty.
    ranges: Vec<(u32, u32)>,
    codepage: u32,
    ref_len: usize,
}

impl StringTable {
    /// The strings of the streams `_StringPool` and `_StringData`.
    pub(crate) fn new(pool: &[u8], data: Vec<u8>) -> Self {
        /// References take three bytes.
        const LONG_REFS: u32 = 1 << 31;
        let head = u32_at(pool, 0).unwrap_or_default();
        let pairs = pool.get(4..).unwrap_or_default();
        // Old writers store the length of a long string in another way, and nothing in the file says which. With the
        // wrong one every later string would be shifted, and an installer would get a wrong name without any error. The
        // right one is that whose lengths add up to the data exactly.
        let is_exact = |ranges: &[(u32, u32)]| {
            ranges.last().is_some_and(|(start, len)| start.checked_add(*len) == Some(data.len() as u32))
        };
        let mut ranges = self::ranges(pairs, LongStringLength::Next);
        if !is_exact(&ranges) {
            let other = self::ranges(pairs, LongStringLength::Split);
            ranges = if is_exact(&other) { other } else { ranges };
        }
        Self { data, ranges, codepage: head & !LONG_REFS, ref_len: if head & LONG_REFS == 0 { 2 } else { 3 } }
    }

    /// Bytes of a reference to a string in the tables.
    pub(crate) fn ref_len(&self) -> usize {
        self.ref_len
    }

    /// The bytes of the string that a table refers to at `at`; empty if there is none. Names are ASCII.
    pub(crate) fn raw(&self, table: &[u8], at: usize) -> &[u8] {
        let number = string_reference(table, at, self.ref_len).unwrap_or_default();
        let Some(&(start, len)) = self.ranges.get(number as usize) else {
            return &[];
        };
        let end = (start as usize).saturating_add((len as usize).min(MAX_STRING));
        self.data.get(start as usize..end).unwrap_or_default()
    }

    /// As [`raw`](Self::raw), as text.
    pub(crate) fn text(&self, table: &[u8], at: usize) -> String {
        codepage::text(self.raw(table, at), self.codepage)
    }

    /// The number of the strings' code page.
    pub(crate) fn codepage(&self) -> u32 {
        self.codepage
    }
}

/// How the length of a string longer than 65,535 bytes is stored. Its own pair has the length 0 in either case.
#[derive(Clone, Copy)]
enum LongStringLength {
    /// All of it in the next pair.
    Next,
    /// The upper half in its own pair's second number, the lower half in the next pair.
    Split,
}

/// Reads the pairs of a string's length and its number of references.
fn ranges(pairs: &[u8], long: LongStringLength) -> Vec<(u32, u32)> {
    let mut ranges = vec![(0, 0)];
    let (mut at, mut start) = (0, 0_u32);
    while let (Some(short), Some(n_refs)) = (u16_at(pairs, at), u16_at(pairs, at + 2)) {
        let len = match (short, n_refs, long) {
            (0, 1.., LongStringLength::Next) => u32_at(pairs, at + 4).unwrap_or_default(),
            (0, 1.., LongStringLength::Split) => {
                u32::from(n_refs) << 16 | u32::from(u16_at(pairs, at + 4).unwrap_or_default())
            }
            _ => short.into(),
        };
        at += if short == 0 && n_refs > 0 { 8 } else { 4 };
        ranges.push((start, len));
        start = start.saturating_add(len);
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(head: u32, pairs: &[(u16, u16)]) -> Vec<u8> {
        let pairs = pairs.iter().flat_map(|(a, b)| [a.to_le_bytes(), b.to_le_bytes()].concat());
        head.to_le_bytes().into_iter().chain(pairs).collect()
    }

    fn text(strings: &StringTable, number: u16) -> String {
        let table = [number.to_le_bytes()[0], number.to_le_bytes()[1], 0];
        strings.text(&table, 0)
    }

    #[test]
    fn strings_are_numbered_from_one_and_gaps_count() {
        let strings = StringTable::new(&pool(1252, &[(3, 1), (0, 0), (2, 9)]), b"oneab".to_vec());
        assert_eq!([0, 1, 2, 3, 4].map(|number| text(&strings, number)), ["", "one", "", "ab", ""]);
        assert_eq!(strings.ref_len(), 2);
    }

    #[test]
    fn a_long_string_takes_two_pairs_in_either_way() {
        let data = [vec![b'x'; 70_000], b"end".to_vec()].concat();
        let ways = [[(0, 1), (4464, 1), (3, 1)], [(0, 1), (4464, 7), (3, 1)]];
        for pairs in ways {
            let strings = StringTable::new(&pool(1252 | 1 << 31, &pairs), data.clone());
            assert_eq!((text(&strings, 2).as_str(), strings.ref_len()), ("end", 3));
            assert_eq!(text(&strings, 1).len(), MAX_STRING);
        }
    }

    #[test]
    fn wrong_lengths_yield_no_text() {
        let strings = StringTable::new(&pool(1252, &[(9, 1), (0, 1), (u16::MAX, u16::MAX)]), b"abc".to_vec());
        assert_eq!([1, 2, 3].map(|number| text(&strings, number)), ["", "", ""]);
        let strings = StringTable::new(&[1, 2, 3], Vec::new());
        assert_eq!(text(&strings, 1), "");
    }
}
