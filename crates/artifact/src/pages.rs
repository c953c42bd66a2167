//! A sparse cache of a file's pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::limits::MAX_KEPT;
use crate::{Miss, Source};

/// Bytes in a page: 16 KiB.
///
/// A read of a browser's `File` costs about 0.8 ms whatever its size up to 64 KiB, so readers ask for long
/// ranges where they expect to need them. Small pages keep what lies beside a short range out of the budget
/// of 400 KB a package.
const PAGE: usize = 16 << 10;

/// The pages of a file fetched so far. Implements [`Source`].
#[derive(Debug)]
pub struct Pages {
    len: u64,
    pages: BTreeMap<u64, Box<[u8]>>,
    /// A range over several pages is put together here.
    joined: Vec<u8>,
    /// What was worked out of the file, by the offset it began at.
    kept: BTreeMap<u64, Arc<[u8]>>,
    kept_len: usize,
    reads: u32,
    bytes_read: u64,
}

impl Pages {
    /// No page yet of a file of `len` bytes.
    #[must_use]
    pub fn new(len: u64) -> Self {
        Self {
            len,
            pages: BTreeMap::new(),
            joined: Vec::new(),
            kept: BTreeMap::new(),
            kept_len: 0,
            reads: 0,
            bytes_read: 0,
        }
    }

    /// Keeps a range that was fetched because of a [`Miss`]. A page of which only a part is given is dropped.
    pub fn insert(&mut self, offset: u64, bytes: &[u8]) {
        self.reads = self.reads.saturating_add(1);
        self.bytes_read = self.bytes_read.saturating_add(bytes.len() as u64);
        let first = offset.div_ceil(PAGE as u64);
        let skipped = first.saturating_mul(PAGE as u64).saturating_sub(offset);
        let Some(aligned) = usize::try_from(skipped).ok().and_then(|skipped| bytes.get(skipped..)) else {
            return;
        };
        for (page, bytes) in (first..).zip(aligned.chunks(PAGE)) {
            if bytes.len() == self.page_len(page) {
                self.pages.insert(page, bytes.into());
            }
        }
    }

    /// How often something was inserted.
    #[must_use]
    pub fn reads(&self) -> u32 {
        self.reads
    }

    /// How many bytes were inserted.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Bytes of a page: all pages are full but the last one.
    fn page_len(&self, page: u64) -> usize {
        let left = self.len.saturating_sub(page.saturating_mul(PAGE as u64));
        usize::try_from(left).map_or(PAGE, |left| left.min(PAGE))
    }

    /// The first run of absent pages among `first..=last`.
    fn missing(&self, first: u64, last: u64) -> Option<Miss> {
        let start = (first..=last).find(|page| !self.pages.contains_key(page))?;
        let end = (start..=last).find(|page| self.pages.contains_key(page)).unwrap_or(last + 1);
        let offset = start * PAGE as u64;
        let end = (end * PAGE as u64).min(self.len);
        Some(Miss { offset, len: usize::try_from(end - offset).unwrap_or(usize::MAX) })
    }
}

impl Source for Pages {
    fn len(&self) -> u64 {
        self.len
    }

    fn get(&mut self, offset: u64, len: usize) -> Result<&[u8], Miss> {
        let end = offset.saturating_add(len as u64).min(self.len);
        if offset >= end {
            return Ok(&[]);
        }
        self.prefetch(offset, len)?;
        let (first, last) = (offset / PAGE as u64, (end - 1) / PAGE as u64);
        let skipped = (offset % PAGE as u64) as usize;
        let len = usize::try_from(end - offset).unwrap_or(usize::MAX);
        if first == last {
            let page = self.pages.get(&first).map_or(&[][..], |page| page);
            return Ok(page.get(skipped..skipped + len).unwrap_or_default());
        }
        self.joined.clear();
        for page in self.pages.range(first..=last).map(|(_, page)| page) {
            self.joined.extend_from_slice(page);
        }
        Ok(self.joined.get(skipped..skipped.saturating_add(len)).unwrap_or_default())
    }

    /// Joins nothing: a long range may be asked for here and read piece by piece.
    fn prefetch(&mut self, offset: u64, len: usize) -> Result<(), Miss> {
        let end = offset.saturating_add(len as u64).min(self.len);
        if offset >= end {
            return Ok(());
        }
        self.missing(offset / PAGE as u64, (end - 1) / PAGE as u64).map_or(Ok(()), Err)
    }

    fn recall(&self, offset: u64) -> Option<Arc<[u8]>> {
        self.kept.get(&offset).cloned()
    }

    fn keep(&mut self, offset: u64, bytes: &Arc<[u8]>) {
        if self.kept_len.saturating_add(bytes.len()) <= MAX_KEPT && !self.kept.contains_key(&offset) {
            self.kept_len += bytes.len();
            self.kept.insert(offset, Arc::clone(bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(len: usize) -> Vec<u8> {
        (0..len).map(|at| (at % 251) as u8).collect()
    }

    #[test]
    fn a_miss_is_page_aligned_and_clipped_to_the_length() {
        let mut pages = Pages::new(PAGE as u64 + 10);
        assert_eq!(pages.get(5, 1), Err(Miss { offset: 0, len: PAGE }));
        assert_eq!(pages.get(PAGE as u64 + 9, 100), Err(Miss { offset: PAGE as u64, len: 10 }));
        assert_eq!(pages.get(PAGE as u64 - 1, 2), Err(Miss { offset: 0, len: PAGE + 10 }));
    }

    #[test]
    fn a_range_over_several_pages_is_joined() {
        let file = file(3 * PAGE + 7);
        let mut pages = Pages::new(file.len() as u64);
        pages.insert(0, &file);
        let (from, to) = (PAGE - 3, 3 * PAGE + 7);
        assert_eq!(pages.get(from as u64, to - from + 50), Ok(&file[from..to]));
        assert_eq!((pages.reads(), pages.bytes_read()), (1, file.len() as u64));
    }

    #[test]
    fn only_absent_pages_are_asked_for() {
        let file = file(4 * PAGE);
        let mut pages = Pages::new(file.len() as u64);
        pages.insert(PAGE as u64, &file[PAGE..2 * PAGE]);
        assert_eq!(pages.get(0, file.len()), Err(Miss { offset: 0, len: PAGE }));
        pages.insert(0, &file[..PAGE]);
        assert_eq!(pages.get(0, file.len()), Err(Miss { offset: 2 * PAGE as u64, len: 2 * PAGE }));
    }

    #[test]
    fn a_page_given_in_part_is_still_missing() {
        let mut pages = Pages::new(2 * PAGE as u64);
        pages.insert(0, &[1; 10]);
        pages.insert(5, &[1; PAGE]);
        pages.insert(u64::MAX, &[1; PAGE]);
        assert_eq!(pages.get(0, 1), Err(Miss { offset: 0, len: PAGE }));
    }

    #[test]
    fn what_was_worked_out_is_kept_within_a_budget() {
        let mut pages = Pages::new(10);
        pages.keep(3, &Arc::from(&b"abc"[..]));
        assert_eq!(pages.recall(3).as_deref(), Some(&b"abc"[..]));
        pages.keep(4, &Arc::from(vec![0; MAX_KEPT]));
        assert_eq!(pages.recall(4), None);
    }

    #[test]
    fn nothing_is_missing_past_the_end() {
        assert_eq!(Pages::new(0).get(0, 10), Ok(&[][..]));
        assert_eq!(Pages::new(10).get(u64::MAX, usize::MAX), Ok(&[][..]));
    }
}
