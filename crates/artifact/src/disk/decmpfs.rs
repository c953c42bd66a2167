//! Files that macOS compressed: the attribute `com.apple.decmpfs`, and the resource fork for long files.
//!
//! Source: Apple's `decmpfs.h` for the header; the compression types and their blocks as other open-source readers
//! describe them. A block has 64 KiB; one that did not get smaller is stored uncompressed behind a marker byte.

use crate::InspectError;
use crate::disk::block_device::damaged_image;
use crate::encoding::big_endian;
use crate::encoding::bytes::{u32_at, u64_at};
use crate::encoding::codec;
use crate::encoding::lzvn;
use crate::report::quantity::Size;

/// The attribute's name.
pub(crate) const ATTRIBUTE: &str = "com.apple.decmpfs";

/// Bytes of the attribute before the content.
const HEADER_LEN: usize = 16;

/// Uncompressed bytes of a block.
const BLOCK_LEN: usize = 64 << 10;

/// Bytes of a packed block at the most.
const MAX_COMPRESSED_BLOCK: usize = 2 * BLOCK_LEN;

/// Reads of the resource fork: offset and length, in bytes.
pub(crate) type ReadFork<'a> = &'a mut dyn FnMut(u64, usize) -> Result<Vec<u8>, InspectError>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Raw,
    Zlib,
    Lzvn,
    Lzfse,
}

/// The uncompressed size in bytes that the attribute states.
pub(crate) fn size(attribute: &[u8]) -> u64 {
    u64_at(attribute, 8).unwrap_or(0)
}

/// The first bytes of a compressed file, decompressed, at most `max` of them.
pub(crate) fn read(attribute: &[u8], fork: ReadFork<'_>, max: usize) -> Result<Vec<u8>, InspectError> {
    // The magic number `cmpf`, little-endian.
    let kind = u32_at(attribute, 4).filter(|_| attribute.starts_with(b"fpmc"));
    let max = usize::try_from(size(attribute)).map_or(max, |size| size.min(max));
    let content = attribute.get(HEADER_LEN..).unwrap_or_default();
    let (method, is_inline) = match kind {
        Some(1) => return Ok(content.get(..max).unwrap_or(content).to_vec()),
        Some(3) => (Method::Zlib, true),
        Some(4) => (Method::Zlib, false),
        Some(7) => (Method::Lzvn, true),
        Some(8) => (Method::Lzvn, false),
        Some(9) => (Method::Raw, true),
        Some(10) => (Method::Raw, false),
        Some(11) => (Method::Lzfse, true),
        Some(12) => (Method::Lzfse, false),
        kind => {
            let got = kind.map_or("none".to_owned(), |kind| format!("type {kind}"));
            return Err(damaged_image(format!(
                "expected a known compression of a file on the volume, got {got}"
            )));
        }
    };
    let mut out = if is_inline {
        decompress_block(method, content, BLOCK_LEN)?
    } else {
        decompress_blocks(method, fork, max)?
    };
    out.truncate(max);
    Ok(out)
}

/// Decompresses blocks of the resource fork until there are `max` bytes.
fn decompress_blocks(method: Method, fork: ReadFork<'_>, max: usize) -> Result<Vec<u8>, InspectError> {
    let table = BlockTable::read(method, fork)?;
    let mut out = Vec::new();
    for n in 0..table.n_blocks {
        if out.len() >= max {
            break;
        }
        let (start, end) =
            table.range(n).ok_or_else(|| damaged_image("expected a block of a compressed file, got none"))?;
        let len = end.checked_sub(start).map(|len| len as usize).filter(|&len| len <= MAX_COMPRESSED_BLOCK);
        let Some(len) = len else {
            let message = format!(
                "expected at most {} in a block of a compressed file, got more",
                Size(MAX_COMPRESSED_BLOCK as u64)
            );
            return Err(damaged_image(message));
        };
        let packed = fork(start, len)?;
        let unpacked = decompress_block(method, &packed, BLOCK_LEN)?;
        if unpacked.is_empty() {
            break;
        }
        out.extend_from_slice(&unpacked);
    }
    Ok(out)
}

/// Where the blocks of a resource fork are.
struct BlockTable {
    bytes: Vec<u8>,
    /// Added to the offsets in the table.
    base: u64,
    n_blocks: usize,
    /// Whether each block has an offset and a length, not just an offset.
    has_lengths: bool,
}

impl BlockTable {
    fn read(method: Method, fork: ReadFork<'_>) -> Result<Self, InspectError> {
        /// A file of 64 GiB has as many blocks.
        const MAX_TABLE: usize = 8 << 20;
        let head = fork(0, HEADER_LEN)?;
        let short = || damaged_image("expected a table of blocks of a compressed file, got less");
        if method == Method::Zlib {
            // The resource fork has one resource: its length, then the table.
            let start = u64::from(big_endian::u32_at(&head, 0).ok_or_else(short)?);
            let n_blocks = u32_at(&fork(start, 8)?, 4).ok_or_else(short)? as usize;
            let bytes = fork(start + 8, n_blocks.saturating_mul(8).min(MAX_TABLE))?;
            return Ok(Self { n_blocks: bytes.len() / 8, bytes, base: start + 4, has_lengths: true });
        }
        let len = u32_at(&head, 0).ok_or_else(short)? as usize;
        let bytes = fork(0, len.min(MAX_TABLE))?;
        Ok(Self { n_blocks: (bytes.len() / 4).saturating_sub(1), bytes, base: 0, has_lengths: false })
    }

