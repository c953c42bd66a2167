//! The logo of a package: the manifest names `Logo.png`, and the package has `Logo.scale-200.png`.
//!
//! Source: Microsoft's documentation of resource qualifiers. They are between dots in a file's name, joined by `_`, or
//! names of folders.

use crate::container::zip::RawEntry;
use crate::limits::MAX_ICON;
use crate::windows::appx::parts::{self, PackageParts};
use crate::{Icon, InspectError, Refusal, Source};

/// The picture at the first of these paths that the package has. `None` if it has none of them.
pub(crate) fn read(
    logos: &[String],
    parts: &PackageParts<'_>,
    source: &mut dyn Source,
) -> Result<Option<Icon>, InspectError> {
    /// More than a manifest can name.
    const MAX_LOGOS: usize = 8;
    let Some(raw) = logos.iter().take(MAX_LOGOS).find_map(|logo| find(parts, logo)) else {
        return Ok(None);
    };
    let bytes = parts.archive().read(&raw, source, MAX_ICON)?;
    let unreadable =
        || Refusal::corrupt(format!("expected a PNG or JPEG picture in `{}`, got neither", raw.text()));
    Ok(Some(icon(bytes).ok_or_else(unreadable)?))
}

/// The best entry for a picture that a manifest names.
fn find<'a>(parts: &PackageParts<'a>, logo: &str) -> Option<RawEntry<'a>> {
    let wanted = LogoName::of(&parts::normalized_name(logo.as_bytes()))?;
    let ranked =
        parts.starting_with(&wanted.folders).filter_map(|(name, raw)| Some((wanted.rank(name)?, raw)));
    ranked.max_by_key(|(rank, _)| *rank).map(|(_, raw)| raw)
}

/// Qualifiers of one file that are read: there are 11 kinds.
const MAX_QUALIFIERS: usize = 16;

/// A path in lower case: `assets/`, `logo`, `png`.
struct LogoName {
    folders: String,
    stem: String,
    extension: String,
}

impl LogoName {
    fn of(path: &str) -> Option<Self> {
        let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
        let (stem, extension) = file.rsplit_once('.')?;
        Some(Self { folders: folders.to_owned(), stem: stem.to_owned(), extension: extension.to_owned() })
    }

    /// How well an entry fits as this picture; `None` if it is another file.
    fn rank(&self, path: &str) -> Option<i32> {
        let rest = path.strip_prefix(self.folders.as_str())?.trim_start_matches('/');
        let rest = rest.strip_suffix(self.extension.as_str())?.strip_suffix('.')?;
        let (folders, file) = rest.rsplit_once('/').map_or(("", rest), |(folders, file)| (folders, file));
        let in_name = match file.strip_prefix(self.stem.as_str())? {
            "" => "",
            behind => behind.strip_prefix('.')?,
        };
        let qualifiers = folders.split('/').chain(in_name.split(['_', '.'])).filter(|part| !part.is_empty());
        qualifiers.take(MAX_QUALIFIERS).map(qualifier_rank).sum()
    }
}

/// The rank of a picture with this qualifier; the picture without qualifiers has 0. `None` if it is no qualifier.
fn qualifier_rank(qualifier: &str) -> Option<i32> {
    if let Some(percent) = qualifier.strip_prefix("scale-") {
        return Some(match percent.parse().ok()? {
            200 => 60,
            300.. => 50,
            101..200 => 40,
            100 => 10,
            ..100 => -10,
            _ => 45,
        });
    }
    if let Some(pixels) = qualifier.strip_prefix("targetsize-") {
        // The list of apps shows these at their own size. The picture without qualifiers has about 50 pixels.
        let pixels: i32 = pixels.parse().ok()?;
        return Some(if pixels >= 96 { 5 } else { -100 + pixels.clamp(0, 96) });
    }
    // A page shows the picture on a light background, in no particular language or contrast.
    let rank = match qualifier {
        "contrast-standard" | "theme-light" => 1,
        "altform-unplated" | "altform-lightunplated" => -3,
        _ if qualifier.starts_with("contrast-") => -200,
        _ if qualifier.starts_with("theme-") => -150,
        _ if ["lang-", "language-", "altform-", "config-", "layoutdir-", "homeregion-", "devicefamily-"]
            .iter()
            .any(|kind| qualifier.starts_with(kind)) =>
        {
            -5
        }
        _ if is_language(qualifier) => -5,
        _ => return None,
    };
    Some(rank)
}

