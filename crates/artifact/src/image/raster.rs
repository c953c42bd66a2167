//! What a picture made of pixels says about itself in its first bytes.

use crate::encoding::bytes::u16_at;

/// The kinds of picture that every browser shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    /// `image/png`, `image/webp` or `image/jpeg`.
    pub(crate) media_type: &'static str,
    /// In pixels, never 0.
    pub(crate) width: u32,
    /// In pixels, never 0.
    pub(crate) height: u32,
}

impl Raster {
    /// Pixels of a side at the most: a larger picture costs a browser more memory than an icon is worth.
    pub(crate) const MAX_SIDE: u32 = 4096;

    /// Reads the head of a picture, or `None` if it is none of these kinds or has an absurd size.
    pub(crate) fn measure(bytes: &[u8]) -> Option<Self> {
        let (media_type, (width, height)) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            ("image/png", png(bytes)?)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            ("image/webp", webp(bytes)?)
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            ("image/jpeg", jpeg(bytes)?)
        } else {
            return None;
        };
        let sides = 1..=Self::MAX_SIDE;
        (sides.contains(&width) && sides.contains(&height)).then_some(Self { media_type, width, height })
    }
}

/// Source: PNG specification, section 11.2.1: the first chunk is the header.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let chunk = bytes.get(12..24).filter(|chunk| chunk.starts_with(b"IHDR"))?;
    let side =
        |at: usize| chunk.get(at..).and_then(|rest| rest.first_chunk()).copied().map(u32::from_be_bytes);
    Some((side(4)?, side(8)?))
}

/// Source: RFC 9649, sections 2.5 to 2.7.
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    let data = bytes.get(20..)?;
    let u24 = |at: usize| Some(u32::from(u16_at(data, at)?) | u32::from(*data.get(at + 2)?) << 16);
    match bytes.get(12..16)? {
        b"VP8X" => Some((u24(4)? + 1, u24(7)? + 1)),
        b"VP8L" if data.first() == Some(&0x2f) => {
            let bits = crate::encoding::bytes::u32_at(data, 1)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8 " if data.get(3..6) == Some(b"\x9d\x01\x2a") => {
            Some((u32::from(u16_at(data, 6)? & 0x3fff), u32::from(u16_at(data, 8)? & 0x3fff)))
        }
        _ => None,
    }
}

/// Source: ITU T.81, annex B: segments up to the frame header.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.get(2..)?;
    loop {
        let (marker, segment) = match rest {
            [0xff, 0xff, ..] => {
                rest = rest.get(1..)?;
                continue;
            }
            [0xff, marker, segment @ ..] => (*marker, segment),
            _ => return None,
        };
        let be = |at: usize| {
            segment.get(at..).and_then(|rest| rest.first_chunk()).copied().map(u16::from_be_bytes)
        };
        match marker {
            // A frame header; C4, C8 and CC are tables.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((be(5)?.into(), be(3)?.into()));
            }
            0x01 | 0xd0..=0xd8 => rest = segment,
            0xd9 | 0xda => return None,
            _ => rest = segment.get(usize::from(be(0)?).max(2)..)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
        Raster::measure(bytes).map(|raster| (raster.media_type, raster.width, raster.height))
    }

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        [&b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"[..], &width.to_be_bytes(), &height.to_be_bytes()].concat()
    }

    #[test]
    fn each_kind_says_its_size() {
        assert_eq!(measured(&png_of(192, 96)), Some(("image/png", 192, 96)));
        let extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xbf\0\0\x5f\0\0";
        assert_eq!(measured(extended), Some(("image/webp", 192, 96)));
        let lossless = b"RIFF\0\0\0\0WEBPVP8L\x0a\0\0\0\x2f\xbf\xc0\x17\x00";
        assert_eq!(measured(lossless), Some(("image/webp", 192, 96)));
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\xc0\0\x60\0";
        assert_eq!(measured(lossy), Some(("image/webp", 192, 96)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc4\0\x02\xff\xc2\0\x0b\x08\0\x60\0\xc0\x01";
        assert_eq!(measured(jpeg), Some(("image/jpeg", 192, 96)));
    }

    #[test]
    fn absurd_sizes_and_other_files_are_none() {
        assert_eq!(measured(&png_of(0, 1)), None);
        assert_eq!(measured(&png_of(1, u32::MAX)), None);
        for other in
            [&b""[..], b"GIF89a", b"<svg/>", b"\x03\0\x08\0", b"\xff\xd8\xff\xd9", b"RIFF1234WEBPVP8?"]
        {
            assert_eq!(measured(other), None);
        }
    }

    #[test]
    fn a_picture_cut_anywhere_is_no_panic() {
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x0b\x08\0\x60\0\xc0\x01";
        for whole in [&png_of(1, 1)[..], jpeg, b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xbf\0\0\x5f\0\0"] {
            for len in 0..whole.len() - 1 {
                let _ = measured(&whole[..len]);
            }
        }
    }
}
