//! PNG pictures out of pixels.

#[cfg(feature = "deflate")]
use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::encoding::crc32::crc32;
use crate::image::png::SIGNATURE;

/// A picture of these pixels, four bytes each: red, green, blue, alpha. Without alpha if all pixels are opaque,
/// as in every icon for iPhones: a quarter less to sum up and to send.
pub(crate) fn encode(width: u32, height: u32, rgba: &[u8]) -> Vec<u8> {
    const RGB: u8 = 2;
    const RGBA: u8 = 6;
    let (pixels, _) = rgba.as_chunks::<4>();
    let is_opaque = pixels.iter().all(|[.., alpha]| *alpha == u8::MAX);
    let (color, lines) = if is_opaque {
        let mut rgb = vec![[0; 3]; pixels.len()];
        for (&[red, green, blue, _], place) in pixels.iter().zip(&mut rgb) {
            *place = [red, green, blue];
        }
        (RGB, filter_lines(width as usize * 3, rgb.as_flattened()))
    } else {
        (RGBA, filter_lines(width as usize * 4, rgba))
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, color, 0, 0, 0]].concat();
    let mut png = SIGNATURE.to_vec();
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &zlib_stream(&lines));
    chunk(&mut png, *b"IEND", &[]);
    png
}

/// A zlib stream of the data.
#[cfg(feature = "deflate")]
fn zlib_stream(data: &[u8]) -> Vec<u8> {
    /// A medium level: an icon takes 2 ms.
    const LEVEL: u8 = 6;
    compress_to_vec_zlib(data, LEVEL)
}

/// A zlib stream of the data as it is (RFC 1951, 3.2.4): such a build only shows the picture, and a compressor would
/// make the module larger.
#[cfg(any(test, not(feature = "deflate")))]
fn stored_zlib_stream(data: &[u8]) -> Vec<u8> {
    const MAX_BLOCK: usize = u16::MAX as usize;
    let mut out = Vec::with_capacity(data.len() + data.len() / MAX_BLOCK * 5 + 11);
    out.extend([0x78, 0x01]);
    let mut blocks = data.chunks(MAX_BLOCK).peekable();
    while let Some(block) = blocks.next() {
        let len = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(len.to_le_bytes());
        out.extend((!len).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend(adler32(data).to_be_bytes());
    out
}

#[cfg(not(feature = "deflate"))]
use stored_zlib_stream as zlib_stream;

/// The checksum of a zlib stream (RFC 1950, section 8.2).
#[cfg(any(test, not(feature = "deflate")))]
fn adler32(data: &[u8]) -> u32 {
    /// Bytes after which sums may not fit into 32 bits.
    const MAX_BYTES: usize = 5552;
    let (mut low, mut high) = (1_u32, 0_u32);
    for part in data.chunks(MAX_BYTES) {
        for byte in part {
            low += u32::from(*byte);
            high += low;
        }
        (low, high) = (low % 65_521, high % 65_521);
    }
    high << 16 | low
}

/// Each line of `len` bytes as its difference from the one above (filter 2), which packs icons well.
#[cfg(feature = "deflate")]
fn filter_lines(len: usize, pixels: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pixels.len() + pixels.len() / len.max(1));
    let zeros = vec![0; len];
    let mut above = zeros.as_slice();
    for line in pixels.chunks_exact(len.max(1)) {
        out.push(2);
        out.extend(line.iter().zip(above).map(|(byte, above)| byte.wrapping_sub(*above)));
        above = line;
    }
    out
}

/// Each line of `len` bytes as it is (filter 0): what is not packed gains nothing by another.
#[cfg(not(feature = "deflate"))]
fn filter_lines(len: usize, pixels: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pixels.len() + pixels.len() / len.max(1));
    for line in pixels.chunks_exact(len.max(1)) {
        out.push(0);
        out.extend_from_slice(line);
    }
    out
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    png.reserve(data.len() + 12);
    png.extend((data.len() as u32).to_be_bytes());
    let from = png.len();
    png.extend(kind);
    png.extend_from_slice(data);
    let sum = crc32(png.get(from..).unwrap_or_default());
    png.extend(sum.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use miniz_oxide::inflate::decompress_to_vec_zlib;

    use super::*;

    #[test]
    fn what_is_stored_is_what_was_given() {
        for len in [1, 65_535, 65_536, 200_000] {
            let data: Vec<u8> = (0..len).map(|at| (at % 251) as u8).collect();
            assert!(
                decompress_to_vec_zlib(&stored_zlib_stream(&data)).is_ok_and(|unpacked| unpacked == data),
                "{len}"
            );
        }
    }

    #[test]
    fn the_sum_is_that_of_the_specification() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
    }
}
