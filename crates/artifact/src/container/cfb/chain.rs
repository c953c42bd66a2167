//! A stream's sectors in their order.

use crate::Source;
use crate::container::cfb::CfbError;
use crate::container::cfb::fat::{END_OF_CHAIN, Fat};

/// Sectors that follow each other, found one by one as they are needed.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    sectors: Vec<u32>,
    is_complete: bool,
}

impl Chain {
    /// The chain that begins with this sector, if it is one.
    pub(super) fn new(first: u32) -> Self {
        let is_empty = first >= END_OF_CHAIN;
        Self { sectors: if is_empty { Vec::new() } else { vec![first] }, is_complete: is_empty }
    }

    /// The sector at a place in the chain, or `None` past its end. A chain longer than the file is a loop, and
    /// ends there.
    pub(super) fn nth(
        &mut self,
        fat: &mut Fat,
        source: &mut dyn Source,
        index: u64,
    ) -> Result<Option<u32>, CfbError> {
        let end = index.min(fat.n_sectors());
        while self.sectors.len() as u64 <= end && !self.is_complete {
            let Some(&last) = self.sectors.last() else { break };
            match fat.next(source, last)? {
                Some(next) => self.sectors.push(next),
                None => self.is_complete = true,
            }
        }
        Ok(usize::try_from(index).ok().and_then(|index| self.sectors.get(index).copied()))
    }

    /// The longest run of neighbours from a place in the chain on: its first sector and their number. It has at
    /// most one sector more than `max` bytes need.
    pub(super) fn contiguous_run(
        &mut self,
        fat: &mut Fat,
        source: &mut dyn Source,
        index: usize,
        max: u64,
    ) -> Result<Option<(u32, usize)>, CfbError> {
        let Some(first) = self.nth(fat, source, index as u64)? else {
            return Ok(None);
        };
        let max = usize::try_from(max / fat.sector_len() + 1).unwrap_or(usize::MAX);
        let mut n_sectors_in_run = 1;
        while n_sectors_in_run < max {
            let next = self.nth(fat, source, (index + n_sectors_in_run) as u64)?;
            if next.is_none() || next != first.checked_add(n_sectors_in_run as u32) {
                break;
            }
            n_sectors_in_run += 1;
        }
        Ok(Some((first, n_sectors_in_run)))
    }
}
