//! An app's icon: the biggest loose PNG beside `Info.plist`, or the pictures of an `.icns` file.

use crate::apple::bundle::info::InfoPlist;
use crate::apple::bundle::{BundleLayout, BundleReader, join};
use crate::apple::icns;
use crate::encoding::decimal;
use crate::files::Files;
use crate::image::png;
use crate::limits::MAX_ICON;
use crate::{Icon, InspectError, Refusal};

/// Bytes of an `.icns` file that are read at first, 256 KiB: they mostly contain a picture that is big enough.
const ICNS_HEAD_LEN: usize = 256 << 10;

/// Pixels of an edge that are enough for a page.
const ENOUGH_PIXELS: u32 = 128;

/// The outcome of the search for an icon.
#[derive(Default)]
pub(super) enum IconChoice {
    Found(LoadedIcon),
    /// Compiled into `Assets.car`, which is not read.
    OnlyInAssets,
    None,
    /// The search was skipped.
    #[default]
    Skipped,
}

/// An icon that was read.
pub(super) struct LoadedIcon(pub(super) Icon);

/// Chooses and reads an app's icon.
pub(super) fn choose(
    files: &mut dyn Files,
    bundle: &BundleReader<'_>,
    info: &InfoPlist,
) -> Result<IconChoice, InspectError> {
    let names = info.icon_names();
    let (found, folder) = match bundle.layout {
        BundleLayout::Flat => (find_loose_png(files, bundle, &names)?, bundle.root.clone()),
        BundleLayout::Contents => (find_in_resources(files, bundle, &names)?, bundle.path("Resources")),
    };
    if let Some(icon) = found {
        return Ok(IconChoice::Found(LoadedIcon(icon)));
    }
    let has_assets = files.list(&folder)?.iter().any(|item| item.name == "Assets.car");
    Ok(if has_assets { IconChoice::OnlyInAssets } else { IconChoice::None })
}

/// The biggest of the pictures beside `Info.plist`.
fn find_loose_png(
    files: &mut dyn Files,
    bundle: &BundleReader<'_>,
    names: &[String],
) -> Result<Option<Icon>, InspectError> {
    let pictures = || bundle.contents.iter().filter(|item| !item.is_folder).map(|item| item.name.as_str());
    let is_named = |file: &str| names.iter().any(|name| is_variant(file, name));
    let is_usual = |file: &str| is_png(file) && (file.starts_with("AppIcon") || file.starts_with("Icon"));
    let biggest = pictures()
        .filter(|file| is_named(file))
        .max_by_key(|file| pixels(file))
        .or_else(|| pictures().filter(|file| is_usual(file)).max_by_key(|file| pixels(file)));
    let Some(file) = biggest else { return Ok(None) };
    read_icon(files, &bundle.path(file))
}

/// A Mac app's icon, a single file in `Resources`.
fn find_in_resources(
    files: &mut dyn Files,
    bundle: &BundleReader<'_>,
    names: &[String],
) -> Result<Option<Icon>, InspectError> {
    let folder = bundle.path("Resources");
    let named = names.iter().flat_map(|name| [name.clone(), format!("{name}.icns")]);
    let usual = ["AppIcon.icns".to_owned()];
    let inside = files.list(&folder)?;
    for name in named.chain(usual) {
        let is_there = inside.iter().any(|item| !item.is_folder && item.name == name);
        if is_there && let Some(icon) = read_icon(files, &join(&folder, &name))? {
            return Ok(Some(icon));
        }
    }
    Ok(None)
}

fn read_icon(files: &mut dyn Files, path: &str) -> Result<Option<Icon>, InspectError> {
    let refused = |error: &dyn std::fmt::Display| Refusal::corrupt(format!("`{path}`: {error}"));
    if path.ends_with(".icns")
        && let Some(head) = files.read_head(path, ICNS_HEAD_LEN)?
        && let Ok(icon) = icns::icon(&head)
        && icon.width.is_some_and(|width| width >= ENOUGH_PIXELS)
    {
        return Ok(Some(icon));
    }
    let Some(bytes) = files.read(path, MAX_ICON)? else { return Ok(None) };
    if bytes.starts_with(b"icns") {
        return Ok(Some(icns::icon(&bytes).map_err(|error| refused(&error))?));
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Ok(Some(Icon { media_type: "image/jpeg".to_owned(), width: None, height: None, bytes }));
    }
    Ok(Some(png::icon(bytes).map_err(|error| refused(&error))?))
}

fn is_png(file: &str) -> bool {
    file.len() > 4 && file.as_bytes()[file.len() - 4..].eq_ignore_ascii_case(b".png")
}

/// Whether a file is a variant of a named icon for some scale and idiom: `Icon60@2x~ipad.png` of `Icon60`.
fn is_variant(file: &str, name: &str) -> bool {
    let stem = name.strip_suffix(".png").unwrap_or(name);
    let rest = file.strip_prefix(stem).filter(|_| !stem.is_empty() && is_png(file));
    rest.is_some_and(|rest| rest.eq_ignore_ascii_case(".png") || rest.starts_with(['@', '~']))
}

/// The edge in tenths of a pixel, by a file's name: `Icon83.5x83.5@2x.png` has 1670. A name without a number has 57
/// points: on the first iPhone the icon was `Icon.png`.
fn pixels(file: &str) -> u32 {
    let stem = file.split(['~']).next().unwrap_or(file);
    let stem = stem.strip_suffix(".png").unwrap_or(stem);
    let (stem, scale) = match stem.rsplit_once('@') {
        Some((stem, scale)) => (stem, scale.trim_end_matches('x').parse::<u32>().unwrap_or(1)),
        None => (stem, 1),
    };
    let digits = stem.rsplit(|char: char| !char.is_ascii_digit() && char != '.').next().unwrap_or_default();
    let points = decimal::parse(digits).filter(|points| (1.0..=2048.0).contains(points)).unwrap_or(57.0);
    (points * 10.0) as u32 * scale.min(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_an_icon_follows_from_its_name() {
        let cases = [
            ("AppIcon83.5x83.5@2x~ipad.png", 1670),
            ("AppIcon60x60@3x.png", 1800),
            ("Icon-72.png", 720),
            ("Icon.png", 570),
            ("Icon@2x.png", 1140),
            ("Icon9999999999999.png", 570),
            ("@x~.png", 570),
        ];
        for (file, expected) in cases {
            assert_eq!(pixels(file), expected, "{file}");
        }
    }

    #[test]
    fn only_variants_of_an_icon_match_its_name() {
        for file in
            ["AppIcon60x60.png", "AppIcon60x60@2x.png", "AppIcon60x60@2x~ipad.png", "AppIcon60x60.PNG"]
        {
            assert!(is_variant(file, "AppIcon60x60"), "{file}");
        }
        for file in ["AppIcon60x60@2x.jpg", "AppIcon60x601.png", "B.png", "AppIcon60x60"] {
            assert!(!is_variant(file, "AppIcon60x60"), "{file}");
        }
        assert!(is_variant("Icon.png", "Icon.png") && !is_variant(".png", ""));
    }
}
