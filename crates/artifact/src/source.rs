//! Where parsers take their bytes from.
//!
//! A parser is a plain function over a [`Source`]. Where bytes are not there yet, [`Source::get`] returns a [`Miss`],
//! `?` hands it up to the driver, the driver fetches that range, and the parse starts again from the beginning. The
//! alternative is a parser that can be suspended, and then each parser exists twice, for files and for browsers, or
//! keeps its place in a state machine. A restart costs well under a millisecond, and a read costs more.
//!
//! Three rules follow for parsers. They have no side effects, because every statement before a miss runs again. They
//! never turn a miss into a finding or a default, because then what a package says would depend on which bytes
//! happened to be there. And they ask for long ranges ([`Source::prefetch`]), because each miss is a round trip.

use std::sync::Arc;

/// A random-access source of bytes with a known length.
pub trait Source {
    /// Length of the whole source in bytes.
    fn len(&self) -> u64;

    /// The bytes from `offset` on: `len` of them, or fewer where the source ends.
    ///
    /// # Errors
    ///
    /// [`Miss`] when some of them have not been fetched yet.
    fn get(&mut self, offset: u64, len: usize) -> Result<&[u8], Miss>;

    /// Fetches bytes that will be read soon: one long range is cheaper than many short ones.
    ///
    /// # Errors
    ///
    /// [`Miss`] when some of them have not been fetched yet.
    fn prefetch(&mut self, offset: u64, len: usize) -> Result<(), Miss> {
        self.get(offset, len).map(|_| ())
    }

    /// Bytes that an earlier attempt computed from what lies at `offset`, and [kept](Self::keep).
    fn recall(&self, _offset: u64) -> Option<Arc<[u8]>> {
        None
    }

    /// Keeps bytes that took long to compute from what lies at `offset`, for example by inflating it.
    ///
    /// Every miss starts the parse again. Without this a packed resource table of 12 MiB would be inflated once more
    /// after each of the misses behind it. What is kept must follow from the file and from `offset` alone: where one
    /// offset can be read in two ways, only one of them may keep. A source may forget it.
    fn keep(&mut self, _offset: u64, _bytes: &Arc<[u8]>) {}

    /// Bytes fetched so far, where they cost anything.
    fn n_fetched_bytes(&self) -> u64 {
        0
    }

    /// Whether there is no byte at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The range that must be fetched before the parse can continue: page aligned, clipped to the source's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected bytes {offset}..{}, got none yet", offset + *len as u64)]
pub struct Miss {
    /// First byte, counted from the start of the file.
    pub offset: u64,
    /// Number of bytes, never 0.
    pub len: usize,
}

/// Fetches whole blocks of `block` bytes, aligned to that.
#[cfg(any(feature = "mac-installers", feature = "windows"))]
pub(crate) fn prefetch_blocks(
    source: &mut dyn Source,
    offset: u64,
    len: usize,
    block: u64,
) -> Result<(), Miss> {
    let end = offset.saturating_add(len as u64).min(source.len());
    if offset >= end {
        return Ok(());
    }
    let start = offset - offset % block;
    let end = end.checked_next_multiple_of(block).unwrap_or(end);
    source.prefetch(start, usize::try_from(end - start).unwrap_or(len))
}

/// Bytes already in memory: a source that never misses.
pub(crate) struct Memory<'a>(pub(crate) &'a [u8]);

impl Source for Memory<'_> {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn get(&mut self, offset: u64, len: usize) -> Result<&[u8], Miss> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.0.len());
        let end = start.saturating_add(len).min(self.0.len());
        Ok(&self.0[start..end])
    }
}

/// A range of something longer: where it starts, and its length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    start: u64,
    pub(crate) len: u64,
}

impl Span {
    /// `len` bytes from `start` on, clipped to a whole of `whole_len` bytes.
    pub(crate) fn new(start: u64, len: u64, whole_len: u64) -> Self {
        Self { start, len: len.min(whole_len.saturating_sub(start)) }
    }

    /// Where in the whole these bytes of the range lie; `None` if there are none.
    pub(crate) fn part(&self, offset: u64, len: usize) -> Option<(u64, usize)> {
        let left = self.len.saturating_sub(offset);
        let len = usize::try_from(left).map_or(len, |left| left.min(len));
        (len > 0).then(|| (self.start.saturating_add(offset), len))
    }
}

/// A range of another source, such as a stored zip entry, as a source of its own.
pub(crate) struct SourceSlice<'a> {
    whole: &'a mut dyn Source,
    span: Span,
}

impl<'a> SourceSlice<'a> {
    /// The range that begins at `start`, clipped to the whole.
    pub(crate) fn new(whole: &'a mut dyn Source, start: u64, len: u64) -> Self {
        let span = Span::new(start, len, whole.len());
        Self { whole, span }
    }
}

impl Source for SourceSlice<'_> {
    fn len(&self) -> u64 {
        self.span.len
    }

    fn get(&mut self, offset: u64, len: usize) -> Result<&[u8], Miss> {
        match self.span.part(offset, len) {
            Some((offset, len)) => self.whole.get(offset, len),
            None => Ok(&[]),
        }
    }

    fn prefetch(&mut self, offset: u64, len: usize) -> Result<(), Miss> {
        match self.span.part(offset, len) {
            Some((offset, len)) => self.whole.prefetch(offset, len),
            None => Ok(()),
        }
    }

    fn recall(&self, offset: u64) -> Option<Arc<[u8]>> {
        self.whole.recall(self.span.start.saturating_add(offset))
    }

    fn keep(&mut self, offset: u64, bytes: &Arc<[u8]>) {
        self.whole.keep(self.span.start.saturating_add(offset), bytes);
    }

    fn n_fetched_bytes(&self) -> u64 {
        self.whole.n_fetched_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_gives_fewer_bytes_at_its_end() {
        let mut memory = Memory(b"abcdef");
        assert_eq!(memory.get(4, 10), Ok(&b"ef"[..]));
        assert_eq!(memory.get(u64::MAX, usize::MAX), Ok(&b""[..]));
    }

    #[test]
    fn a_slice_never_shows_what_lies_outside() {
        let mut memory = Memory(b"abcdef");
        let mut window = SourceSlice::new(&mut memory, 2, 3);
        assert_eq!(window.get(0, 100), Ok(&b"cde"[..]));
        assert_eq!(window.get(3, 1), Ok(&b""[..]));
        assert_eq!(SourceSlice::new(&mut memory, 5, 100).len(), 1);
        assert!(SourceSlice::new(&mut memory, 9, 100).is_empty());
    }
}
