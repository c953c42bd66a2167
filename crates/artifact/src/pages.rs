//! A sparse cache of a file's pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::limits::MAX_KEPT;
use crate::{Miss, Source};

/// Bytes in a page: 4 KiB. With small pages little of what lies beside a range counts against the usual 400 KB.
const PAGE: u64 = 4 << 10;

/// Ranges shorter than 8 KiB are fetched with what lies around them, aligned to that.
///
/// A read of a browser's `File` costs about 0.8 ms whatever its size up to 64 KiB, and what is beside a short range is
/// often read next. Twice as much costs a usual apk 20 KB and saves no read. Readers ask for long ranges where they
/// expect to need them.
const LEAST: u64 = 8 << 10;

/// The pages of a file fetched so far: the [`Source`] of every driver.
///
/// Only whole pages count. If a driver hands back fewer bytes than the miss asked for, the page that was cut is
/// dropped and missed again; the budgets of [`limits`](crate::limits) end such a loop. If half a page counted, a
/// parser would meet an early end in the middle of the file and report a damaged package.
#[derive(Debug)]
pub struct Pages {
    len: u64,
    /// Runs of whole pages by the offset they begin at. They do not overlap, and are joined when a range spans them:
    /// nothing is held twice.
    runs: BTreeMap<u64, Vec<u8>>,
    /// What was computed from the file, by the offset where its input begins.
    kept: BTreeMap<u64, Arc<[u8]>>,
    kept_len: usize,
    reads: u32,
    bytes_read: u64,
}

impl Pages {
    /// No page yet of a file of `len` bytes.
    #[must_use]
    pub fn new(len: u64) -> Self {
        Self { len, runs: BTreeMap::new(), kept: BTreeMap::new(), kept_len: 0, reads: 0, bytes_read: 0 }
    }

    /// Keeps a range that was fetched because of a [`Miss`]. A page of which only a part is given is dropped.
    pub fn insert(&mut self, offset: u64, bytes: &[u8]) {
        self.insert_vec(offset, bytes.to_vec());
    }