/// Whether a folder's or a qualifier's name is a language tag such as `en-us`.
fn is_language(qualifier: &str) -> bool {
    let mut subtags = qualifier.split('-');
    let is_letters =
        |tag: &str| (2..=3).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_lowercase());
    subtags.next().is_some_and(is_letters)
        && subtags
            .all(|tag| (2..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A picture that browsers show, with its size if it states one.
fn icon(bytes: Vec<u8>) -> Option<Icon> {
    let (media_type, size) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        ("image/png", png_size(&bytes))
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        ("image/jpeg", jpeg_size(&bytes))
    } else {
        return None;
    };
    let (width, height) = size.unzip();
    Some(Icon { media_type: media_type.to_owned(), width, height, bytes })
}

/// Width and height in the first chunk (PNG, 11.2.2).
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
    bytes.get(12..16).filter(|kind| kind == b"IHDR")?;
    Some((number(16)?, number(20)?))
}

/// Width and height in the first frame header (ITU-T T.81, B.2.2).
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    const MAX_SEGMENTS: usize = 1000;
    let number = |at: usize| bytes.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
    let mut at = 2_usize;
    for _ in 0..MAX_SEGMENTS {
        let &[0xff, marker] = bytes.get(at..)?.first_chunk::<2>()? else { return None };
        match marker {
            0xff => at += 1,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((number(at + 7)?.into(), number(at + 5)?.into()));
            }
            // Markers without a length, which do not come before the frame header.
            0xd0..=0xd9 => return None,
            _ => at = at.checked_add(2)?.checked_add(usize::from(number(at + 2)?))?,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(logo: &str, names: &[&'a str]) -> Option<&'a str> {
        let wanted = LogoName::of(&parts::normalized_name(logo.as_bytes()))?;
        let ranked = names
            .iter()
            .filter_map(|name| Some((wanted.rank(&parts::normalized_name(name.as_bytes()))?, *name)));
        ranked.max_by_key(|(rank, _)| *rank).map(|(_, name)| name)
    }

    #[test]
    fn the_picture_for_high_resolutions_comes_first() {
        let names = [
            "Assets/Logo.png",
            "assets/LOGO.scale-100.png",
            "Assets/Logo.scale-200.PNG",
            "Logo.scale-200.png",
        ];
        assert_eq!(best("Assets\\Logo.png", &names), Some("Assets/Logo.scale-200.PNG"));
        assert_eq!(best("Assets\\Logo.png", &names[..2]), Some("assets/LOGO.scale-100.png"));
        assert_eq!(best("logo.png", &names), Some("Logo.scale-200.png"));
        assert_eq!(best("Logo.jpg", &names), None);
    }

    #[test]
    fn a_picture_for_normal_contrast_comes_first() {
        let names = [
            "a/Logo.scale-200_contrast-black.png",
            "a/Logo.targetsize-256.png",
            "a/contrast-white/Logo.scale-400.png",
            "a/de-de/Logo.scale-100.png",
        ];
        assert_eq!(best("a\\Logo.png", &names), Some("a/de-de/Logo.scale-100.png"));
        assert_eq!(best("a\\Logo.png", &names[..3]), Some("a/Logo.targetsize-256.png"));
        assert_eq!(best("a\\Logo.png", &names[..1]), Some("a/Logo.scale-200_contrast-black.png"));
    }

    #[test]
    fn another_file_with_a_longer_name_is_another_picture() {
        for name in [
            "a/LogoWide.png",
            "a/Logo.wide.png",
            "a/other/Logo.png",
            "ab/Logo.png",
            "a/Logo",
            "a/Logo.png.bak",
        ] {
            assert_eq!(best("a\\Logo.png", &[name]), None, "{name}");
        }
    }

    #[test]
    fn the_size_of_a_picture_is_read() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x64\0\0\x01\0".to_vec();
        let found = |bytes: &[u8]| icon(bytes.to_vec()).map(|icon| (icon.width, icon.height));
        assert_eq!(found(&png), Some((Some(100), Some(256))));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc4\0\x02\xff\xc2\0\x0b\x08\0\x32\x01\0".to_vec();
        assert_eq!(found(&jpeg), Some((Some(256), Some(50))));
        for end in 8..png.len() {
            assert_eq!(found(&png[..end]), Some((None, None)));
        }
        for end in 3..jpeg.len() {
            assert_eq!(found(&jpeg[..end]), Some((None, None)));
        }
        assert_eq!(found(b"GIF89a"), None);
    }
}
