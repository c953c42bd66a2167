//! UDIF disk images: runs of a disk, each compressed on its own, and a trailer that says where they are.
//!
//! Apple has not published the format. Sources: the output of `hdiutil`, and the structures `UDIFResourceFile` (`koly`)
//! and `BLKXTable` (`mish`) as reverse engineers describe them. [`trailer`] reads the former, [`tables`] finds the
//! latter in the image's property list or in an old [`resource_fork`], and [`run`] parses them. A run is decompressed
//! when a byte of it is read, and only once; [`adc`] is the one codec that no crate has.

mod adc;
mod resource_fork;
mod run;
mod tables;
mod trailer;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::disk::block_device::{BLOCK, Disk, damaged_image, too_large};
use crate::encoding::codec;
use crate::limits::{MAX_EXPANDED, MAX_RUN};
use crate::report::quantity::{Size, sizes};
use crate::source::prefetch_blocks;
use crate::{InspectError, Source};

use run::Run;
pub(crate) use run::RunType;
pub(crate) use trailer::Trailer;

/// Compressed bytes fetched in one range at the most, if a read covers several runs: 4 MiB.
const MAX_AHEAD: u64 = 4 << 20;

/// Compressed runs shorter than this are fetched with their neighbours: 64 KiB. B-trees compress to so little.
const SMALL_RUN: usize = 64 << 10;

/// A range of the disk with a table of its own: usually a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunTable {
    /// As `disk image (Apple_HFS : 4)`.
    pub(crate) name: String,
    /// First byte on the disk.
    pub(crate) start: u64,
    /// In bytes.
    pub(crate) len: u64,
}

/// A disk whose runs are decompressed on demand.
pub(crate) struct Image<'a> {
    source: &'a mut dyn Source,
    /// Sorted by their start on the disk.
    runs: Vec<Run>,
    pub(crate) tables: Vec<RunTable>,
    /// Runs decompressed so far, by their index.
    unpacked: BTreeMap<usize, Arc<[u8]>>,
    /// Bytes that may still be decompressed.
    budget: usize,
}

impl<'a> Image<'a> {
    /// Reads the tables that the trailer leads to.
    pub(crate) fn open(source: &'a mut dyn Source, trailer: &Trailer) -> Result<Self, InspectError> {
        let packed = tables::read(source, trailer)?;
        let (mut runs, mut tables) = (Vec::new(), Vec::new());
        for (name, bytes) in tables::iter(&packed) {
            let table = run::read_table(name, bytes, trailer.data_offset, &mut runs)?;
            tables.push(table);
        }
        runs.sort_by_key(|run| run.start);
        Ok(Self { source, runs, tables, unpacked: BTreeMap::new(), budget: MAX_EXPANDED })
    }

    /// The types of run in use, each once.
    #[cfg(test)]
    pub(crate) fn run_types(&self) -> Vec<RunType> {
        let mut run_types: Vec<RunType> = self.runs.iter().map(|run| run.run_type).collect();
        run_types.sort_unstable();
        run_types.dedup();
        run_types
    }

    /// Fetches the compressed bytes of all runs in a range of the disk at once, if they are close together.
    fn prefetch(&mut self, offset: u64, end: u64) -> Result<(), InspectError> {
        let first = self.runs.partition_point(|run| run.start.saturating_add(run.len) <= offset);
        let (mut from, mut to, mut sum) = (u64::MAX, 0, 0_u64);
        let wanted = self.runs.get(first..).unwrap_or_default();
        for run in wanted.iter().take_while(|run| run.start < end).filter(|run| run.packed_len > 0) {
            let run_end = run.offset.saturating_add(run.packed_len);
            (from, to) = (from.min(run.offset), to.max(run_end));
            sum = sum.saturating_add(run.packed_len);
            if run.run_type == RunType::Raw {
                return Ok(());
            }
        }
        let span = to.saturating_sub(from);
        let len = usize::try_from(span).unwrap_or(0);
        if span == 0 || span > MAX_AHEAD || span > sum.saturating_add(sum / 4) {
            return Ok(());
        }
        match len {
            0..SMALL_RUN => prefetch_blocks(self.source, from, len, BLOCK)?,
            _ => self.source.prefetch(from, len)?,
        }
        Ok(())
    }

    /// The bytes of a compressed run, each decompressed once.
    ///
    /// A run declares its length on the disk, 40 bytes of table each, and compresses a thousandfold. An image of a few
    /// megabytes can declare terabytes of runs, and a read of one byte decompresses a whole run. So the declared length
    /// is checked against the limit of a run and taken from the budget of the image before anything is decompressed,
    /// also when the source recalls the bytes: otherwise a restart of the parse would get further than the first one.
    fn run_bytes(&mut self, n: usize, run: Run) -> Result<Arc<[u8]>, InspectError> {
        if let Some(bytes) = self.unpacked.get(&n) {
            return Ok(Arc::clone(bytes));
        }
        let len = usize::try_from(run.len).ok().filter(|&len| len <= MAX_RUN);
        let Some(len) = len else {
            let (expected, got) = sizes(MAX_RUN as u64, run.len);
            let message = format!("expected runs of at most {expected} in the image, got {got}");
            return Err(too_large(message));
        };
        let Some(left) = self.budget.checked_sub(len) else {
            let message =
                format!("expected to unpack at most {} of the image, got to more", Size(MAX_EXPANDED as u64));
            return Err(too_large(message));
        };
        let bytes = match self.source.recall(run.offset).filter(|bytes| bytes.len() == len) {
            Some(bytes) => bytes,
            None => self.decompress(run, len)?,
        };
        self.budget = left;
        self.unpacked.insert(n, Arc::clone(&bytes));
        Ok(bytes)
    }

