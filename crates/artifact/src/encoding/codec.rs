//! Decompression of whole byte strings, with a limit on the output.
//!
//! Only disk images and installers for the Mac need these codecs: builds without the feature `mac-installers` leave
//! them out. Zip entries are inflated in `container/zip`.

use std::io::Read;

use lzfse_rust::LzfseRingDecoder;
use lzma_rust2::{LzmaReader, XzReader};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

use crate::report::quantity::Size;
use crate::{InspectError, Refusal, RefusalCode};

/// Why compressed bytes cannot be decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CodecError {
    /// The output would be longer than the caller allows.
    #[error("expected at most {} of {codec} data, got more", Size(*limit as u64))]
    TooLong { codec: &'static str, limit: usize },
    /// The data breaks the codec's rules, or ends early.
    #[error("expected {codec} data, got something else or only a part")]
    Damaged { codec: &'static str },
}

impl From<CodecError> for InspectError {
    fn from(error: CodecError) -> Self {
        let message = error.to_string();
        match error {
            CodecError::TooLong { .. } => {
                let fix = "check that the file is the package that was built: packages do not usually unpack to so much";
                Refusal::new(RefusalCode::TooLarge, message, fix).into()
            }
            CodecError::Damaged { .. } => Refusal::corrupt(message).into(),
        }
    }
}

/// Decompresses a zlib stream (RFC 1950). Bytes after its end are ignored.
pub(crate) fn zlib(packed: &[u8], max_out: usize) -> Result<Vec<u8>, CodecError> {
    decompress_to_vec_zlib_with_limit(packed, max_out).map_err(|failure| match failure.status {
        TINFLStatus::HasMoreOutput => CodecError::TooLong { codec: "zlib", limit: max_out },
        _ => CodecError::Damaged { codec: "zlib" },
    })
}

/// Memory of an LZMA dictionary and its tables in KiB: 72 MiB. `xz -9` needs 64 MiB.
///
/// The dictionary's size is four bytes of the stream's header, and the decoder allocates it before it reads any data.
/// Without this limit a stream of 30 bytes could ask for 4 GiB.
const MAX_LZMA_KIB: u32 = 72 << 10;

/// Decompresses the first bzip2 stream.
pub(crate) fn bzip2(packed: &[u8], max_out: usize) -> Result<Vec<u8>, CodecError> {
    read_at_most(bzip2::bufread::BzDecoder::new(packed), "bzip2", max_out)
}

/// Decompresses the first stream of an xz file.
pub(crate) fn xz(packed: &[u8], max_out: usize) -> Result<Vec<u8>, CodecError> {
    read_at_most(XzReader::new_mem_limit(packed, false, MAX_LZMA_KIB), "xz", max_out)
}

/// Decompresses an LZMA stream with the header of a `.lzma` file.
pub(crate) fn lzma(packed: &[u8], max_out: usize) -> Result<Vec<u8>, CodecError> {
    let reader = LzmaReader::new_mem_limit(packed, MAX_LZMA_KIB, None);
    read_at_most(reader.map_err(|_| CodecError::Damaged { codec: "lzma" })?, "lzma", max_out)
}

/// Decompresses LZFSE blocks, LZVN ones among them, up to the end-of-stream block.
pub(crate) fn lzfse(packed: &[u8], max_out: usize) -> Result<Vec<u8>, CodecError> {
    read_at_most(LzfseRingDecoder::default().reader_bytes(packed), "lzfse", max_out)
}

/// Reads at most one byte more than allowed. If that byte comes, the output is too long.
///
/// A few kilobytes of bzip2 or LZMA can stand for gigabytes. The limit must hold while the decoder runs: a check of the
/// finished output would come after the memory was used up.
fn read_at_most(reader: impl Read, codec: &'static str, max_out: usize) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::new();
    let limit = (max_out as u64).saturating_add(1);
    reader.take(limit).read_to_end(&mut out).map_err(|_| CodecError::Damaged { codec })?;
    if out.len() > max_out {
        return Err(CodecError::TooLong { codec, limit: max_out });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Unpack = fn(&[u8], usize) -> Result<Vec<u8>, CodecError>;

    /// `slipway `, 64 times, as Python's `zlib`, `bz2` and `lzma` pack it.
    const ZLIB: &[u8] = &[
        0x78, 0xda, 0x2b, 0xce, 0xc9, 0x2c, 0x28, 0x4f, 0xac, 0x54, 0x28, 0x1e, 0xa5, 0x47, 0x24, 0x0d, 0x00,
        0xf5, 0x96, 0xca, 0x41,
    ];
    const BZIP2: &[u8] = &[
        0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0xa7, 0x7d, 0x43, 0x31, 0x00, 0x00, 0xbf,
        0x91, 0x80, 0x40, 0x00, 0x20, 0x24, 0x48, 0xa0, 0x20, 0x00, 0x50, 0x86, 0x04, 0x05, 0x54, 0xd3, 0x13,
        0xd4, 0x80, 0x40, 0x34, 0x08, 0x07, 0x80, 0xd0, 0x20, 0x10, 0x0f, 0x8b, 0xb9, 0x22, 0x9c, 0x28, 0x48,
        0x53, 0xbe, 0xa1, 0x98, 0x80,
    ];
    const XZ: &[u8] = &[
        0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x01, 0x69, 0x22, 0xde, 0x36, 0x02, 0x00, 0x21, 0x01, 0x16,
        0x00, 0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3, 0xe0, 0x01, 0xff, 0x00, 0x10, 0x5d, 0x00, 0x39, 0x9b, 0x09,
        0x61, 0xf3, 0xf8, 0x81, 0xd8, 0x8c, 0xa1, 0x9f, 0x39, 0x8e, 0x8d, 0x98, 0x00, 0x00, 0x15, 0x80, 0x29,
        0xc9, 0x00, 0x01, 0x28, 0x80, 0x04, 0x00, 0x00, 0x00, 0x43, 0x74, 0x2e, 0x16, 0x3e, 0x30, 0x0d, 0x8b,
        0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x59, 0x5a,
    ];
    const LZMA: &[u8] = &[
        0x5d, 0x00, 0x00, 0x80, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x39, 0x9b, 0x09,
        0x61, 0xf3, 0xf8, 0x81, 0xd8, 0x8c, 0xa1, 0x9f, 0x39, 0x8f, 0x50, 0xf1, 0x77, 0xff, 0xff, 0xa4, 0x28,
        0x00, 0x00,
    ];

    fn packed() -> [(Unpack, Vec<u8>); 5] {
        let mut lzfse_packed = Vec::new();
        assert!(lzfse_rust::encode_bytes(plain().as_bytes(), &mut lzfse_packed).is_ok());
        [
            (zlib, ZLIB.to_vec()),
            (bzip2, BZIP2.to_vec()),
            (xz, XZ.to_vec()),
            (lzma, LZMA.to_vec()),
            (lzfse, lzfse_packed),
        ]
    }

    fn plain() -> String {
        "slipway ".repeat(64)
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        for (unpack, packed) in packed() {
            assert_eq!(unpack(&packed, 512), Ok(plain().into_bytes()));
        }
    }

    #[test]
    fn one_byte_too_many_is_refused() {
        for (unpack, packed) in packed() {
            assert!(matches!(unpack(&packed, 511), Err(CodecError::TooLong { limit: 511, .. })));
            assert!(matches!(unpack(&packed, 0), Err(CodecError::TooLong { limit: 0, .. })));
        }
    }

    #[test]
    fn data_cut_anywhere_is_refused_or_whole() {
        for (unpack, packed) in packed() {
            for cut in 0..packed.len() {
                let unpacked = unpack(&packed[..cut], 512);
                assert!(unpacked.is_err() || unpacked == Ok(plain().into_bytes()), "{cut}: {unpacked:?}");
            }
        }
    }

    #[test]
    fn a_dictionary_of_4_gib_is_refused() {
        let mut packed = LZMA.to_vec();
        packed[1..5].fill(0xff);
        assert_eq!(lzma(&packed, 512), Err(CodecError::Damaged { codec: "lzma" }));
    }

    #[test]
    fn a_flipped_bit_never_makes_more_than_the_limit() {
        for (unpack, packed) in packed() {
            for at in 0..packed.len() {
                for bit in 0..8 {
                    let mut packed = packed.clone();
                    packed[at] ^= 1 << bit;
                    assert!(unpack(&packed, 600).map_or(0, |out| out.len()) <= 600);
                }
            }
        }
    }
}
