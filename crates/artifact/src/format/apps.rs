//! Which app of an archive is the main one.

use std::collections::BTreeMap;

use crate::{Finding, Severity, sorting};

/// Apps of an archive that are listed.
const MAX_APPS: usize = 1000;

/// A bundle that is in no other bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AppFolder {
    /// From the archive's root.
    pub(super) folder: String,
    /// Folders around it.
    pub(super) depth: usize,
    /// `Info.plist` is in it, or in its `Contents`.
    pub(super) has_info: bool,
    /// `Info.plist` is directly in it.
    pub(super) is_flat: bool,
}

/// The outermost apps whose folder `is_meant`, those with the fewest folders around first, then by name.
pub(super) fn find<'a>(
    paths: impl Iterator<Item = &'a str>,
    is_meant: impl Fn(&str) -> bool,
) -> Vec<AppFolder> {
    let mut apps: BTreeMap<&str, AppFolder> = BTreeMap::new();
    for path in paths {
        let Some(folder) = outermost(path).filter(|folder| is_meant(folder)) else { continue };
        if apps.len() >= MAX_APPS && !apps.contains_key(folder) {
            continue;
        }
        let app = apps.entry(folder).or_insert_with(|| AppFolder {
            folder: folder.to_owned(),
            depth: folder.matches('/').count(),
            ..AppFolder::default()
        });
        match path.get(folder.len()..) {
            Some("/Info.plist") => (app.has_info, app.is_flat) = (true, true),
            Some("/Contents/Info.plist") => app.has_info = true,
            _ => {}
        }
    }
    let mut apps: Vec<AppFolder> = apps.into_values().collect();
    sorting::sort_by(&mut apps, |a, b| a.depth.cmp(&b.depth));
    apps
}

/// The folder of the first bundle on the way to a file in it.
fn outermost(path: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(len) = path.get(from..)?.find('/') {
        let folder = path.get(..from + len)?;
        let name = folder.get(from..)?;
        if name.len() > ".app".len() && name.ends_with(".app") {
            return Some(folder);
        }
        from += len + 1;
    }
    None
}

/// The main app: the first with an `Info.plist`, or else the first.
pub(super) fn main_app(apps: &[AppFolder]) -> Option<&AppFolder> {
    apps.iter().find(|app| app.has_info).or(apps.first())
}

/// Whether an app's folder is directly in one named `Payload`.
pub(super) fn is_in_payload(folder: &str) -> bool {
    let around = folder.rsplit_once('/').map(|(around, _)| around);
    around.is_some_and(|around| around == "Payload" || around.ends_with("/Payload"))
}

/// A finding if there are other apps as near to the top as the chosen one.
pub(super) fn several_apps_finding(apps: &[AppFolder], chosen: &AppFolder, place: &str) -> Option<Finding> {
    let rivals = apps.iter().filter(|app| app.has_info && app.depth == chosen.depth && *app != chosen);
    let others: Vec<&str> = rivals.take(3).map(|app| app.folder.as_str()).collect();
    if others.is_empty() {
        return None;
    }
    let message = format!(
        "expected one app in {place}, got `{}` besides `{}`, which was read",
        others.join("`, `"),
        chosen.folder
    );
    let fix = "release each app separately: testers receive only one";
    Some(Finding::new(Severity::Warning, "several-apps", message, fix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(paths: &[&str]) -> Vec<String> {
        find(paths.iter().copied(), |_| true).into_iter().map(|app| app.folder).collect()
    }

    #[test]
    fn the_app_nearest_to_the_top_comes_first() {
        let paths = [
            "A.app/Contents/Library/LoginItems/Helper.app/Contents/Info.plist",
            "x/y/B.app/Contents/Info.plist",
            "x/C.app/Info.plist",
            ".app/Info.plist",
            "D.app",
        ];
        assert_eq!(folders(&paths), ["A.app", "x/C.app", "x/y/B.app"]);
        let apps = find(paths.into_iter(), |_| true);
        let flags: Vec<_> = apps.iter().map(|app| (app.has_info, app.is_flat, app.depth)).collect();
        assert_eq!(flags, [(false, false, 0), (true, true, 1), (true, false, 2)]);
    }

    #[test]
    fn only_what_is_directly_in_payload_is_in_it() {
        for (folder, expected) in [
            ("Payload/A.app", true),
            ("out/Payload/A.app", true),
            ("A.app", false),
            ("Payload/x/A.app", false),
            ("MyPayload/A.app", false),
        ] {
            assert_eq!(is_in_payload(folder), expected, "{folder}");
        }
    }

    #[test]
    fn another_app_as_near_to_the_top_is_a_finding() {
        let apps = find(["A.app/Info.plist", "B.app/Info.plist", "x/C.app/Info.plist"].into_iter(), |_| true);
        let finding = several_apps_finding(&apps, &apps[0], "the zip");
        assert!(finding.is_some_and(|finding| finding.message.contains("`B.app`")));
        assert_eq!(several_apps_finding(&apps, &apps[2], "the zip"), None);
    }
}
