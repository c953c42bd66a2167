//! The data of one entry: its local header, its compression, its checksum.

use miniz_oxide::inflate::core::{decompress, inflate_flags};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use crate::Source;
use crate::container::zip::{Directory, ZipError};
use crate::encoding::bytes::u16_at;
use crate::encoding::crc32::crc32;

/// Fixed part of a local header (APPNOTE 4.3.7).
const LOCAL_LEN: u64 = 30;

/// Room for the extra field of a local header when header and data are fetched in one range.
const EXTRA_SLACK: u64 = 1024;

/// The fields of a central directory header that locate and describe an entry's data. Sizes are in bytes and as
/// declared: what the data really inflates to is checked where it is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) flags: u16,
    pub(crate) method: u16,
    /// CRC-32 of the uncompressed data; 0 where a tool did not write it.
    pub(crate) crc32: u32,
    pub(crate) compressed: u64,
    pub(crate) size: u64,
    /// Offset of the local header.
    pub(crate) header_offset: u64,
    pub(crate) name_len: usize,
}

/// The compression methods that are read (APPNOTE 4.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Stored,
    Deflated,
}

impl Entry {
    /// The methods to try, the likeliest first.
    ///
    /// Android treats an unknown method as stored, and some obfuscators write one on purpose so that other readers give
    /// up. Others change the method of an entry that is in fact deflated. A reader that trusts the field would refuse
    /// packages that phones install.
    pub(crate) fn likely_packings(&self) -> &'static [Packing] {
        match self.method {
            0 => &[Packing::Stored],
            8 => &[Packing::Deflated],
            _ if self.size == self.compressed => &[Packing::Stored, Packing::Deflated],
            _ => &[Packing::Deflated, Packing::Stored],
        }
    }

    /// Whether the method is one that Android does not know.
    pub(crate) fn is_method_unknown(&self) -> bool {
        !matches!(self.method, 0 | 8)
    }

    /// Whether the headers say that the data is encrypted. Obfuscators say so of data that is not.
    pub(crate) fn claims_encryption(&self) -> bool {
        /// AES as `WinZip` marks it (APPNOTE 4.4.5).
        const AES: u16 = 99;
        self.flags & 1 != 0 || self.method == AES
    }

    /// Whether uncompressed data has the checksum that the directory states, if it states one.
    pub(crate) fn has_stated_checksum(&self, bytes: &[u8]) -> bool {
        self.crc32 == 0 || self.crc32 == crc32(bytes)
    }

    /// Where the data begins. Fetches `ahead` bytes of it along with the header.
    pub(crate) fn data_start(
        &self,
        name: &str,
        source: &mut dyn Source,
        directory: &Directory,
        ahead: u64,
    ) -> Result<u64, ZipError> {
        let fixed = LOCAL_LEN + self.name_len as u64;
        let wanted = usize::try_from(ahead.saturating_add(fixed + EXTRA_SLACK)).unwrap_or(usize::MAX);
        let mut is_renamed = false;
        for at in self.header_offsets(directory) {
            source.prefetch(at, wanted)?;
            let header = source.get(at, fixed as usize)?;
            let lens = (u16_at(header, 26), u16_at(header, 28));
            if let (true, (Some(name_len), Some(extra_len))) = (header.starts_with(b"PK\x03\x04"), lens) {
                // If offsets have lost their upper half, another entry's header may be at this offset.
                if self.is_header_of_other(name, header, name_len) {
                    is_renamed = true;
                    continue;
                }
                return Ok(at + LOCAL_LEN + u64::from(name_len) + u64::from(extra_len));
            }
        }
        let name = name.to_owned();
        Err(if is_renamed { ZipError::OtherName { name } } else { ZipError::NoLocalHeader { name } })
    }

    /// Whether a local header belongs to another entry than `name`.
    ///
    /// Each entry has its name twice, and nothing makes the two equal. A reader that goes by the directory and an
    /// installer that goes by the local headers would see two different manifests in one file, and a package would be
    /// released as another app than testers install. Android's reader (`libziparchive`) refuses such entries, and so
    /// does this one. Names in old code pages, which `name` shows in Unicode, are not compared.
    fn is_header_of_other(&self, name: &str, header: &[u8], name_len: u16) -> bool {
        name.len() == self.name_len
            && (usize::from(name_len) != self.name_len || !header.ends_with(name.as_bytes()))
    }

    /// Where the local header may be. Some tools put bytes before an archive and do not correct its offsets.
    fn header_offsets(&self, directory: &Directory) -> impl Iterator<Item = u64> {
        /// The step between offsets with the same lower 32 bits.
        const LOST: u64 = 1 << 32;
        let n_lost = if directory.is_wrapped { directory.offset / LOST } else { 0 };
        let local = self.header_offset;
        let wrapped = (1..=n_lost).map(move |n| local.saturating_add(n * LOST));
        [local.saturating_add(directory.prefix), local].into_iter().chain(wrapped)
    }

    /// The whole data, decompressed, if it has at most `limit` bytes.
    pub(crate) fn read(
        &self,
        name: &str,
        packing: Packing,
        source: &mut dyn Source,
        directory: &Directory,
        limit: u64,
    ) -> Result<Vec<u8>, ZipError> {
        let got = self.size.max(self.compressed);
        if got > limit {
            return Err(ZipError::TooLarge { name: name.to_owned(), limit, got });
        }
        let start = self.data_start(name, source, directory, self.compressed)?;
        let stored_len = match packing {
            Packing::Stored => self.size,
            Packing::Deflated => self.compressed,
        };
        let data = source.get(start, stored_len as usize)?;
        if (data.len() as u64) < stored_len {
            return Err(ZipError::PastEnd {
                name: name.to_owned(),
                expected: stored_len,
                got: data.len() as u64,
            });
        }
        match packing {
            Packing::Stored => Ok(data.to_vec()),
            Packing::Deflated => self.inflate(name, data),
        }
    }

    /// Inflates at most one byte more than the directory declares. If that byte comes, the declared size is wrong.
    fn inflate(&self, name: &str, data: &[u8]) -> Result<Vec<u8>, ZipError> {
        let declared = self.size;
        match decompress_to_vec_with_limit(data, declared as usize + 1) {
            Ok(bytes) if bytes.len() as u64 <= declared => Ok(bytes),
            Ok(_) => Err(ZipError::LongerThanDeclared { name: name.to_owned(), declared }),
            Err(failure) if failure.status == TINFLStatus::HasMoreOutput => {
                Err(ZipError::LongerThanDeclared { name: name.to_owned(), declared })
            }
            Err(_) => inflate_without_last_block(data, declared as usize)
                .ok_or_else(|| ZipError::Inflate { name: name.to_owned() }),
        }
    }
}

