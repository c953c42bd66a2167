//! PNG pictures out of pixels.

use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::crc32::crc32;
use crate::png::SIGNATURE;

/// A picture of these pixels, four bytes each: red, green, blue, alpha.
pub(crate) fn encode(width: u32, height: u32, rgba: &[u8]) -> Vec<u8> {
    /// Middling: an icon takes 2 ms.
    const LEVEL: u8 = 6;
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    let mut png = SIGNATURE.to_vec();
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &compress_to_vec_zlib(&filtered(width, rgba), LEVEL));
    chunk(&mut png, *b"IEND", &[]);
    png
}

/// Each line as its difference from the one above (filter 2), which packs icons well.
fn filtered(width: u32, rgba: &[u8]) -> Vec<u8> {
    let len = width as usize * 4;
    let mut out = Vec::with_capacity(rgba.len() + rgba.len() / len.max(1));
    let zeros = vec![0; len];
    let mut above = zeros.as_slice();
    for line in rgba.chunks_exact(len.max(1)) {
        out.push(2);
        out.extend(line.iter().zip(above).map(|(byte, above)| byte.wrapping_sub(*above)));
        above = line;
    }
    out
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    let from = png.len();
    png.extend(kind);
    png.extend(data);
    let sum = crc32(png.get(from..).unwrap_or_default());
    png.extend(sum.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_that_of_the_specification() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
    }
}
