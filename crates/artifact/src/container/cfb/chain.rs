//! Sector chains: the sectors of a stream in their order.

use crate::Source;
use crate::container::cfb::CfbError;
use crate::container::cfb::fat::{END_OF_CHAIN, Fat};

/// A sector chain ([MS-CFB] 2.3): each entry of the allocation table names the sector after it. The sectors are looked
/// up as they are needed, so a stream whose beginning is read needs no more of the table.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    sectors: Vec<u32>,
    is_complete: bool,
}

impl Chain {
    /// The chain that begins with this sector; empty if the number is no sector.
    pub(super) fn new(first: u32) -> Self {
        let is_empty = first >= END_OF_CHAIN;
        Self { sectors: if is_empty { Vec::new() } else { vec![first] }, is_complete: is_empty }
    }

    /// The sector at an index of the chain, or `None` after its end.
    ///
    /// The table is data of the file: a damaged or hostile one links a sector back to an earlier one, and a reader that
    /// follows the chain to its end never returns. A chain without a cycle has at most as many sectors as the file has
    /// room for, so the lookup stops there. A set of visited sectors would find a cycle earlier, but costs memory for
    /// every sound file; what a cycle can do here is bounded by the file's own length.
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

    /// The longest run of adjacent sectors from an index of the chain on: its first sector and their number. It has at
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
