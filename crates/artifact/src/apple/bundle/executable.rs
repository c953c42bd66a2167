//! A bundle's executable: its slices, and the system and devices that the app runs on.

use crate::apple::bundle::info::{self, InfoPlist};
use crate::apple::bundle::{BundleLayout, BundleReader, EXECUTABLE_HEAD_LEN, MAX_EXECUTABLE_HEAD_LEN, join};
use crate::apple::macho::{self, MachSlice, Platform};
use crate::files::Files;
use crate::{Apple, InspectError, Os, Slice, layer};

/// What was read of the executable.
pub(super) struct Executable {
    pub(super) path: String,
    pub(super) is_missing: bool,
    /// Empty if it is a script, or cannot be read.
    pub(super) slices: Vec<MachSlice>,
}

/// The path of an executable with this name.
pub(super) fn path(bundle: &BundleReader<'_>, name: &str) -> String {
    match bundle.layout {
        BundleLayout::Flat => bundle.path(name),
        BundleLayout::Contents => join(&bundle.path("MacOS"), name),
    }
}

pub(super) fn read(
    files: &mut dyn Files,
    bundle: &BundleReader<'_>,
    info: &InfoPlist,
) -> Result<Executable, InspectError> {
    let named = info.text("CFBundleExecutable");
    let name = named.as_deref().unwrap_or(info::bundle_stem(bundle.app));
    let mut path = path(bundle, name);
    let head = match files.read_head(&path, EXECUTABLE_HEAD_LEN) {
        Ok(None) => match find_respelled(files, bundle, name)? {
            Some(only) => {
                path = only;
                files.read_head(&path, EXECUTABLE_HEAD_LEN)
            }
            None => Ok(None),
        },
        head => head,
    };
    let is_missing = matches!(head, Ok(None));
    let head = layer::quiet(head)?.flatten().unwrap_or_default();
    // Slices are megabytes apart: in an app for two architectures the second slice is rarely within reach.
    let longer = macho::needed_len(&head).filter(|&len| len <= MAX_EXECUTABLE_HEAD_LEN);
    let longer = longer.map(|len| files.read_head(&path, len)).transpose();
    let head = layer::quiet(longer)?.flatten().flatten().unwrap_or(head);
    Ok(Executable { path, is_missing, slices: macho::parse(&head) })
}

/// The path of an executable whose name has another Unicode normalization than `Info.plist` states. File systems and
/// archivers change the normalization, so a name with an accent may not be found byte by byte. If the folder has just
/// one file with such a name, that is the executable. Names in ASCII have only one form.
fn find_respelled(
    files: &mut dyn Files,
    bundle: &BundleReader<'_>,
    name: &str,
) -> Result<Option<String>, InspectError> {
    if name.is_ascii() {
        return Ok(None);
    }
    let folder = match bundle.layout {
        BundleLayout::Flat => bundle.root.clone(),
        BundleLayout::Contents => bundle.path("MacOS"),
    };
    let items = files.list(&folder)?;
    let mut likely =
        items.iter().filter(|item| !item.is_folder && !item.name.is_ascii() && !item.name.contains('.'));
    match (likely.next(), likely.next()) {
        (Some(only), None) => Ok(Some(join(&folder, &only.name))),
        _ => Ok(None),
    }
}

/// A slice as the report shows it.
pub(super) fn report_slice(slice: &MachSlice) -> Slice {
    Slice {
        architecture: slice.architecture.clone(),
        uuid: slice.uuid.clone(),
        is_encrypted: slice.is_encrypted,
    }
}

/// Whether an app runs in a simulator only.
pub(super) fn is_for_simulator(layout: BundleLayout, platforms: &[String], slices: &[MachSlice]) -> bool {
    if layout == BundleLayout::Contents {
        return false;
    }
    let is_said = platforms.iter().any(|platform| platform.to_ascii_lowercase().ends_with("simulator"));
    let is_linked = slices.iter().any(|slice| slice.platform == Some(Platform::Simulator));
    let is_for_pc = |slice: &MachSlice| matches!(slice.architecture.as_str(), "i386" | "x86_64");
    is_said || is_linked || (!slices.is_empty() && slices.iter().all(is_for_pc))
}

/// The system that an app is for: by its platforms, its device families, or its executable.
pub(super) fn os(layout: BundleLayout, apple: &Apple, slices: &[MachSlice]) -> Os {
    if layout == BundleLayout::Contents {
        return Os::MacOs;
    }
    let says =
        |start: &str| apple.platforms.iter().any(|platform| platform.to_ascii_lowercase().starts_with(start));
    let is_linked_for = |platform| slices.iter().any(|slice| slice.platform == Some(platform));
    if says("iphone") {
        Os::Ios
    } else if says("appletv") || apple.device_families == ["tv"] || is_linked_for(Platform::TvOs) {
        Os::TvOs
    } else if says("macos") || is_linked_for(Platform::MacOs) {
        Os::MacOs
    } else if says("watch") || says("xr") {
        // App Center's API has no name for these systems.
        Os::Custom
    } else {
        Os::Ios
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(architecture: &str, platform: Option<Platform>) -> MachSlice {
        MachSlice { architecture: architecture.to_owned(), platform, ..MachSlice::default() }
    }

    #[test]
    fn a_simulator_build_is_recognised_by_name_platform_or_architecture() {
        let arm = linked("arm64", None);
        let cases: [(&[&str], &[MachSlice], bool); 6] = [
            (&["iPhoneSimulator"], &[], true),
            (&["appletvsimulator"], &[], true),
            (&["iPhoneOS"], &[linked("arm64", Some(Platform::Simulator))], true),
            (&[], &[linked("i386", None), linked("x86_64", None)], true),
            (&[], &[linked("x86_64", None), arm.clone()], false),
            (&["iPhoneOS"], &[arm], false),
        ];
        for (platforms, slices, expected) in cases {
            let platforms: Vec<String> = platforms.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(is_for_simulator(BundleLayout::Flat, &platforms, slices), expected, "{platforms:?}");
            assert!(!is_for_simulator(BundleLayout::Contents, &platforms, slices));
        }
    }

    #[test]
    fn the_system_follows_from_platform_family_or_executable() {
        type Case = (&'static [&'static str], &'static [&'static str], Option<Platform>, Os);
        let cases: [Case; 7] = [
            (&["AppleTVOS"], &["tv"], None, Os::TvOs),
            (&["appletvsimulator"], &[], None, Os::TvOs),
            (&[], &["tv"], None, Os::TvOs),
            (&[], &[], Some(Platform::TvOs), Os::TvOs),
            (&["XROS"], &["vision"], None, Os::Custom),
            (&["iPhoneOS"], &["iphone", "ipad"], None, Os::Ios),
            (&[], &[], None, Os::Ios),
        ];
        for (platforms, families, platform, os) in cases {
            let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            let apple =
                Apple { platforms: owned(platforms), device_families: owned(families), ..Apple::default() };
            assert_eq!(
                super::os(BundleLayout::Flat, &apple, &[linked("arm64", platform)]),
                os,
                "{platforms:?}"
            );
            assert_eq!(super::os(BundleLayout::Contents, &apple, &[]), Os::MacOs);
        }
    }
}
