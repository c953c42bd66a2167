//! Icons of Mac apps: an `.icns` file has several pictures.
//!
//! Sources: the types and encodings that macOS writes, as libicns and Wikipedia's "Apple Icon Image format" describe
//! them. Pictures in JPEG 2000 are skipped: browsers cannot show them.

use crate::Icon;
use crate::encoding::bytes::u32_at;
use crate::image::png;

/// Pictures of a file that are looked at. Real files have up to 20.
const MAX_PICTURES: usize = 100;

/// Why bytes have no icon that can be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IcnsError {
    #[error("expected an ICNS file, got something else")]
    NoIcns,
    #[error("expected a picture as PNG or packed pixels in the ICNS file, got none")]
    NoPicture,
}

/// The best picture in a file, or in its first bytes: the biggest up to 512 pixels.
pub(crate) fn icon(bytes: &[u8]) -> Result<Icon, IcnsError> {
    if !bytes.starts_with(b"icns") {
        return Err(IcnsError::NoIcns);
    }
    let pictures: Vec<(&[u8; 4], &[u8])> = pictures(bytes).collect();
    let mut icons: Vec<Icon> = pictures
        .iter()
        .filter(|(_, data)| data.starts_with(b"\x89PNG"))
        .filter_map(|(_, data)| png::icon(data.to_vec()).ok())
        .collect();
    if icons.is_empty() {
        icons.extend(pictures.iter().filter_map(|&(kind, data)| decode_pixels(kind, data, &pictures)));
    }
    // A larger picture only takes more bytes: it is preferred to pictures of less than 128 pixels only.
    let rank = |icon: &Icon| match icon.width.unwrap_or(0) {
        width @ ..=512 => width,
        _ => 127,
    };
    icons.into_iter().max_by_key(rank).ok_or(IcnsError::NoPicture)
}

/// The type and the data of each picture, up to one that is cut short.
fn pictures(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes.get(8..).unwrap_or_default();
    let next = move || {
        let kind = rest.first_chunk::<4>()?;
        let len = u32_at(rest, 4)?.swap_bytes() as usize;
        let data = rest.get(8..len)?;
        rest = rest.get(len..)?;
        Some((kind, data))
    };
    std::iter::from_fn(next).take(MAX_PICTURES)
}

/// A picture of run-length encoded pixels as PNG. Its alpha channel is in the mask picture of the same size.
fn decode_pixels(kind: &[u8; 4], data: &[u8], pictures: &[(&[u8; 4], &[u8])]) -> Option<Icon> {
    let (edge, mask): (u32, Option<&[u8; 4]>) = match kind {
        b"is32" => (16, Some(b"s8mk")),
        b"il32" => (32, Some(b"l8mk")),
        b"ih32" => (48, Some(b"h8mk")),
        b"it32" => (128, Some(b"t8mk")),
        b"ic04" => (16, None),
        b"ic05" => (32, None),
        b"icsb" => (18, None),
        b"icsB" => (36, None),
        _ => return None,
    };
    let n_pixels = (edge * edge) as usize;
    // The largest begins with four unused bytes.
    let data = if kind == b"it32" { data.get(4..)? } else { data };
    let (alpha, colors) = match mask {
        Some(mask) => {
            let alpha = pictures.iter().find(|(kind, _)| *kind == mask).map(|(_, alpha)| *alpha);
            let alpha = alpha.filter(|alpha| alpha.len() >= n_pixels).map(<[u8]>::to_vec);
            // Without run-length encoding a pixel has four bytes, the first of them unused.
            let colors = match data.as_chunks::<4>() {
                (pixels, []) if pixels.len() == n_pixels => planes(pixels),
                _ => unpack(data, n_pixels * 3)?,
            };
            (alpha.unwrap_or_else(|| vec![255; n_pixels]), colors)
        }
        None => {
            let mut planes = unpack(data.strip_prefix(b"ARGB")?, n_pixels * 4)?;
            let colors = planes.split_off(n_pixels);
            (planes, colors)
        }
    };
    let (red, others) = colors.split_at_checked(n_pixels)?;
    let (green, blue) = others.split_at_checked(n_pixels)?;
    let pixels = red.iter().zip(green).zip(blue).zip(&alpha);
    let rgba: Vec<u8> =
        pixels.flat_map(|(((&red, &green), &blue), &alpha)| [red, green, blue, alpha]).collect();
    let bytes = png::encode(edge, edge, &rgba);
    Some(Icon { media_type: "image/png".to_owned(), width: Some(edge), height: Some(edge), bytes })
}

