//! The file allocation table (FAT): for each sector the next one of its chain ([MS-CFB] 2.3 and 2.5).

use crate::Source;
use crate::container::cfb::CfbError;
use crate::encoding::bytes::u32_at;

/// `ENDOFCHAIN`. All numbers from [`FIRST_SPECIAL_SECTOR`] on are no sectors.
pub(super) const END_OF_CHAIN: u32 = 0xffff_fffe;

/// The first number above `MAXREGSECT`, those with a special meaning ([MS-CFB] 2.1).
const FIRST_SPECIAL_SECTOR: u32 = 0xffff_fffa;

/// Sectors of the table that the header lists. The DIFAT lists the others.
const N_DIFAT_IN_HEADER: u64 = 109;

/// The allocation table. Its sectors may be anywhere in the file; only those that a lookup needs are read.
pub(super) struct Fat {
    shift: u32,
    /// Sectors that the file has room for.
    n_sectors: u64,
    header_difat: Vec<u32>,
    /// The first sector of the DIFAT, the list of the table's other sectors.
    first_difat: u32,
    /// The last lookup of a table's sector: its index in the table, and the sector.
    last_lookup: Option<(u64, u32)>,
    /// Sectors of the DIFAT found so far.
    difat: Vec<u32>,
}

impl Fat {
    /// The table that a header of 512 bytes describes. Sectors have 2 to the power of `shift` bytes.
    pub(super) fn new(header: &[u8], shift: u32, len: u64) -> Self {
        let header_difat = (0..N_DIFAT_IN_HEADER as usize)
            .map(|n| u32_at(header, 76 + 4 * n).unwrap_or(END_OF_CHAIN))
            .collect();
        let first_difat = u32_at(header, 68).unwrap_or(END_OF_CHAIN);
        Self {
            shift,
            n_sectors: len >> shift,
            header_difat,
            first_difat,
            last_lookup: None,
            difat: Vec::new(),
        }
    }

    /// In bytes.
    pub(super) fn sector_len(&self) -> u64 {
        1 << self.shift
    }

    /// How many sectors the file has room for.
    pub(super) fn n_sectors(&self) -> u64 {
        self.n_sectors
    }

    /// Where a sector begins. The header takes the space of one sector.
    pub(super) fn offset(&self, sector: u32) -> u64 {
        (u64::from(sector) + 1) << self.shift
    }

    /// The sector after `sector`, or `None` at the end of its chain.
    pub(super) fn next(&mut self, source: &mut dyn Source, sector: u32) -> Result<Option<u32>, CfbError> {
        let at = u64::from(sector) * 4;
        let Some(fat_sector) = self.fat_sector(source, at >> self.shift)? else {
            return Ok(None);
        };
        let next = source.get(self.offset(fat_sector) + (at & (self.sector_len() - 1)), 4)?;
        Ok(u32_at(next, 0).and_then(regular_sector))
    }

    /// Whether the table marks that sector as used, or is itself cut short before that entry.
    pub(super) fn is_used(&mut self, source: &mut dyn Source, sector: u32) -> Result<bool, CfbError> {
        const FREE: u32 = 0xffff_ffff;
        let at = u64::from(sector) * 4;
        let Some(fat_sector) = self.fat_sector(source, at >> self.shift)? else {
            return Ok(false);
        };
        let next = source.get(self.offset(fat_sector) + (at & (self.sector_len() - 1)), 4)?;
        Ok(u32_at(next, 0) != Some(FREE))
    }

    /// The sector that contains the `index`th part of the table.
    fn fat_sector(&mut self, source: &mut dyn Source, index: u64) -> Result<Option<u32>, CfbError> {
        if let Some((_, fat_sector)) = self.last_lookup.filter(|(last, _)| *last == index) {
            return Ok(Some(fat_sector));
        }
        let fat_sector = match index.checked_sub(N_DIFAT_IN_HEADER) {
            None => self.header_difat.get(index as usize).copied().and_then(regular_sector),
            Some(index) => self.fat_sector_by_difat(source, index)?,
        };
        self.last_lookup = fat_sector.map(|fat_sector| (index, fat_sector));
        Ok(fat_sector)
    }

    /// As [`fat_sector`](Self::fat_sector), for an index that the header does not list ([MS-CFB] 2.5).
    fn fat_sector_by_difat(&mut self, source: &mut dyn Source, index: u64) -> Result<Option<u32>, CfbError> {
        // The last number of each DIFAT sector is the next DIFAT sector.
        let per_sector = (self.sector_len() >> 2) - 1;
        let (n_sector, within) = (index / per_sector, index % per_sector);
        // A table for the whole file needs no more DIFAT sectors: a cycle ends here.
        if n_sector * per_sector * per_sector > self.n_sectors {
            return Ok(None);
        }
        while self.difat.len() as u64 <= n_sector {
            let next = match self.difat.last() {
                None => self.first_difat,
                Some(&last) => {
                    let next = source.get(self.offset(last) + 4 * per_sector, 4)?;
                    u32_at(next, 0).unwrap_or(END_OF_CHAIN)
                }
            };
            let Some(next) = regular_sector(next) else { return Ok(None) };
            self.difat.push(next);
        }
        let Some(&sector) = self.difat.get(n_sector as usize) else { return Ok(None) };
        Ok(u32_at(source.get(self.offset(sector) + 4 * within, 4)?, 0).and_then(regular_sector))
    }
}

fn regular_sector(sector: u32) -> Option<u32> {
    (sector < FIRST_SPECIAL_SECTOR).then_some(sector)
}
