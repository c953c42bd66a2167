//! PNG pictures, and the form that Xcode gives them for iPhones: `CgBI`, which browsers cannot show.
//!
//! Sources: the PNG specification (W3C, third edition), and the description of `CgBI` at iphonedev.wiki: a chunk
//! `CgBI` before all others, data deflated without zlib's header and sum, blue before red, and colours
//! multiplied by alpha.

mod decode;
mod encode;

pub(crate) use encode::encode;

use crate::Icon;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Pixels of a picture's edge at the most.
const MAX_EDGE: u32 = 2048;

/// Chunks of a picture that are looked at.
const MAX_CHUNKS: usize = 10_000;

/// Why bytes cannot be shown as a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PngError {
    #[error("expected a PNG picture, got something else")]
    NoPng,
    #[error("expected a whole PNG picture, got damaged data")]
    Damaged,
    #[error("expected a picture of at most {MAX_EDGE} x {MAX_EDGE} pixels, got {width} x {height}")]
    TooLarge { width: u32, height: u32 },
    #[error(
        "expected colour type 2 or 6 with 8 bits in a PNG for iPhones, got type {color} with {depth} bits"
    )]
    Colors { color: u8, depth: u8 },
}

/// `IHDR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    width: u32,
    height: u32,
    depth: u8,
    color: u8,
    is_interlaced: bool,
}

/// An icon of a PNG picture: as it is, or in the ordinary form if it is in that for iPhones.
pub(crate) fn icon(bytes: Vec<u8>) -> Result<Icon, PngError> {
    if !bytes.starts_with(SIGNATURE) {
        return Err(PngError::NoPng);
    }
    let (mut header, mut is_for_iphone) = (None, false);
    // Both come first.
    for (kind, data) in chunks(&bytes).take(2) {
        match kind {
            b"CgBI" => is_for_iphone = true,
            b"IHDR" => header = parse_header(data),
            _ => {}
        }
    }
    let header = header.ok_or(PngError::Damaged)?;
    let Header { width, height, .. } = header;
    if width == 0 || height == 0 {
        return Err(PngError::Damaged);
    }
    if width > MAX_EDGE || height > MAX_EDGE {
        return Err(PngError::TooLarge { width, height });
    }
    let bytes = if is_for_iphone { encode(width, height, &decode::rgba(&bytes, header)?) } else { bytes };
    Ok(Icon { media_type: "image/png".to_owned(), width: Some(width), height: Some(height), bytes })
}

/// The kind and the data of each chunk. One that is cut short ends the picture.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes.get(SIGNATURE.len()..).unwrap_or_default();
    let next = move || {
        let len = u32::from_be_bytes(*rest.first_chunk()?) as usize;
        let kind = rest.get(4..)?.first_chunk()?;
        let end = len.checked_add(8)?;
        let data = rest.get(8..end)?;
        // A sum of 4 bytes, which need not be there at the very end.
        rest = rest.get(end.saturating_add(4)..).unwrap_or_default();
        Some((kind, data))
    };
    std::iter::from_fn(next).take(MAX_CHUNKS)
}

fn parse_header(data: &[u8]) -> Option<Header> {
    let &[depth, color, _, _, interlace] = data.get(8..)?.first_chunk::<5>()?;
    Some(Header {
        width: u32::from_be_bytes(*data.first_chunk()?),
        height: u32::from_be_bytes(*data.get(4..)?.first_chunk()?),
        depth,
        color,
        is_interlaced: interlace != 0,
    })
}

#[cfg(test)]
mod tests;