    /// As [`insert`](Self::insert), without a copy if the range is the one that was missing.
    pub fn insert_vec(&mut self, offset: u64, bytes: Vec<u8>) {
        self.reads = self.reads.saturating_add(1);
        self.bytes_read = self.bytes_read.saturating_add(bytes.len() as u64);
        let end = offset.saturating_add(bytes.len() as u64).min(self.len);
        let end = if end == self.len { end } else { end - end % PAGE };
        let mut start = offset.div_ceil(PAGE).saturating_mul(PAGE);
        if start == offset
            && self.gap(start, end) == Some((offset, offset.saturating_add(bytes.len() as u64)))
        {
            self.runs.insert(offset, bytes);
            return;
        }
        while let Some((from, to)) = self.gap(start, end) {
            let range = usize::try_from(from - offset).ok().zip(usize::try_from(to - offset).ok());
            let Some(run) = range.and_then(|(from, to)| bytes.get(from..to)) else { return };
            self.runs.insert(from, run.to_vec());
            start = to;
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

    /// The first range between these offsets that is in no run.
    fn gap(&self, start: u64, end: u64) -> Option<(u64, u64)> {
        let mut at = start;
        while at < end {
            let Some(run_end) = self.run_at(at).map(|(start, run)| start + run.len() as u64) else {
                let next = self.runs.range(at..end).next();
                return Some((at, next.map_or(end, |(start, _)| *start)));
            };
            at = run_end;
        }
        None
    }

    /// The aligned ranges around a short one that is missing, as far as nothing of them is there.
    fn around(&self, from: u64, to: u64) -> (u64, u64) {
        let before = self.runs.range(..from).next_back().map_or(0, |(start, run)| start + run.len() as u64);
        let start = before.max(from - from % LEAST);
        self.gap(start, to.next_multiple_of(LEAST).min(self.len)).unwrap_or((from, to))
    }

    /// The run that has the byte at an offset, and where it begins.
    fn run_at(&self, at: u64) -> Option<(u64, &Vec<u8>)> {
        let (start, run) = self.runs.range(..=at).next_back()?;
        (at - start < run.len() as u64).then_some((*start, run))
    }

    /// Joins the runs that span a range in which nothing is missing; gives where the joined one begins.
    fn join(&mut self, offset: u64, end: u64) -> u64 {
        let Some((start, run)) = self.run_at(offset) else {
            return offset;
        };
        if end - start <= run.len() as u64 {
            return start;
        }
        let mut rest = self.runs.split_off(&(start + 1));
        let behind = rest.split_off(&end);
        let mut whole = self.runs.remove(&start).unwrap_or_default();
        whole.reserve_exact(rest.values().map(Vec::len).sum());
        rest.into_values().for_each(|run| whole.extend_from_slice(&run));
        self.runs.insert(start, whole);
        self.runs.extend(behind);
        start
    }
}

impl Source for Pages {
    fn len(&self) -> u64 {
        self.len
    }

    fn get(&mut self, offset: u64, len: usize) -> Result<&[u8], Miss> {
        self.prefetch(offset, len)?;
        let end = offset.saturating_add(len as u64).min(self.len);
        if offset >= end {
            return Ok(&[]);
        }
        let start = self.join(offset, end);
        let run = self.runs.get(&start).map_or(&[][..], |run| run);
        let range = usize::try_from(offset - start).ok().zip(usize::try_from(end - start).ok());
        Ok(range.and_then(|(from, to)| run.get(from..to)).unwrap_or_default())
    }

    /// Joins nothing: a long range may be asked for here and read piece by piece.
    fn prefetch(&mut self, offset: u64, len: usize) -> Result<(), Miss> {
        let end = offset.saturating_add(len as u64).min(self.len);
        if offset >= end {
            return Ok(());
        }
        let last = end.next_multiple_of(PAGE).min(self.len);
        match self.gap(offset - offset % PAGE, last) {
            Some((from, to)) => {
                let (from, to) = if to - from < LEAST { self.around(from, to) } else { (from, to) };
                Err(Miss { offset: from, len: usize::try_from(to - from).unwrap_or(usize::MAX) })
            }
            None => Ok(()),
        }
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

    fn n_fetched_bytes(&self) -> u64 {
        self.bytes_read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = super::PAGE as usize;

    fn file(len: usize) -> Vec<u8> {
        (0..len).map(|at| (at % 251) as u8).collect()
    }

    #[test]
    fn a_miss_is_page_aligned_and_clipped_to_the_length() {
        let mut pages = Pages::new(5 * PAGE as u64 + 10);
        assert_eq!(pages.get(5, 1), Err(Miss { offset: 0, len: 2 * PAGE }));
        assert_eq!(
            pages.get(5 * PAGE as u64 + 9, 100),
            Err(Miss { offset: 4 * PAGE as u64, len: PAGE + 10 })
        );
        assert_eq!(pages.get(PAGE as u64 - 1, 4 * PAGE + 2), Err(Miss { offset: 0, len: 5 * PAGE + 10 }));
        assert_eq!(
            pages.get(PAGE as u64 + 5, 4 * PAGE),
            Err(Miss { offset: PAGE as u64, len: 4 * PAGE + 10 })
        );
    }

    #[test]
    fn a_short_miss_is_lengthened_as_far_as_nothing_is_there() {
        let mut pages = Pages::new(9 * PAGE as u64);
        pages.insert(3 * PAGE as u64, &[1; PAGE]);
        assert_eq!(pages.get(PAGE as u64, 1), Err(Miss { offset: 0, len: 2 * PAGE }));
        assert_eq!(pages.get(2 * PAGE as u64, 1), Err(Miss { offset: 2 * PAGE as u64, len: PAGE }));
        assert_eq!(
            pages.get(3 * PAGE as u64, PAGE + 1),
            Err(Miss { offset: 4 * PAGE as u64, len: 2 * PAGE })
        );
        pages.insert(0, &[1; PAGE]);
        assert_eq!(pages.get(PAGE as u64, 1), Err(Miss { offset: PAGE as u64, len: PAGE }));
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
    fn runs_are_joined_in_any_order_and_held_once() {
        let file = file(6 * PAGE + 5);
        let mut pages = Pages::new(file.len() as u64);
        for page in [4, 0, 6, 2, 1, 5, 3, 3] {
            let (from, to) = (page * PAGE, ((page + 1) * PAGE).min(file.len()));
            pages.insert(from as u64, &file[from..to]);
        }
        assert_eq!(pages.get(PAGE as u64 + 1, PAGE), Ok(&file[PAGE + 1..2 * PAGE + 1]));
        assert_eq!(pages.runs.len(), 6);
        assert_eq!(pages.get(0, file.len()), Ok(&file[..]));
        assert_eq!(pages.runs.values().map(Vec::len).sum::<usize>(), file.len());
        assert_eq!(pages.runs.len(), 1);
    }

    #[test]
    fn a_range_over_what_is_there_adds_what_is_not() {
        let file = file(5 * PAGE);
        let mut pages = Pages::new(file.len() as u64);
        pages.insert(PAGE as u64, &file[PAGE..2 * PAGE]);
        pages.insert(0, &file);
        assert_eq!(pages.get(0, file.len()), Ok(&file[..]));
    }

    #[test]
    fn a_page_given_in_part_is_still_missing() {
        let mut pages = Pages::new(2 * PAGE as u64);
        pages.insert(0, &[1; 10]);
        pages.insert(5, &[1; PAGE]);
        pages.insert(u64::MAX, &[1; PAGE]);
        assert_eq!(pages.get(0, 1), Err(Miss { offset: 0, len: 2 * PAGE }));
    }

    #[test]
    fn computed_bytes_are_kept_within_a_budget() {
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
