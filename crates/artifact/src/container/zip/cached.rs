//! Entries that are inflated once, although a parse may start again many times.

use std::sync::Arc;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{decompress, inflate_flags};

use crate::Source;
use crate::container::zip::{Directory, Entry, Packing, ZipError};

/// Inflated data of more bytes is kept. Shorter data is inflated again: that takes less time than the lookup.
const MIN_CACHED: usize = 4 << 10;

impl Entry {
    /// As [`read`](Self::read), but a deflated entry is inflated once.
    pub(crate) fn read_cached(
        &self,
        name: &str,
        packing: Packing,
        source: &mut dyn Source,
        directory: &Directory,
        limit: u64,
    ) -> Result<Arc<[u8]>, ZipError> {
        if packing == Packing::Stored {
            return self.read(name, packing, source, directory, limit).map(Arc::from);
        }
        self.data_start(name, source, directory, self.compressed)?;
        if let Some(bytes) = source.recall(self.header_offset) {
            return Ok(bytes);
        }
        let bytes: Arc<[u8]> = Arc::from(self.read(name, packing, source, directory, limit)?);
        if bytes.len() > MIN_CACHED {
            source.keep(self.header_offset, &bytes);
        }
        Ok(bytes)
    }

    /// The whole data of a deflated entry, if it has at most `limit` bytes. There is never more than one copy of it in
    /// memory besides the compressed data.
    pub(crate) fn inflate_cached(
        &self,
        name: &str,
        source: &mut dyn Source,
        directory: &Directory,
        limit: u64,
    ) -> Result<Arc<[u8]>, ZipError> {
        if let Some(bytes) = source.recall(self.header_offset) {
            return Ok(bytes);
        }
        let got = self.size.max(self.compressed);
        if got > limit {
            return Err(ZipError::TooLarge { name: name.to_owned(), limit, got });
        }
        let start = self.data_start(name, source, directory, self.compressed)?;
        let data = source.get(start, self.compressed as usize)?;
        if (data.len() as u64) < self.compressed {
            let (expected, got) = (self.compressed, data.len() as u64);
            return Err(ZipError::PastEnd { name: name.to_owned(), expected, got });
        }
        let bytes = self.inflate_shared(name, data)?;
        if bytes.len() > MIN_CACHED {
            source.keep(self.header_offset, &bytes);
        }
        Ok(bytes)
    }

    fn inflate_shared(&self, name: &str, data: &[u8]) -> Result<Arc<[u8]>, ZipError> {
        /// Deflate expands one byte to 1032 at most. A larger declared size is wrong, and must not be allocated.
        const MAX_RATIO: u64 = 1032;
        let damaged = || ZipError::Inflate { name: name.to_owned() };
        if self.size > (data.len() as u64).saturating_mul(MAX_RATIO) {
            return Err(damaged());
        }
        let mut shared: Arc<[u8]> = (0..self.size as usize).map(|_| 0).collect();
        let Some(out) = Arc::get_mut(&mut shared) else {
            return Err(damaged());
        };
        let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, _, n_out) = decompress(&mut Box::default(), data, out, 0, flags);
        match status {
            TINFLStatus::Done if n_out == shared.len() => Ok(shared),
            TINFLStatus::Done => Ok(shared.get(..n_out).unwrap_or_default().into()),
            TINFLStatus::HasMoreOutput => {
                Err(ZipError::LongerThanDeclared { name: name.to_owned(), declared: self.size })
            }
            _ => Err(damaged()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec;

    fn inflate(data: &[u8], size: u64) -> Result<Arc<[u8]>, ZipError> {
        let compressed = data.len() as u64;
        Entry { method: 8, compressed, size, ..Entry::default() }.inflate_shared("a", data)
    }

    #[test]
    fn data_may_be_shorter_than_declared_but_not_longer() {
        let data = compress_to_vec(&[7; 1000], 6);
        assert_eq!(inflate(&data, 1000).as_deref(), Ok(&[7; 1000][..]));
        assert_eq!(inflate(&data, 1200).as_deref(), Ok(&[7; 1000][..]));
        let declared = 999;
        assert_eq!(
            inflate(&data, declared),
            Err(ZipError::LongerThanDeclared { name: "a".to_owned(), declared })
        );
    }

    #[test]
    fn damaged_data_and_absurd_sizes_are_refused() {
        let data = compress_to_vec(&[7; 1000], 6);
        let damaged = Err(ZipError::Inflate { name: "a".to_owned() });
        for len in 0..data.len() {
            assert_eq!(inflate(&data[..len], 1000), damaged, "{len}");
        }
        assert_eq!(inflate(&data, 1 << 40), damaged);
        assert_eq!(inflate(b"\xff\xff", 10), damaged);
    }
}
