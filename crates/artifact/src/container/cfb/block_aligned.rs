//! A source that fetches whole blocks around the sectors of a compound file.

use std::sync::Arc;

use crate::source::prefetch_blocks;
use crate::{Miss, Source};

/// Bytes of a block, 16 KiB: the tables of a database have a few sectors each and lie close to each other.
const BLOCK: u64 = 16 << 10;

/// A source that fetches whole blocks, aligned to their length.
pub(crate) struct BlockAligned<'a>(pub(crate) &'a mut dyn Source);

impl Source for BlockAligned<'_> {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn get(&mut self, offset: u64, len: usize) -> Result<&[u8], Miss> {
        self.prefetch(offset, len)?;
        self.0.get(offset, len)
    }

    fn prefetch(&mut self, offset: u64, len: usize) -> Result<(), Miss> {
        match self.0.prefetch(offset, len) {
            Ok(()) => Ok(()),
            Err(miss) => {
                prefetch_blocks(self.0, miss.offset, miss.len, BLOCK)?;
                Err(miss)
            }
        }
    }

    fn recall(&self, offset: u64) -> Option<Arc<[u8]>> {
        self.0.recall(offset)
    }

    fn keep(&mut self, offset: u64, bytes: &Arc<[u8]>) {
        self.0.keep(offset, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pages;

    #[test]
    fn a_short_range_is_fetched_with_its_block_once() {
        let mut pages = Pages::new(100 << 10);
        assert_eq!(BlockAligned(&mut pages).get(40_000, 4), Err(Miss { offset: 32 << 10, len: 16 << 10 }));
        pages.insert(36 << 10, &[1; 4 << 10]);
        assert_eq!(
            BlockAligned(&mut pages).get(40_000, 4),
            Ok(&[1; 4][..]),
            "bytes that are there are not fetched again"
        );
        assert_eq!(
            BlockAligned(&mut pages).prefetch(32 << 10, 8),
            Err(Miss { offset: 32 << 10, len: 4 << 10 })
        );
    }
}
