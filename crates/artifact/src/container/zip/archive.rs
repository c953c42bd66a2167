//! An archive whose directory is in memory.

use std::sync::Arc;

use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use crate::Source;
use crate::container::zip::headers::{self, RawEntry};
use crate::container::zip::{Directory, Packing, ZipError, end};

/// An open zip archive: its central directory, in memory, and where that is in the file.
///
/// Entries are parsed from the directory's bytes at each walk. A list of them would take several times the memory of
/// the directory, which may have 150,000 entries.
pub(crate) struct Archive {
    pub(crate) directory: Directory,
    bytes: Arc<[u8]>,
}

impl Archive {
    /// Finds and fetches the directory of the archive that `source` is.
    pub(crate) fn open(source: &mut dyn Source) -> Result<Self, ZipError> {
        let directory = end::find(source)?;
        let bytes = match source.recall(directory.offset) {
            Some(bytes) => bytes,
            None => {
                let bytes = Arc::from(directory.read(source)?);
                // Kept in the source: each restart of the parse would copy it again.
                source.keep(directory.offset, &bytes);
                bytes
            }
        };
        Ok(Self { directory, bytes })
    }

    /// The entries in their order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = RawEntry<'_>> {
        headers::entries(&self.bytes)
    }

    /// The first entry of exactly this name.
    pub(crate) fn find(&self, name: &str) -> Option<RawEntry<'_>> {
        self.entries().find(|raw| raw.name == name.as_bytes())
    }

    /// Compressed sizes of the first entry of each of these names, found in one walk.
    pub(crate) fn sizes(&self, names: &[&str]) -> Vec<Option<u64>> {
        let mut sizes = vec![None; names.len()];
        for raw in self.entries() {
            for (size, name) in sizes.iter_mut().zip(names) {
                if raw.name == name.as_bytes() {
                    size.get_or_insert(raw.entry.compressed);
                }
            }
        }
        sizes
    }

    /// The first entry of this name, ignoring ASCII case.
    pub(crate) fn find_ignoring_case(&self, name: &str) -> Option<RawEntry<'_>> {
        self.entries().find(|raw| raw.name.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The whole data of an entry, decompressed, if it has at most `limit` bytes.
    ///
    /// Strict like the installers of Apple and Windows: an encrypted entry, a method other than stored or deflated, and
    /// data with a wrong checksum are refused.
    pub(crate) fn read(
        &self,
        raw: &RawEntry<'_>,
        source: &mut dyn Source,
        limit: u64,
    ) -> Result<Vec<u8>, ZipError> {
        let packing = raw.packing()?;
        let bytes = raw.entry.read(&raw.text(), packing, source, &self.directory, limit)?;
        if !raw.entry.has_stated_checksum(&bytes) {
            return Err(ZipError::WrongSum { name: raw.text() });
        }
        Ok(bytes)
    }

    /// The first bytes of an entry, decompressed, at most `max` of them: fewer if the data ends or is damaged there.
    pub(crate) fn read_head(
        &self,
        raw: &RawEntry<'_>,
        source: &mut dyn Source,
        max: usize,
    ) -> Result<Vec<u8>, ZipError> {
        let packing = raw.packing()?;
        let stored = match packing {
            Packing::Stored => raw.entry.size,
            Packing::Deflated => raw.entry.compressed,
        };
        // Deflate makes incompressible data only slightly longer.
        let ahead = stored.min(max as u64 + 1024);
        let start = raw.entry.data_start(&raw.text(), source, &self.directory, ahead)?;
        let data = source.get(start, usize::try_from(ahead).unwrap_or(max))?;
        match packing {
            Packing::Stored => Ok(data.get(..max).unwrap_or(data).to_vec()),
            Packing::Deflated => Ok(inflate_head(data, max)),
        }
    }

    /// The offset and the length of a stored entry's data. `None` if the entry is compressed.
    pub(crate) fn stored_range(
        &self,
        raw: &RawEntry<'_>,
        source: &mut dyn Source,
    ) -> Result<Option<(u64, u64)>, ZipError> {
        if raw.packing()? != Packing::Stored {
            return Ok(None);
        }
        let start = raw.entry.data_start(&raw.text(), source, &self.directory, 0)?;
        Ok(Some((start, raw.entry.size)))
    }
}

/// Inflates until `max` bytes are out, the data ends or is malformed.
fn inflate_head(data: &[u8], max: usize) -> Vec<u8> {
    let mut out = vec![0; max];
    let mut inflater = Box::<DecompressorOxide>::default();
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (_, _, n_out) = decompress(&mut inflater, data, &mut out, 0, flags);
    out.truncate(n_out);
    out
}