/// Inflates data that ends with a block not marked as the last one: Microsoft's MSIX SDK writes manifests so. The
/// result counts if it has all the bytes that are declared.
fn inflate_without_last_block(data: &[u8], declared: usize) -> Option<Vec<u8>> {
    /// Deflate makes at most 1032 bytes of one.
    const MAX_RATIO: usize = 1032;
    if declared / MAX_RATIO > data.len() {
        return None;
    }
    let mut bytes = vec![0; declared + 1];
    let flags =
        inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF | inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
    let (status, n_in, n_out) = decompress(&mut Box::default(), data, &mut bytes, 0, flags);
    bytes.truncate(n_out);
    (status == TINFLStatus::NeedsMoreInput && n_in == data.len() && n_out == declared).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_without_a_last_block_counts_if_it_is_whole() {
        // A stored block of 3 bytes that is not the last one, and an empty one as zlib's flush makes.
        let data = b"\x00\x03\x00\xfc\xffabc\x00\x00\x00\xff\xff";
        let inflate = |data: &[u8], size| {
            let entry = Entry { method: 8, size, ..Entry::default() };
            entry.inflate("a", data)
        };
        assert_eq!(inflate(data, 3), Ok(b"abc".to_vec()));
        for (data, size) in [(&data[..], 4), (data, 2), (&data[..7], 3), (&data[..0], 3), (data, 1 << 40)] {
            assert!(inflate(data, size).is_err(), "{size}");
        }
    }
}