fn planes(pixels: &[[u8; 4]]) -> Vec<u8> {
    (1..4).flat_map(|channel| pixels.iter().map(move |pixel| pixel[channel])).collect()
}

/// Decodes runs: a control byte below 128 is followed by one more literals than it says; else the next byte is repeated
/// 125 times less than it says.
fn unpack(mut data: &[u8], expected: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(expected);
    while out.len() < expected {
        let (&control, rest) = data.split_first()?;
        if control < 128 {
            let (literal, rest) = rest.split_at_checked(usize::from(control) + 1)?;
            out.extend_from_slice(literal);
            data = rest;
        } else {
            let (&byte, rest) = rest.split_first()?;
            out.resize(out.len() + usize::from(control) - 125, byte);
            data = rest;
        }
    }
    out.truncate(expected);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(pictures: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut bytes = b"icns\0\0\0\0".to_vec();
        for (kind, data) in pictures {
            bytes.extend_from_slice(*kind);
            bytes.extend((data.len() as u32 + 8).to_be_bytes());
            bytes.extend_from_slice(data);
        }
        bytes
    }

    /// One byte repeated `count` times, encoded.
    fn run(byte: u8, count: usize) -> Vec<u8> {
        assert!(count.is_multiple_of(128));
        [253, byte].repeat(count / 128)
    }

    fn size(bytes: &[u8]) -> Result<Option<u32>, IcnsError> {
        icon(bytes).map(|icon| icon.width)
    }

    #[test]
    fn the_biggest_picture_up_to_512_pixels_is_taken() {
        let [small, clear, large, huge] = [64, 128, 512, 1024]
            .map(|edge: u32| png::encode(edge, edge, &vec![9; (edge * edge * 4) as usize]));
        assert_eq!(size(&file(&[(b"ic12", &small), (b"ic09", &large), (b"ic10", &huge)])), Ok(Some(512)));
        assert_eq!(size(&file(&[(b"ic10", &huge), (b"ic12", &small)])), Ok(Some(1024)));
        assert_eq!(size(&file(&[(b"ic10", &huge), (b"ic07", &clear)])), Ok(Some(128)));
        assert_eq!(
            size(&file(&[(b"TOC ", &[0; 8]), (b"ic08", b"\0\0\0\x0cjP  "), (b"ic12", &small)])),
            Ok(Some(64))
        );
    }

    #[test]
    fn encoded_pixels_become_a_picture() {
        let colors = [run(1, 256), run(2, 256), run(3, 256)].concat();
        let expected = png::encode(16, 16, &[1, 2, 3, 4].repeat(256));
        let masked = icon(&file(&[(b"is32", &colors), (b"s8mk", &[4; 256])]));
        assert!(masked.is_ok_and(|icon| icon.bytes == expected));
        let argb = [b"ARGB".to_vec(), run(4, 256), colors].concat();
        assert!(icon(&file(&[(b"ic04", &argb)])).is_ok_and(|icon| icon.bytes == expected));
        let raw = [0, 1, 2, 3].repeat(256);
        let opaque = png::encode(16, 16, &[1, 2, 3, 255].repeat(256));
        assert!(icon(&file(&[(b"is32", &raw)])).is_ok_and(|icon| icon.bytes == opaque));
    }

    #[test]
    fn a_file_cut_or_without_pictures_is_refused_and_never_panics() {
        let whole = file(&[(b"is32", &run(1, 768)), (b"s8mk", &[4; 256])]);
        for len in 0..28 {
            assert!(icon(&whole[..len]).is_err(), "{len}");
        }
        for at in 0..whole.len() {
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] = byte;
                let _ = icon(&changed);
            }
        }
        assert_eq!(icon(b"png"), Err(IcnsError::NoIcns));
        assert_eq!(icon(&file(&[(b"it32", &[0; 4])])), Err(IcnsError::NoPicture));
        assert_eq!(unpack(&[0x7f, 1], 3), None);
    }
}
