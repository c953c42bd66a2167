//! Tables of runs: the header `mish` of 204 bytes, and 40 bytes for each run.

use crate::InspectError;
use crate::disk::block_device::damaged_image;
use crate::disk::udif::RunTable;
use crate::encoding::big_endian::{u32_at, u64_at};

/// Bytes of a sector, in tables of all disks.
const SECTOR: u64 = 512;

/// Bytes before the first run.
const HEADER_LEN: usize = 204;

/// Bytes of a run.
const RUN_LEN: usize = 40;

/// How a run is stored (the entry type in its table).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RunType {
    /// Nothing was written there.
    Zero,
    Raw,
    Adc,
    Zlib,
    Bzip2,
    Lzfse,
    Lzma,
}

/// Contiguous sectors that are compressed together. All numbers are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) run_type: RunType,
    /// On the disk.
    pub(super) start: u64,
    /// On the disk.
    pub(super) len: u64,
    /// In the file.
    pub(super) offset: u64,
    /// In the file.
    pub(super) packed_len: u64,
}

/// Reads a table and appends its runs. `data_offset` is the trailer's.
pub(super) fn read_table(
    name: &str,
    bytes: &[u8],
    data_offset: u64,
    runs: &mut Vec<Run>,
) -> Result<RunTable, InspectError> {
    let long = |at| u64_at(bytes, at).unwrap_or(0);
    if !bytes.starts_with(b"mish") || bytes.len() < HEADER_LEN {
        return Err(damaged_image(format!(
            "expected a table of runs for `{name}` in the image, got something else"
        )));
    }
    let (first_sector, n_sectors) = (long(8), long(16));
    let data_offset = data_offset.wrapping_add(long(24));
    // The stated count is not used: a terminator or the table's end comes first.
    for run in bytes.get(HEADER_LEN..).unwrap_or_default().chunks_exact(RUN_LEN) {
        let kind = u32_at(run, 0).unwrap_or(0);
        let run_type = match kind {
            0 | 2 => RunType::Zero,
            1 => RunType::Raw,
            0x8000_0004 => RunType::Adc,
            0x8000_0005 => RunType::Zlib,
            0x8000_0006 => RunType::Bzip2,
            0x8000_0007 => RunType::Lzfse,
            0x8000_0008 => RunType::Lzma,
            0x7fff_fffe => continue,
            0xffff_ffff => break,
            _ => return Err(damaged_image("expected a run type that disk images have, got another")),
        };
        let field = |at| u64_at(run, at).unwrap_or(0);
        let start = first_sector.saturating_add(field(8)).saturating_mul(SECTOR);
        let len = field(16).saturating_mul(SECTOR);
        let is_empty = run_type == RunType::Zero;
        let packed_len = if is_empty { 0 } else { field(32) };
        let len = if run_type == RunType::Raw { len.min(packed_len) } else { len };
        if len > 0 {
            runs.push(Run { run_type, start, len, offset: data_offset.wrapping_add(field(24)), packed_len });
        }
    }
    let (start, len) = (first_sector.saturating_mul(SECTOR), n_sectors.saturating_mul(SECTOR));
    Ok(RunTable { name: name.to_owned(), start, len })
}