    /// First byte and end of a block in the fork.
    fn range(&self, n: usize) -> Option<(u64, u64)> {
        let number = |at| u32_at(&self.bytes, at).map(u64::from);
        if self.has_lengths {
            let start = self.base + number(8 * n)?;
            return Some((start, start + number(8 * n + 4)?));
        }
        Some((number(4 * n)?, number(4 * n + 4)?))
    }
}

/// Decompresses a block.
fn decompress_block(method: Method, packed: &[u8], max: usize) -> Result<Vec<u8>, InspectError> {
    let (mark, rest) = packed.split_first().unwrap_or((&0, &[]));
    let is_raw = match method {
        Method::Raw => true,
        Method::Zlib => mark & 0x0f == 0x0f,
        Method::Lzvn => *mark == 0x06,
        Method::Lzfse => *mark == 0xff,
    };
    let raw = || rest.get(..max).unwrap_or(rest).to_vec();
    if is_raw {
        return Ok(raw());
    }
    Ok(match method {
        Method::Raw => raw(),
        Method::Zlib => codec::zlib(packed, max)?,
        Method::Lzvn => {
            lzvn::unpack(packed, max).ok_or_else(|| damaged_image("expected LZVN data, got less"))?
        }
        Method::Lzfse => codec::lzfse(packed, max)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `slipway `, 64 times, as Python's `zlib` packs it.
    const ZLIB: &[u8] = &[
        0x78, 0xda, 0x2b, 0xce, 0xc9, 0x2c, 0x28, 0x4f, 0xac, 0x54, 0x28, 0x1e, 0xa5, 0x47, 0x24, 0x0d, 0x00,
        0xf5, 0x96, 0xca, 0x41,
    ];

    fn attribute(kind: u32, size: u64, content: &[u8]) -> Vec<u8> {
        [b"fpmc", &kind.to_le_bytes()[..], &size.to_le_bytes(), content].concat()
    }

    fn check(attribute: &[u8], fork: &[u8], max: usize) -> Result<Vec<u8>, InspectError> {
        let mut read = |offset: u64, len: usize| {
            let start = (offset as usize).min(fork.len());
            Ok(fork[start..fork.len().min(start + len)].to_vec())
        };
        super::read(attribute, &mut read, max)
    }

    #[test]
    fn a_short_file_is_in_the_attribute() {
        let whole = b"slipway ".repeat(64);
        assert_eq!(check(&attribute(3, 512, ZLIB), b"", 1000), Ok(whole.clone()));
        assert_eq!(check(&attribute(3, 512, ZLIB), b"", 7), Ok(b"slipway".to_vec()));
        assert_eq!(check(&attribute(3, 3, b"\xffabc"), b"", 100), Ok(b"abc".to_vec()));
        assert_eq!(check(&attribute(9, 3, b"\xccabc"), b"", 100), Ok(b"abc".to_vec()));
        assert_eq!(check(&attribute(7, 3, b"\x06abc"), b"", 100), Ok(b"abc".to_vec()));
        assert_eq!(check(&attribute(7, 3, b"\xe3abc\x06\0\0\0\0\0\0\0"), b"", 100), Ok(b"abc".to_vec()));
        assert_eq!(check(&attribute(1, 3, b"abc"), b"", 100), Ok(b"abc".to_vec()));
    }

    #[test]
    fn a_long_file_is_in_blocks_of_the_resource_fork() {
        let head: &[u8] = &[0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let mut fork = head.to_vec();
        fork.resize(256, 0);
        fork.extend([0, 0, 0, 0, 2, 0, 0, 0, 20, 0, 0, 0, 21, 0, 0, 0, 41, 0, 0, 0, 4, 0, 0, 0]);
        fork.extend(ZLIB);
        fork.extend(b"\xffabc");
        let whole = [b"slipway ".repeat(64), b"abc".to_vec()].concat();
        assert_eq!(check(&attribute(4, 515, b""), &fork, 1000), Ok(whole));
        let fork = b"\x0c\0\0\0\x10\0\0\0\x12\0\0\0\x06abc\x06d";
        assert_eq!(check(&attribute(8, 4, b""), fork, 1000), Ok(b"abcd".to_vec()));
    }

    #[test]
    fn a_file_cut_anywhere_is_refused_or_shorter() {
        let whole = attribute(3, 512, ZLIB);
        for len in 0..whole.len() - 1 {
            assert!(check(&whole[..len], b"", 1000).is_err(), "{len}");
        }
        let fork = b"\x08\0\0\0\xff\xff\xff\xff\x06abc";
        assert!(check(&attribute(12, 1 << 40, b""), fork, 1000).is_err());
        assert!(check(&attribute(99, 1, b""), b"", 1000).is_err());
    }
}
