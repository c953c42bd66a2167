//! Packages inside bundles and uploads: a stored one is read in place, a deflated one is inflated once.

use std::sync::Arc;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use crate::container::zip::{Archive, Packing, RawEntry, ZipError};
use crate::report::quantity::sizes;
use crate::source::SourceSlice;
use crate::{InspectError, Miss, Refusal, Source};

/// Compressed bytes of a package that is inflated: 20 MiB of the 24 that may be read of a file.
pub(crate) const MAX_COMPRESSED: u64 = 20 << 20;

/// Bytes that it may inflate to: 512 MiB.
const MAX_UNPACKED: u64 = 512 << 20;

/// Bytes that are kept of its beginning: 8 MiB. It often has the pictures.
const HEAD_LEN: usize = 8 << 20;

/// Bytes that are kept of its end: 16 MiB. It has the central directory and the manifest.
const TAIL_LEN: usize = 16 << 20;

/// Bytes inflated at a time: a power of two, and at least the window of deflate.
const RING_LEN: usize = 64 << 10;

/// Compressed bytes read at a time.
const STEP_LEN: usize = 1 << 20;

/// A package inside another file, located or inflated.
pub(crate) enum InnerPackage {
    /// Stored: its offset and length in bytes.
    Stored(u64, u64),
    /// Deflated: the beginning and the end of its inflated bytes.
    UnpackedEnds(UnpackedEnds),
}

impl InnerPackage {
    /// Finds the data of an entry. `None` if it is compressed and too long to be inflated.
    pub(crate) fn of(
        raw: &RawEntry<'_>,
        archive: &Archive,
        source: &mut dyn Source,
    ) -> Result<Option<Self>, InspectError> {
        if let Some((start, len)) = archive.stored_range(raw, source)? {
            return Ok(Some(Self::Stored(start, len)));
        }
        let entry = &raw.entry;
        if entry.compressed > MAX_COMPRESSED
            || entry.size > MAX_UNPACKED
            || raw.packing()? != Packing::Deflated
        {
            return Ok(None);
        }
        let start = entry.data_start(&raw.text(), source, &archive.directory, entry.compressed)?;
        if let Some(kept) = source.recall(start) {
            return Ok(Some(Self::UnpackedEnds(UnpackedEnds { len: entry.size, kept })));
        }
        source.prefetch(start, entry.compressed as usize)?;
        let kept = unpack(&raw.text(), start, entry.compressed, entry.size, source)?;
        source.keep(start, &kept);
        Ok(Some(Self::UnpackedEnds(UnpackedEnds { len: entry.size, kept })))
    }

    /// Calls `read` with the package as a source of its own.
    pub(crate) fn with<T>(self, source: &mut dyn Source, read: impl FnOnce(&mut dyn Source) -> T) -> T {
        match self {
            Self::Stored(start, len) => read(&mut SourceSlice::new(source, start, len)),
            Self::UnpackedEnds(mut unpacked) => read(&mut unpacked),
        }
    }
}

/// The beginning and the end of an inflated package, or all of it.
///
/// Deflate has no random access: to read the directory at the end, everything before it must be inflated, up to 512
/// MiB, and a Worker has 128 MB of memory. So the middle is thrown away. Reads of it return no bytes, as if the package
/// ended there: an entry in the middle is then unreadable, which costs a logo, never the identity.
pub(crate) struct UnpackedEnds {
    len: u64,
    kept: Arc<[u8]>,
}

impl Source for UnpackedEnds {
    fn len(&self) -> u64 {
        self.len
    }

    fn get(&mut self, offset: u64, len: usize) -> Result<&[u8], Miss> {
        let n_dropped = self.len.saturating_sub(self.kept.len() as u64);
        let (head, tail) = match n_dropped {
            0 => (&[][..], &self.kept[..]),
            _ => self.kept.split_at_checked(HEAD_LEN).unwrap_or_default(),
        };
        let tail_at = self.len.saturating_sub(tail.len() as u64);
        let (part, skipped) = match offset.checked_sub(tail_at) {
            Some(skipped) => (tail, skipped),
            None => (head, offset),
        };
        let bytes = usize::try_from(skipped).ok().and_then(|skipped| part.get(skipped..)).unwrap_or_default();
        Ok(bytes.get(..len).unwrap_or(bytes))
    }
}

