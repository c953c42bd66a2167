//! One entry's data.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

use crate::Source;
use crate::bytes::u16_at;
use crate::zip::{Directory, ZipError};

/// Fixed part of a local header (APPNOTE 4.3.7).
const LOCAL_LEN: u64 = 30;

/// Room for the extra field of a local header when header and data are fetched in one range.
const EXTRA_SLACK: u64 = 1024;

/// An entry as the directory has it. Sizes in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) compressed: u64,
    pub(crate) size: u64,
    /// Offset of the local header.
    pub(crate) local: u64,
    pub(crate) name_len: usize,
}

/// How the bytes of an entry are to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Stored,
    Deflated,
}

impl Entry {
    /// The packings worth trying, the likeliest first.
    ///
    /// Android takes an unknown method for stored, and obfuscators count on it; others mangle the method of
    /// an entry that is deflated.
    pub(crate) fn packings(&self) -> &'static [Packing] {
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

    /// Where the data begins. Fetches `ahead` bytes of it along with the header.
    pub(crate) fn data_start(
        &self,
        name: &str,
        source: &mut dyn Source,
        directory: &Directory,
        ahead: u64,
    ) -> Result<u64, ZipError> {
        let wanted = LOCAL_LEN + self.name_len as u64 + EXTRA_SLACK + ahead;
        for at in [self.local.saturating_add(directory.prefix), self.local] {
            source.prefetch(at, usize::try_from(wanted).unwrap_or(usize::MAX))?;
            let header = source.get(at, LOCAL_LEN as usize)?;
            let lens = (u16_at(header, 26), u16_at(header, 28));
            if let (true, (Some(name_len), Some(extra_len))) = (header.starts_with(b"PK\x03\x04"), lens) {
                return Ok(at + LOCAL_LEN + u64::from(name_len) + u64::from(extra_len));
            }
        }
        Err(ZipError::NoLocalHeader { name: name.to_owned(), offset: self.local })
    }

    /// The whole data, unpacked, if it has at most `limit` bytes.
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

    /// Unpacks up to one byte more than the directory declares: that byte tells a lie from the truth.
    fn inflate(&self, name: &str, data: &[u8]) -> Result<Vec<u8>, ZipError> {
        let declared = self.size;
        match decompress_to_vec_with_limit(data, declared as usize + 1) {
            Ok(bytes) if bytes.len() as u64 <= declared => Ok(bytes),
            Ok(_) => Err(ZipError::LongerThanDeclared { name: name.to_owned(), declared }),
            Err(failure) if failure.status == miniz_oxide::inflate::TINFLStatus::HasMoreOutput => {
                Err(ZipError::LongerThanDeclared { name: name.to_owned(), declared })
            }
            Err(_) => Err(ZipError::Inflate { name: name.to_owned() }),
        }
    }
}
