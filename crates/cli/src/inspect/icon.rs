//! `--icon`: the package's icon as a PNG file.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use artifact::Icon;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, ImageKind, Options, Tree};

use crate::package::{FileError, PackageReport};

/// Pixels of a drawn icon's longer side, at most.
const MAX_SIDE: u32 = 512;

/// Pixels of a picture that is decoded, in each direction, at most: 64 MiB as RGBA.
const MAX_DECODED_SIDE: usize = 4096;

const REBUILD: &str = "check the icon in the package's sources: devices may not show it either";

/// Writes the icon of a package that was read, and returns what to tell the user about it. A package without an icon is no error.
pub(super) fn write_icon(report: &PackageReport, to: &Path) -> Result<String, FileError> {
    let icon = report.artifact.as_ref().and_then(|artifact| artifact.icon.as_ref());
    let Some(icon) = icon.filter(|icon| !icon.bytes.is_empty()) else {
        return Ok("no icon was written: the package has none that can be shown, see its findings".to_owned());
    };
    let png = png(icon).map_err(|reason| {
        let message = format!("the icon, {}, cannot be drawn: {reason}", icon.media_type);
        FileError::new("unreadable-icon", message, REBUILD)
    })?;
    let how = match (&png, icon.media_type.as_str()) {
        (Cow::Borrowed(_), _) => "as it is in the package".to_owned(),
        (Cow::Owned(_), "image/svg+xml") => "drawn from a vector icon".to_owned(),
        (Cow::Owned(_), media_type) => format!("converted from {media_type}"),
    };
    let size = imagesize::blob_size(&png).map(|size| format!(" of {} × {} pixels", size.width, size.height));
    fs::write(to, png).map_err(|error| {
        let message = format!("could not write the icon to {}: {error}", to.display());
        FileError::new("unwritten-icon", message, "choose a folder that exists and that you may write to")
    })?;
    Ok(format!("wrote the icon to {}: a PNG{}, {how}", to.display(), size.unwrap_or_default()))
}

/// Why an icon could not be drawn.
#[derive(Debug, thiserror::Error)]
enum DrawError {
    #[error("pictures of this type are not drawn")]
    Type,
    #[error("no size that can be drawn")]
    Size,
    #[error("{0}")]
    Svg(#[from] resvg::usvg::Error),
    #[error("nothing in it can be drawn")]
    Blank,
    #[error("no PNG can be made of it")]
    Encode,
}

/// PNGs as they are; everything else drawn.
fn png(icon: &Icon) -> Result<Cow<'_, [u8]>, DrawError> {
    let drawn = match icon.media_type.as_str() {
        "image/png" => return Ok(Cow::Borrowed(&icon.bytes)),
        "image/svg+xml" => draw(&icon.bytes, None, MAX_SIDE),
        "image/webp" | "image/jpeg" => draw_raster(icon),
        _ => Err(DrawError::Type),
    };
    drawn.map(Cow::Owned)
}

/// Draws a raster picture through an SVG document that holds nothing else.
fn draw_raster(icon: &Icon) -> Result<Vec<u8>, DrawError> {
    let bytes = Arc::new(icon.bytes.clone());
    let (width, height) = decoded_size(&bytes).ok_or(DrawError::Size)?;
    let kind = raster(&icon.media_type, bytes).ok_or(DrawError::Type)?;
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">
<image href="{BESIDE_IMAGE}" width="{width}" height="{height}"/></svg>"#
    );
    let longer = u32::try_from(width.max(height)).map_err(|_| DrawError::Size)?;
    draw(svg.as_bytes(), Some(kind), longer.min(MAX_SIDE))
}

/// The address of the picture beside a document.
const BESIDE_IMAGE: &str = "icon";