/// Inflates an entry piece by piece and returns its beginning and its end, or all of it.
fn unpack(
    name: &str,
    start: u64,
    packed: u64,
    declared: u64,
    source: &mut dyn Source,
) -> Result<Arc<[u8]>, InspectError> {
    let mut inflater = Box::<DecompressorOxide>::default();
    let (mut ring, mut filled, mut read, mut n_out) = (vec![0; RING_LEN], 0_usize, 0_u64, 0_u64);
    let mut kept = Vec::new();
    loop {
        let len = usize::try_from(packed - read).map_or(STEP_LEN, |left| left.min(STEP_LEN));
        let bytes = source.get(start.saturating_add(read), len)?;
        let more = if read + (len as u64) < packed { inflate_flags::TINFL_FLAG_HAS_MORE_INPUT } else { 0 };
        let (status, n_read, n) = decompress(&mut inflater, bytes, &mut ring, filled, more);
        read += n_read as u64;
        n_out += n as u64;
        kept.extend_from_slice(ring.get(filled..filled + n).unwrap_or_default());
        filled = (filled + n) % RING_LEN;
        if n_out > declared {
            return Err(ZipError::LongerThanDeclared { name: name.to_owned(), declared }.into());
        }
        if kept.len() >= HEAD_LEN + 2 * TAIL_LEN {
            kept.drain(HEAD_LEN..kept.len() - TAIL_LEN);
        }
        let is_stuck = n_read == 0 && n == 0;
        match status {
            TINFLStatus::Done => break,
            // As in zip/entry.rs: only the final block is missing.
            TINFLStatus::NeedsMoreInput | TINFLStatus::FailedCannotMakeProgress if n_out == declared => break,
            TINFLStatus::HasMoreOutput | TINFLStatus::NeedsMoreInput if !is_stuck => {}
            _ => return Err(ZipError::Inflate { name: name.to_owned() }.into()),
        }
    }
    if n_out != declared {
        let (expected, got) = sizes(declared, n_out);
        let message = format!("expected `{name}` to unpack to {expected}, got {got}");
        return Err(Refusal::corrupt(message).into());
    }
    if kept.len() > HEAD_LEN + TAIL_LEN {
        kept.drain(HEAD_LEN..kept.len() - TAIL_LEN);
    }
    Ok(Arc::from(kept))
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec;

    use super::*;
    use crate::source::Memory;

    fn unpacked(packed: &[u8], size: u64) -> Result<Arc<[u8]>, InspectError> {
        unpack("a", 0, packed.len() as u64, size, &mut Memory(packed))
    }

    #[test]
    fn a_long_package_keeps_its_beginning_and_its_end() {
        let mut random = 1_u32;
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 28) as u8
        })
        .take(3 << 20)
        .collect();
        let packed = compress_to_vec(&bytes, 1);
        assert_eq!(unpacked(&packed, bytes.len() as u64).as_deref(), Ok(bytes.as_slice()));
        let mut long = vec![7; HEAD_LEN + TAIL_LEN + 1000];
        long[HEAD_LEN - 1] = 1;
        long[HEAD_LEN + 1000] = 2;
        let packed = compress_to_vec(&long, 6);
        let (len, kept) = (long.len() as u64, unpacked(&packed, long.len() as u64).unwrap_or_default());
        assert_eq!(kept.len(), HEAD_LEN + TAIL_LEN);
        let mut source = UnpackedEnds { len, kept };
        for (offset, expected) in [
            (0, &[7; 10][..]),
            (HEAD_LEN as u64 - 2, &[7, 1]),
            (HEAD_LEN as u64, &[]),
            (HEAD_LEN as u64 + 999, &[]),
            (HEAD_LEN as u64 + 1000, &[2, 7, 7, 7, 7, 7, 7, 7, 7, 7]),
            (len - 3, &[7; 3]),
            (len, &[]),
            (u64::MAX, &[]),
        ] {
            assert_eq!(source.get(offset, 10), Ok(expected), "{offset}");
        }
    }

    #[test]
    fn data_of_another_length_than_declared_is_refused() {
        let packed = compress_to_vec(&[1; 5000], 6);
        for size in [0, 4999, 5001] {
            assert!(unpacked(&packed, size).is_err(), "{size}");
        }
        for end in 0..packed.len() {
            assert!(unpacked(&packed[..end], 5000).is_err(), "{end}");
        }
        assert!(unpacked(&[0xff; 100], 5000).is_err());
    }
}
