//! Compound files: a small file system in one file. A Windows installer is one.
//!
//! Source: Microsoft's [MS-CFB]. [`fat`] has the allocation table, [`chain`] the sectors of a stream, [`directory`] the
//! entries of the root storage; [`block_aligned`] fetches whole blocks. Only the structures on the way to a stream are
//! read, so damage elsewhere does no harm, and a chain is followed only as far as it is needed.

mod block_aligned;
mod chain;
mod directory;
mod fat;

pub(crate) use block_aligned::BlockAligned;
use chain::Chain;
pub(crate) use directory::DirectoryEntry;
use directory::RootStorage;
use fat::Fat;

use crate::encoding::bytes::{u16_at, u32_at};
use crate::report::quantity::sizes;
use crate::{InspectError, Miss, Refusal, RefusalCode, Source};

/// The first bytes of a compound file.
pub(crate) const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Bytes of the header. It fills the first sector, whatever the length of a sector is.
const HEADER_LEN: usize = 512;

/// Bytes of a stream that are fetched together with its beginning.
const MAX_AHEAD: u64 = 256 << 10;

/// Why a compound file cannot be read. Offsets and sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CfbError {
    #[error(transparent)]
    Miss(#[from] Miss),
    #[error("expected a compound file of version 3 or 4, got one of another version")]
    UnknownSectorSize,
    /// A sector number that is too large for a file of this length.
    #[error("expected the {what} in one of {n_sectors} sectors, got sector {sector}")]
    SectorOutOfRange { what: &'static str, sector: u32, n_sectors: u64 },
    #[error("expected the {what} before {}, got a file of {}", sizes(*end, *len).0, sizes(*end, *len).1)]
    PastEnd { what: String, end: u64, len: u64 },
    #[error("expected {} of `{name}`, got a chain of sectors that ends after {}", sizes(*expected, *got).0, sizes(*expected, *got).1)]
    ShortChain { name: String, expected: u64, got: u64 },
    #[error("expected `{name}` to have at most {}, got {}", sizes(*limit, *got).0, sizes(*limit, *got).1)]
    TooLarge { name: String, limit: u64, got: u64 },
    #[error("expected a root storage in the compound file, got none")]
    NoRootStorage,
}

impl From<CfbError> for InspectError {
    fn from(error: CfbError) -> Self {
        let message = error.to_string();
        match error {
            CfbError::Miss(miss) => Self::Miss(miss),
            CfbError::PastEnd { .. } => {
                let fix = "download or copy the installer again: only a part of it arrived";
                Refusal::new(RefusalCode::Truncated, message, fix).into()
            }
            CfbError::TooLarge { .. } => {
                let fix =
                    "check that the file is the installer that was built: a stream is not usually so long";
                Refusal::new(RefusalCode::TooLarge, message, fix).into()
            }
            CfbError::UnknownSectorSize
            | CfbError::SectorOutOfRange { .. }
            | CfbError::ShortChain { .. }
            | CfbError::NoRootStorage => Refusal::corrupt(message).into(),
        }
    }
}

/// An open compound file: its root storage, its allocation table and its mini stream.
pub(crate) struct CompoundFile {
    fat: Fat,
    root: RootStorage,
    /// Streams shorter than this, in bytes, are in the mini stream.
    mini_cutoff: u64,
    mini_shift: u32,
    mini_stream: Chain,
    mini_fat: Chain,
}

impl CompoundFile {
    /// Reads the header and the root storage.
    pub(crate) fn open(source: &mut dyn Source) -> Result<Self, CfbError> {
        let len = source.len();
        let header = source.get(0, HEADER_LEN)?;
        if header.len() < HEADER_LEN {
            return Err(CfbError::PastEnd { what: "header".to_owned(), end: HEADER_LEN as u64, len });
        }
        let number = |at| u32_at(header, at).unwrap_or_default();
        let shift = u16_at(header, 30).unwrap_or_default();
        let mini_shift = u16_at(header, 32).unwrap_or_default();
        if !matches!(shift, 9 | 12) || !(4..=shift).contains(&mini_shift) {
            return Err(CfbError::UnknownSectorSize);
        }
        let (directory, mini_cutoff, mini_fat) = (number(48), number(56), number(60));
        let mut fat = Fat::new(header, shift.into(), len);
        let root = directory::read(&mut fat, source, directory)?;
        Ok(Self {
            mini_cutoff: mini_cutoff.into(),
            mini_shift: mini_shift.into(),
            mini_stream: Chain::new(root.mini_start),
            mini_fat: Chain::new(mini_fat),
            fat,
            root,
        })
    }

    /// The CLSID of the root storage, in the byte order of the file. It names the kind of document.
    pub(crate) fn class_id(&self) -> [u8; 16] {
        self.root.class_id
    }

    /// The entries directly in the root storage.
    pub(crate) fn entries(&self) -> &[DirectoryEntry] {
        &self.root.entries
    }

    /// The whole data of a stream, if it has at most `limit` bytes.
    pub(crate) fn read(
        &mut self,
        entry: &DirectoryEntry,
        source: &mut dyn Source,
        limit: u64,
    ) -> Result<Vec<u8>, CfbError> {
        if entry.len > limit {
            return Err(CfbError::TooLarge { name: entry.name.clone(), limit, got: entry.len });
        }
        // A length that the file has no room for must not be allocated.
        if entry.len > source.len() {
            let what = format!("stream `{}`", entry.name);
            return Err(CfbError::PastEnd { what, end: entry.len, len: source.len() });
        }
        if entry.len < self.mini_cutoff {
            self.read_mini(entry, source)
        } else {
            self.read_regular(entry, source)
        }
    }

    fn read_regular(&mut self, entry: &DirectoryEntry, source: &mut dyn Source) -> Result<Vec<u8>, CfbError> {
        let sector_len = self.fat.sector_len();
        // Most streams are in one piece, and so is their part of the allocation table.
        source.prefetch(self.fat.offset(entry.start), entry.len.min(MAX_AHEAD) as usize)?;
        let mut chain = Chain::new(entry.start);
        let mut bytes = Vec::new();
        let mut n_sectors = 0;
        while (bytes.len() as u64) < entry.len {
            let Some((first, n_sectors_in_run)) =
                chain.contiguous_run(&mut self.fat, source, n_sectors, entry.len)?
            else {
                return Err(short_chain(entry, bytes.len()));
            };
            let wanted = (entry.len - bytes.len() as u64).min(n_sectors_in_run as u64 * sector_len);
            self.append(first, 0, wanted, &entry.name, source, &mut bytes)?;
            n_sectors += n_sectors_in_run;
        }
        Ok(bytes)
    }

    fn read_mini(&mut self, entry: &DirectoryEntry, source: &mut dyn Source) -> Result<Vec<u8>, CfbError> {
        let ahead = self.root.mini_len.min(MAX_AHEAD) as usize;
        source.prefetch(self.fat.offset(self.root.mini_start), ahead)?;
        let mini_len = 1_u64 << self.mini_shift;
        let mut bytes = Vec::new();
        let mut mini = entry.start;
        while (bytes.len() as u64) < entry.len {
            let at = u64::from(mini) << self.mini_shift;
            let (index, within) = (at / self.fat.sector_len(), at % self.fat.sector_len());
            let Some(sector) = self.mini_stream.nth(&mut self.fat, source, index)? else {
                return Err(short_chain(entry, bytes.len()));
            };
            let wanted = (entry.len - bytes.len() as u64).min(mini_len);
            self.append(sector, within, wanted, &entry.name, source, &mut bytes)?;
            mini = self.next_mini_sector(mini, source)?;
        }
        Ok(bytes)
    }

    /// The mini sector after `mini`, or `END_OF_CHAIN`.
    fn next_mini_sector(&mut self, mini: u32, source: &mut dyn Source) -> Result<u32, CfbError> {
        let at = u64::from(mini) * 4;
        let (index, within) = (at / self.fat.sector_len(), at % self.fat.sector_len());
        let Some(sector) = self.mini_fat.nth(&mut self.fat, source, index)? else {
            return Ok(fat::END_OF_CHAIN);
        };
        let next = source.get(self.fat.offset(sector) + within, 4)?;
        Ok(u32_at(next, 0).unwrap_or(fat::END_OF_CHAIN))
    }

    /// Appends `wanted` contiguous bytes from offset `within` of a sector on.
    fn append(
        &self,
        sector: u32,
        within: u64,
        wanted: u64,
        name: &str,
        source: &mut dyn Source,
        bytes: &mut Vec<u8>,
    ) -> Result<(), CfbError> {
        let (offset, len) = (self.fat.offset(sector) + within, source.len());
        let part = source.get(offset, wanted as usize)?;
        if (part.len() as u64) < wanted {
            return Err(CfbError::PastEnd { what: format!("stream `{name}`"), end: offset + wanted, len });
        }
        bytes.extend_from_slice(part);
        Ok(())
    }
}

fn short_chain(entry: &DirectoryEntry, got: usize) -> CfbError {
    CfbError::ShortChain { name: entry.name.clone(), expected: entry.len, got: got as u64 }
}
