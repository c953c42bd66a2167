//! Windows icons: one picture in several sizes, in an `.ico` file or in the resources of a program.
//!
//! Source: Microsoft's "Icons" (the resource formats `ICONDIR` and `GRPICONDIR`) and "Bitmap Storage".

mod bitmap;

use crate::encoding::bytes::{u16_at, u32_at};
use crate::image::png::{self, PngError};
use crate::windows::pe;
use crate::{Icon, InspectError, Refusal};

/// Pictures of an icon that are looked at.
const MAX_PICTURES: usize = 64;

/// Why an icon has no picture to show.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IcoError {
    #[error("expected an icon or a program with one, got something else")]
    NoIcon,
    #[error("expected a picture of the icon to be whole, got a part of it")]
    CutShort,
    #[error("expected a bitmap of 1, 4, 8, 24 or 32 bits without compression, got another kind")]
    UnknownBitmap,
    #[error(transparent)]
    Png(#[from] PngError),
}

impl From<IcoError> for InspectError {
    fn from(error: IcoError) -> Self {
        Refusal::corrupt(error.to_string()).into()
    }
}

/// The largest picture of an icon file, or of the first icon in a program.
pub(crate) fn icon(bytes: &[u8]) -> Result<Icon, IcoError> {
    if bytes.starts_with(b"MZ") {
        return from_program(bytes);
    }
    let entries = entries(bytes, 16).ok_or(IcoError::NoIcon)?;
    let largest = entries.into_iter().max_by_key(IconDirEntry::rank).ok_or(IcoError::NoIcon)?;
    let (len, offset) = (u32_at(largest.location, 0), u32_at(largest.location, 4));
    let picture = len
        .zip(offset)
        .and_then(|(len, offset)| bytes.get(offset as usize..(offset as usize).saturating_add(len as usize)));
    picture_icon(picture.ok_or(IcoError::CutShort)?)
}

/// In a program the list of pictures is one resource, and each picture another.
fn from_program(bytes: &[u8]) -> Result<Icon, IcoError> {
    const PICTURE: u32 = 3;
    const GROUP: u32 = 14;
    let group = pe::resource(bytes, GROUP, None).ok_or(IcoError::NoIcon)?;
    let entries = entries(group, 14).ok_or(IcoError::NoIcon)?;
    let largest = entries.into_iter().max_by_key(IconDirEntry::rank).ok_or(IcoError::NoIcon)?;
    let id = u16_at(largest.location, 4).ok_or(IcoError::CutShort)?;
    picture_icon(pe::resource(bytes, PICTURE, Some(id.into())).ok_or(IcoError::CutShort)?)
}

/// An entry of the list (`ICONDIRENTRY`, `GRPICONDIRENTRY`).
struct IconDirEntry<'a> {
    width: u32,
    bits: u16,
    /// The length of the picture, then its offset or the id of its resource.
    location: &'a [u8],
}

impl IconDirEntry<'_> {
    fn rank(&self) -> (u32, u16) {
        (self.width, self.bits)
    }
}

fn entries(bytes: &[u8], entry_len: usize) -> Option<Vec<IconDirEntry<'_>>> {
    const ICON: u16 = 1;
    let (reserved, kind, n_pictures) = (u16_at(bytes, 0)?, u16_at(bytes, 2)?, u16_at(bytes, 4)?);
    if (reserved, kind) != (0, ICON) {
        return None;
    }
    let entries = bytes.get(6..)?.chunks_exact(entry_len).take(usize::from(n_pictures).min(MAX_PICTURES));
    let entry = |entry: &'_ [u8]| -> Option<(u32, u16)> {
        // A width of 256 is stored as 0.
        let width = entry.first().map(|&width| if width == 0 { 256 } else { u32::from(width) })?;
        Some((width, u16_at(entry, 6)?))
    };
    Some(
        entries
            .filter_map(|bytes| {
                let (width, bits) = entry(bytes)?;
                Some(IconDirEntry { width, bits, location: bytes.get(8..)? })
            })
            .collect(),
    )
}

/// Since Windows Vista large pictures are PNG files. The others are bitmaps without a file header.
fn picture_icon(picture: &[u8]) -> Result<Icon, IcoError> {
    if picture.starts_with(b"\x89PNG") {
        return Ok(png::icon(picture.to_vec())?);
    }
    let (width, height, rgba) = bitmap::rgba(picture)?;
    Ok(Icon {
        media_type: "image/png".to_owned(),
        width: Some(width),
        height: Some(height),
        bytes: png::encode(width, height, &rgba),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::zip::Archive;
    use crate::source::Memory;

    /// An icon file of these pictures: width, bits, data.
    fn file(pictures: &[(u8, u16, &[u8])]) -> Vec<u8> {
        let mut bytes = [0, 1, pictures.len() as u16].map(u16::to_le_bytes).concat();
        let mut offset = 6 + 16 * pictures.len();
        for (width, bits, data) in pictures {
            bytes.extend([*width, *width, 0, 0, 1, 0, bits.to_le_bytes()[0], 0]);
            bytes.extend([data.len() as u32, offset as u32].map(u32::to_le_bytes).concat());
            offset += data.len();
        }
        pictures.iter().for_each(|(_, _, data)| bytes.extend_from_slice(data));
        bytes
    }

    #[test]
    fn the_largest_picture_is_taken_and_a_png_is_not_changed() {
        let large = png::encode(256, 256, &[7; 256 * 256 * 4]);
        let small = png::encode(2, 2, &[7; 16]);
        let icon = icon(&file(&[(2, 32, &small), (0, 32, &large), (16, 32, &small)])).unwrap();
        assert_eq!((icon.width, icon.height, icon.bytes), (Some(256), Some(256), large));
    }

    /// `TopBar.exe` has pictures of 16 to 192 pixels as bitmaps and one of 256 as a PNG of 1,021 bytes, as 7-Zip lists.
    #[test]
    fn the_icon_of_a_program_is_its_largest_picture() {
        let zip = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/corpus/zip/app-info__win-TopBar-v0.1.1.zip"
        );
        let zip = std::fs::read(zip).unwrap();
        let mut source = Memory(&zip);
        let archive = Archive::open(&mut source).unwrap();
        let program = archive.find("TopBar.exe").unwrap();
        let program = archive.read(&program, &mut source, 1 << 20).unwrap();
        let icon = icon(&program).unwrap();
        assert_eq!((icon.width, icon.height, icon.bytes.len()), (Some(256), Some(256), 1021));
    }

    #[test]
    fn an_icon_cut_anywhere_is_no_icon() {
        let bytes = file(&[(2, 32, &png::encode(2, 2, &[7; 16]))]);
        for len in 0..bytes.len() {
            assert!(icon(&bytes[..len]).is_err(), "{len}");
        }
        assert_eq!(icon(&file(&[])), Err(IcoError::NoIcon));
        assert_eq!(icon(b"MZ"), Err(IcoError::NoIcon));
    }
}