/// Draws a document, `side` pixels on its longer side. It reaches no file, and no document inside it is drawn.
fn draw(svg: &[u8], image_beside: Option<ImageKind>, side: u32) -> Result<Vec<u8>, DrawError> {
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|media_type, bytes, _| raster(media_type, bytes)),
            resolve_string: Box::new(move |href, _| image_beside.clone().filter(|_| href == BESIDE_IMAGE)),
        },
        ..Options::default()
    };
    let tree = Tree::from_data(svg, &options)?;
    let size = tree.size();
    let scale = side as f32 / size.width().max(size.height());
    let pixels = |length: f32| (length * scale).round().clamp(1.0, MAX_SIDE as f32) as u32;
    let mut pixmap = Pixmap::new(pixels(size.width()), pixels(size.height())).ok_or(DrawError::Size)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    // resvg leaves out a picture that it cannot decode, and reports no error.
    if pixmap.pixels().iter().all(|pixel| pixel.alpha() == 0) {
        return Err(DrawError::Blank);
    }
    pixmap.encode_png().map_err(|_| DrawError::Encode)
}

/// A picture that may be decoded: of a known type, and not too large.
fn raster(media_type: &str, bytes: Arc<Vec<u8>>) -> Option<ImageKind> {
    decoded_size(&bytes)?;
    match media_type {
        "image/png" => Some(ImageKind::PNG(bytes)),
        "image/jpeg" => Some(ImageKind::JPEG(bytes)),
        "image/webp" => Some(ImageKind::WEBP(bytes)),
        _ => None,
    }
}

/// What the picture itself says, if that is within bounds.
fn decoded_size(bytes: &[u8]) -> Option<(usize, usize)> {
    let size = imagesize::blob_size(bytes).ok()?;
    let is_bounded =
        (1..=MAX_DECODED_SIDE).contains(&size.width) && (1..=MAX_DECODED_SIDE).contains(&size.height);
    is_bounded.then_some((size.width, size.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn icon(media_type: &str, bytes: &[u8]) -> Icon {
        Icon { media_type: media_type.to_owned(), width: None, height: None, bytes: bytes.to_vec() }
    }

    fn size_of(png: &[u8]) -> (u32, u32) {
        let pixmap = Pixmap::decode_png(png).unwrap();
        (pixmap.width(), pixmap.height())
    }

    const SQUARE: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 108 54"><path fill="#0a0" d="M0 0H108V54z"/></svg>"##;

    #[test]
    fn a_png_stays_as_it_is() {
        assert_eq!(&*png(&icon("image/png", b"as it is")).unwrap(), b"as it is");
    }

    #[test]
    fn a_drawing_fills_512_pixels() {
        assert_eq!(size_of(&png(&icon("image/svg+xml", SQUARE.as_bytes())).unwrap()), (512, 256));
    }

    fn webp(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let pixels = vec![200; (width * height * 3) as usize];
        let encoder = image_webp::WebPEncoder::new(&mut bytes);
        encoder.encode(&pixels, width, height, image_webp::ColorType::Rgb8).unwrap();
        bytes
    }

    #[test]
    fn a_picture_keeps_its_size_up_to_512_pixels() {
        for (from, to) in [((1, 1), (1, 1)), ((512, 300), (512, 300)), ((600, 900), (341, 512))] {
            assert_eq!(size_of(&png(&icon("image/webp", &webp(from.0, from.1))).unwrap()), to);
        }
    }

    #[test]
    fn a_broken_picture_is_refused() {
        for media_type in ["image/svg+xml", "image/webp", "image/jpeg", "image/gif"] {
            assert!(png(&icon(media_type, b"nothing")).is_err(), "{media_type}");
        }
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_not_decoded() {
        let jpeg = b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\x01\x22\0\x02\x11\x01\x03\x11\x01";
        assert!(matches!(png(&icon("image/jpeg", jpeg)), Err(DrawError::Size)));
    }

    #[test]
    fn a_drawing_reaches_no_file() {
        let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/dev/zero" width="9" height="9"/></svg>"#;
        assert!(matches!(png(&icon("image/svg+xml", svg.as_bytes())), Err(DrawError::Blank)));
    }
}
