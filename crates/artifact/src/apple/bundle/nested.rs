//! Bundles nested in an app: each has its own signature, and extensions have their own profiles.

use crate::apple::bundle::info::InfoPlist;
use crate::apple::bundle::{BundleLayout, BundleReader, join};
use crate::files::Files;
use crate::limits::MAX_DOCUMENT;
use crate::{InspectError, NestedBundle, layer};

/// Nested bundles that are listed. Large apps have 10 to 20.
const MAX_NESTED: usize = 64;

/// Nested bundles whose identifier is read: each may cost a read of its own.
pub(super) const MAX_IDENTIFIED: usize = 8;

/// The name of a kind of bundle, the folder that contains it, and the extension of its own folder.
type NestedKind = (&'static str, &'static str, &'static str);

const FLAT: [NestedKind; 4] = [
    ("extension", "PlugIns", ".appex"),
    ("extension", "Extensions", ".appex"),
    ("watch-app", "Watch", ".app"),
    ("app-clip", "AppClips", ".app"),
];

const CONTENTS: [NestedKind; 8] = [
    ("extension", "PlugIns", ".appex"),
    ("extension", "Extensions", ".appex"),
    ("extension", "Library/SystemExtensions", ".systemextension"),
    ("helper", "Library/LoginItems", ".app"),
    ("helper", "XPCServices", ".xpc"),
    ("helper", "Helpers", ".app"),
    ("helper", "Frameworks", ".app"),
    ("helper", "MacOS", ".app"),
];

/// Finds the nested bundles, without their identifiers.
pub(super) fn find(
    files: &mut dyn Files,
    bundle: &BundleReader<'_>,
) -> Result<Vec<NestedBundle>, InspectError> {
    let kinds: &[NestedKind] = match bundle.layout {
        BundleLayout::Flat => &FLAT,
        BundleLayout::Contents => &CONTENTS,
    };
    let mut found = Vec::new();
    for kind in kinds {
        let outer = kind.1.split('/').next().unwrap_or_default();
        if bundle.has_folder(outer) {
            find_in(files, bundle.layout, &bundle.root, *kind, &mut found)?;
        }
    }
    // An app for the watch has its extension inside.
    let watch_apps: Vec<String> = found
        .iter()
        .filter(|nested| nested.kind == "watch-app" || nested.kind == "app-clip")
        .map(|nested| nested.path.clone())
        .collect();
    for app in watch_apps {
        find_in(files, bundle.layout, &app, FLAT[0], &mut found)?;
    }
    Ok(found)
}

fn find_in(
    files: &mut dyn Files,
    layout: BundleLayout,
    root: &str,
    (kind, folder, extension): NestedKind,
    found: &mut Vec<NestedBundle>,
) -> Result<(), InspectError> {
    let folder = join(root, folder);
    for item in files.list(&folder)? {
        if found.len() >= MAX_NESTED {
            return Ok(());
        }
        if !item.is_folder || !item.name.ends_with(extension) {
            continue;
        }
        let path = join(&folder, &item.name);
        let inside = files.list(&layout.root(&path))?;
        let has_profile = inside.iter().any(|item| item.name == layout.profile_name());
        found.push(NestedBundle { kind: kind.to_owned(), path, identifier: None, has_profile });
    }
    Ok(())
}

/// Reads the identifiers of the first nested bundles. An unreadable one stays `None`.
pub(super) fn identify(
    files: &mut dyn Files,
    layout: BundleLayout,
    nested: &mut [NestedBundle],
) -> Result<(), InspectError> {
    for bundle in nested.iter_mut().take(MAX_IDENTIFIED) {
        let path = join(&layout.root(&bundle.path), "Info.plist");
        let bytes = layer::quiet(files.read(&path, MAX_DOCUMENT))?.flatten();
        let info = bytes.and_then(|bytes| InfoPlist::parse(&bytes).ok());
        bundle.identifier = info.and_then(|info| info.text("CFBundleIdentifier"));
    }
    Ok(())
}