    /// Decompresses a run into `len` bytes and keeps them in the source.
    fn decompress(&mut self, run: Run, len: usize) -> Result<Arc<[u8]>, InspectError> {
        // `hdiutil` stores data raw that does not get smaller; other writers may not.
        let max_packed = len.saturating_mul(2).saturating_add(1 << 16);
        let packed_len = usize::try_from(run.packed_len).ok().filter(|&packed| packed <= max_packed);
        let Some(packed_len) = packed_len else {
            let (expected, got) = sizes(max_packed as u64, run.packed_len);
            let message = format!("expected at most {expected} in a packed run, got {got}");
            return Err(damaged_image(message));
        };
        let packed = self.source.get(run.offset, packed_len)?;
        if packed.len() < packed_len {
            let end = run.offset.saturating_add(run.packed_len);
            return Err(cut_short(end, self.source.len()));
        }
        let bytes = match run.run_type {
            RunType::Adc => {
                adc::unpack(packed, len).ok_or_else(|| damaged_image("expected ADC data, got less"))?
            }
            RunType::Zlib => codec::zlib(packed, len)?,
            RunType::Bzip2 => codec::bzip2(packed, len)?,
            RunType::Lzfse => codec::lzfse(packed, len)?,
            RunType::Lzma if packed.starts_with(b"\xfd7zXZ\0") => codec::xz(packed, len)?,
            RunType::Lzma => codec::lzma(packed, len)?,
            RunType::Zero | RunType::Raw => Vec::new(),
        };
        if bytes.len() != len {
            let (expected, got) = sizes(len as u64, bytes.len() as u64);
            let message = format!("expected a run of the image to unpack to {expected}, got {got}");
            return Err(damaged_image(message));
        }
        let bytes = Arc::from(bytes);
        self.source.keep(run.offset, &bytes);
        Ok(bytes)
    }

    /// Appends `len` bytes of a run, from `skip` bytes into it on.
    fn append(
        &mut self,
        n: usize,
        run: Run,
        skip: u64,
        len: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), InspectError> {
        match run.run_type {
            RunType::Zero => out.resize(out.len().saturating_add(len), 0),
            RunType::Raw => {
                let from = run.offset.saturating_add(skip);
                prefetch_blocks(self.source, from, len, BLOCK)?;
                let bytes = self.source.get(from, len)?;
                out.extend_from_slice(bytes);
                if bytes.len() < len {
                    return Err(cut_short(from.saturating_add(len as u64), self.source.len()));
                }
            }
            RunType::Adc | RunType::Zlib | RunType::Bzip2 | RunType::Lzfse | RunType::Lzma => {
                let bytes = self.run_bytes(n, run)?;
                let skip = usize::try_from(skip).unwrap_or(usize::MAX);
                let piece = bytes.get(skip..).and_then(|bytes| bytes.get(..len)).unwrap_or_default();
                out.extend_from_slice(piece);
            }
        }
        Ok(())
    }
}

fn cut_short(end: u64, len: u64) -> InspectError {
    let (expected, got) = sizes(end, len);
    damaged_image(format!("expected an image of at least {expected}, got {got}"))
}

impl Disk for Image<'_> {
    fn len(&self) -> u64 {
        self.tables.iter().map(|table| table.start.saturating_add(table.len)).max().unwrap_or(0)
    }

    fn read(&mut self, offset: u64, len: usize) -> Result<Vec<u8>, InspectError> {
        let end = offset.saturating_add(len as u64).min(self.len());
        self.prefetch(offset, end)?;
        let (mut out, mut at) = (Vec::new(), offset);
        while at < end {
            let after = self.runs.partition_point(|run| run.start <= at);
            let n = after.saturating_sub(1);
            let run = self.runs.get(n).copied().filter(|run| run.start <= at && at - run.start < run.len);
            let piece_end = match run {
                Some(run) => end.min(run.start.saturating_add(run.len)),
                // A range that no run covers was never written: it is zeros.
                None => end.min(self.runs.get(after).map_or(end, |run| run.start)),
            };
            let wanted = usize::try_from(piece_end - at).unwrap_or(0);
            match run {
                Some(run) => self.append(n, run, at - run.start, wanted, &mut out)?,
                None => out.resize(out.len().saturating_add(wanted), 0),
            }
            at = piece_end;
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests;
