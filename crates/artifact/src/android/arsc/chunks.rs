//! Stepping over the chunks of a table by their headers.

use crate::android::arsc::{PACKAGE, TYPE, TYPE_SPEC};
use crate::encoding::bytes::{u16_at, u32_at};
use crate::limits::USUAL_BYTES_READ;
use crate::{Miss, Source};

/// Type, header length and size, with which every chunk begins.
const HEADER_LEN: usize = 8;

/// Fetched at once among the types of a package: 180 KiB, in most tables the whole way to the strings and 32 KiB of
/// their translations; less, but at least 64 KiB, where more would take a usual package past its budget.
const TYPES_AHEAD: std::ops::RangeInclusive<u64> = 64 << 10..=180 << 10;

/// Of the budget, left for what comes behind the table, an icon, and for the ends of pages: 16 KiB.
const RESERVE: u64 = 16 << 10;

/// Fetched where that was not enough: a quarter of the way so far, to keep reads few in tables of any size.
const MORE_AHEAD: std::ops::RangeInclusive<u64> = 48 << 10..=1 << 20;

/// A chunk's place and the first fields of its header.
pub(super) struct Chunk {
    pub(super) at: u64,
    pub(super) kind: u16,
    pub(super) header_len: u64,
    /// Never past the chunk around it.
    pub(super) end: u64,
}

/// The chunks inside another one, in order.
pub(super) struct Chunks {
    at: u64,
    end: u64,
    is_package: bool,
    /// Where the first type began, once it was found.
    types: Option<u64>,
}

impl Chunk {
    fn parse(header: &[u8], at: u64, end: u64) -> Option<Self> {
        // A chunk smaller than its header would be read again for ever.
        let size = u32_at(header, 4).filter(|&size| size >= HEADER_LEN as u32)?;
        let end = (at + u64::from(size)).min(end);
        Some(Self { at, kind: u16_at(header, 0)?, header_len: u16_at(header, 2)?.into(), end })
    }
}

impl Chunks {
    /// The chunks inside the chunk at `at`.
    pub(super) fn inside(source: &mut dyn Source, at: u64) -> Result<Self, Miss> {
        let len = source.len();
        Ok(match Chunk::parse(source.get(at, HEADER_LEN)?, at, len) {
            Some(outer) => Self {
                at: at + outer.header_len.max(HEADER_LEN as u64),
                end: outer.end,
                is_package: outer.kind == PACKAGE,
                types: None,
            },
            None => Self { at, end: at, is_package: false, types: None },
        })
    }

    /// The next chunk, or `None` at the end or where the chunks stop making sense.
    pub(super) fn next(&mut self, source: &mut dyn Source) -> Result<Option<Chunk>, Miss> {
        if self.at >= self.end {
            return Ok(None);
        }
        // Chunks follow each other: one long range is cheaper than a range for every header.
        if source.get(self.at, HEADER_LEN).is_err() {
            source.prefetch(self.at, self.ahead(source.n_fetched_bytes()))?;
        }
        let Some(chunk) = Chunk::parse(source.get(self.at, HEADER_LEN)?, self.at, self.end) else {
            self.at = self.end;
            return Ok(None);
        };
        if matches!(chunk.kind, TYPE | TYPE_SPEC) {
            self.types.get_or_insert(chunk.at);
        }
        self.at = chunk.end;
        Ok(Some(chunk))
    }

    /// Bytes to fetch where the next header has not been fetched, but so many others have.
    fn ahead(&self, fetched: u64) -> usize {
        match self.types.map(|types| self.at - types) {
            None if !self.is_package => HEADER_LEN,
            Some(passed) if passed > *MORE_AHEAD.start() => {
                (passed / 4).clamp(*MORE_AHEAD.start(), *MORE_AHEAD.end()) as usize
            }
            _ => {
                let left = USUAL_BYTES_READ.saturating_sub(fetched + RESERVE);
                left.clamp(*TYPES_AHEAD.start(), *TYPES_AHEAD.end()) as usize
            }
        }
    }
}
