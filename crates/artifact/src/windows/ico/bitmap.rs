//! Bitmaps in icons: pixels from the bottom row up, then a mask of the transparent ones.

use crate::encoding::bytes::{u16_at, u32_at};
use crate::windows::ico::IcoError;

/// Pixels on a side: icons have at most 256.
const MAX_SIDE: u32 = 1024;

/// Width, height and the pixels from the top row down: red, green, blue, alpha.
pub(super) fn rgba(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), IcoError> {
    let bitmap = Bitmap::parse(bytes).ok_or(IcoError::CutShort)?;
    let (width, height) = (bitmap.width, bitmap.height);
    if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) || bitmap.is_compressed {
        return Err(IcoError::UnknownBitmap);
    }
    if !matches!(bitmap.bits, 1 | 4 | 8 | 24 | 32) {
        return Err(IcoError::UnknownBitmap);
    }
    let mut rgba = Vec::with_capacity((width * height * 4) as usize);
    for y in (0..height).rev() {
        for x in 0..width {
            rgba.extend(bitmap.pixel(x, y).ok_or(IcoError::CutShort)?);
        }
    }
    // Before Windows XP the fourth byte of a pixel was unused, and only the mask counted.
    let has_alpha = bitmap.bits == 32 && rgba.chunks_exact(4).any(|pixel| pixel[3] != 0);
    if !has_alpha {
        let rows = (0..height).rev().flat_map(|y| (0..width).map(move |x| (x, y)));
        for (pixel, (x, y)) in rgba.chunks_exact_mut(4).zip(rows) {
            pixel[3] = if bitmap.is_masked(x, y) { 0 } else { 255 };
        }
    }
    Ok((width, height, rgba))
}

struct Bitmap<'a> {
    width: u32,
    height: u32,
    bits: u32,
    is_compressed: bool,
    /// Colours of four bytes each: blue, green, red, unused.
    palette: &'a [u8],
    /// Pixels, then the mask.
    rows: &'a [u8],
}

impl<'a> Bitmap<'a> {
    /// `BITMAPINFOHEADER`; its height counts the mask too.
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let header_len = u32_at(bytes, 0)?.max(40) as usize;
        let (width, height) = (u32_at(bytes, 4)?, u32_at(bytes, 8)? / 2);
        let bits = u32::from(u16_at(bytes, 14)?);
        let n_colors = match u32_at(bytes, 32)? {
            _ if bits > 8 => 0,
            0 => 1 << bits,
            stated => stated.min(256) as usize,
        };
        let palette = bytes.get(header_len..header_len.checked_add(n_colors * 4)?)?;
        let rows = bytes.get(header_len + n_colors * 4..)?;
        Some(Self { width, height, bits, is_compressed: u32_at(bytes, 16)? != 0, palette, rows })
    }

    /// Bytes of a row: a multiple of four.
    fn row_len(&self, bits: u32) -> usize {
        (self.width * bits).div_ceil(32) as usize * 4
    }

    fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        let row = self.rows.get(y as usize * self.row_len(self.bits)..)?;
        let at = (x * self.bits / 8) as usize;
        match self.bits {
            32 => row.get(at..)?.first_chunk().map(|&[blue, green, red, alpha]| [red, green, blue, alpha]),
            24 => row.get(at..)?.first_chunk().map(|&[blue, green, red]| [red, green, blue, 255]),
            bits => {
                let shift = 8 - bits - x * bits % 8;
                let color = (u32::from(*row.get(at)?) >> shift) & ((1 << bits) - 1);
                let color = self.palette.get(color as usize * 4..)?.first_chunk();
                color.map(|&[blue, green, red]| [red, green, blue, 255])
            }
        }
    }

    /// Whether a pixel is transparent by the mask. Without a mask all are opaque.
    fn is_masked(&self, x: u32, y: u32) -> bool {
        let mask_at = self.height as usize * self.row_len(self.bits);
        let at = mask_at + y as usize * self.row_len(1) + (x / 8) as usize;
        self.rows.get(at).is_some_and(|byte| byte >> (7 - x % 8) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(side: u32, bits: u16) -> Vec<u8> {
        let mut bytes = [40, side, side * 2].map(u32::to_le_bytes).concat();
        bytes.extend([1, bits].map(u16::to_le_bytes).concat());
        bytes.extend([0; 24]);
        bytes
    }

    #[test]
    fn rows_come_from_the_bottom_and_colours_from_blue() {
        let pixels = [[1, 2, 3, 255], [4, 5, 6, 128], [7, 8, 9, 255], [10, 11, 12, 0]].concat();
        let bytes = [header(2, 32), pixels, vec![0; 8]].concat();
        let expected = [[9, 8, 7, 255], [12, 11, 10, 0], [3, 2, 1, 255], [6, 5, 4, 128]].concat();
        assert_eq!(rgba(&bytes), Ok((2, 2, expected)));
    }

    #[test]
    fn a_mask_makes_pixels_transparent_where_there_is_no_alpha() {
        let palette = [[0, 0, 0, 0], [30, 20, 10, 0]].concat();
        let (pixels, mask) =
            ([[0b0100_0000, 0, 0, 0], [0b1000_0000, 0, 0, 0]], [[0b0100_0000, 0, 0, 0], [0; 4]]);
        let bytes = [header(2, 1), [palette, vec![0; 0]].concat(), pixels.concat(), mask.concat()].concat();
        let mut two_colours = bytes.clone();
        two_colours[32] = 2;
        let expected = [[10, 20, 30, 255], [0, 0, 0, 255], [0, 0, 0, 255], [10, 20, 30, 0]].concat();
        assert_eq!(rgba(&two_colours), Ok((2, 2, expected)));
    }

    #[test]
    fn a_bitmap_cut_or_of_another_kind_is_an_error() {
        let whole = [header(2, 24), vec![0; 16]].concat();
        assert!(rgba(&whole).is_ok());
        for len in 0..whole.len() - 2 {
            assert!(rgba(&whole[..len]).is_err(), "{len}");
        }
        assert_eq!(rgba(&[header(2, 16), vec![0; 16]].concat()), Err(IcoError::UnknownBitmap));
        assert_eq!(rgba(&[header(1 << 20, 32), vec![0; 16]].concat()), Err(IcoError::UnknownBitmap));
    }
}
