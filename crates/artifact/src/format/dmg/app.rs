//! Which app or installer on a volume is the main one.

use crate::InspectError;
use crate::files::Files;

/// Folders around an app, at most.
const MAX_AROUND: usize = 3;

/// Folders that are listed in search of an app: each may cost a read.
const MAX_LISTED: usize = 40;

/// Items of a volume that are named in a finding.
const MAX_NAMED: usize = 5;

/// What lies nearest to the top of a volume.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct VolumeContents {
    /// Folders of apps, the likeliest first.
    pub(super) apps: Vec<String>,
    /// Installers: files of the present format, or folders of the old one.
    pub(super) installers: Vec<String>,
    /// Some of what is in the root, if there is neither.
    pub(super) others: Vec<String>,
}

/// Finds the apps, or failing that the installers, that the fewest folders are around. Links, as that to
/// `Applications`, are no folders here.
pub(super) fn find(files: &mut dyn Files, label: Option<&str>) -> Result<VolumeContents, InspectError> {
    let mut found = VolumeContents::default();
    let mut level = vec![String::new()];
    let mut n_listed = 0;
    for _ in 0..=MAX_AROUND {
        let mut below = Vec::new();
        for folder in &level {
            if n_listed >= MAX_LISTED {
                break;
            }
            n_listed += 1;
            let items = files.list(folder)?;
            if folder.is_empty() {
                let visible = items.iter().filter(|item| !item.name.starts_with(['.', '$']));
                found.others = visible.take(MAX_NAMED).map(|item| item.name.clone()).collect();
            }
            for item in items.into_iter().filter(|item| !item.name.starts_with('.')) {
                let path =
                    if folder.is_empty() { item.name.clone() } else { format!("{folder}/{}", item.name) };
                match extension(&item.name) {
                    Some("app") if item.is_folder => found.apps.push(path),
                    Some("pkg" | "mpkg") => found.installers.push(path),
                    // Folders with a dot in their names are bundles, and hold no app for users.
                    None if item.is_folder => below.push(path),
                    _ => {}
                }
            }
        }
        if !found.apps.is_empty() || !found.installers.is_empty() {
            break;
        }
        level = below;
    }
    found.apps.sort_by_cached_key(|app| rank(app, label));
    if !found.apps.is_empty() || !found.installers.is_empty() {
        found.others.clear();
    }
    Ok(found)
}

/// The extension of a bundle's or an installer's name, in lower case as the system writes it.
fn extension(name: &str) -> Option<&'static str> {
    const BUNDLES: [&str; 12] = [
        "app",
        "pkg",
        "mpkg",
        "framework",
        "bundle",
        "plugin",
        "component",
        "lproj",
        "prefPane",
        "qlgenerator",
        "kext",
        "rtfd",
    ];
    let (stem, extension) = name.rsplit_once('.')?;
    BUNDLES.into_iter().find(|bundle| !stem.is_empty() && bundle.eq_ignore_ascii_case(extension))
}

/// The app that the volume is named after comes first, an uninstaller last.
fn rank(app: &str, label: Option<&str>) -> (bool, bool, String) {
    let name = stem(app).to_lowercase();
    let is_namesake = label.is_some_and(|label| label.to_lowercase().starts_with(&name));
    (name.contains("uninstall"), !is_namesake, name)
}

/// The name of an app without its folders and its extension.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Item;

    /// Paths of files; a folder is where a path goes on.
    struct Paths(&'static [&'static str]);

    impl Files for Paths {
        fn list(&mut self, folder: &str) -> Result<Vec<Item>, InspectError> {
            let mut items: Vec<Item> = Vec::new();
            for path in self.0 {
                let rest = match folder {
                    "" => Some(*path),
                    _ => path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')),
                };
                let Some(rest) = rest else { continue };
                let (name, is_folder) = rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
                let item = Item { name: name.to_owned(), is_folder };
                if !items.contains(&item) {
                    items.push(item);
                }
            }
            Ok(items)
        }

        fn read_head(&mut self, _: &str, _: usize) -> Result<Option<Vec<u8>>, InspectError> {
            Ok(None)
        }

        fn read(&mut self, _: &str, _: u64) -> Result<Option<Vec<u8>>, InspectError> {
            Ok(None)
        }
    }

    fn check(paths: &'static [&'static str], label: &str) -> VolumeContents {
        find(&mut Paths(paths), Some(label)).unwrap_or_default()
    }

    #[test]
    fn the_app_with_the_fewest_folders_around_is_the_main_one() {
        let found = check(&["x/B.app/a", "A.app/Helper.app/a", "Applications", ".hidden/C.app/a"], "");
        assert_eq!(found.apps, ["A.app"]);
        assert_eq!(check(&["x/y/B.app/a", "x.framework/C.app/a"], "").apps, ["x/y/B.app"]);
        assert_eq!(check(&["Applications.app", "readme.txt"], "").apps, [""; 0]);
    }

    #[test]
    fn of_several_apps_the_volume_s_namesake_comes_first() {
        let paths = &["Uninstall B.app/a", "A.app/a", "B.app/a"];
        assert_eq!(check(paths, "B 1.0").apps, ["B.app", "A.app", "Uninstall B.app"]);
        assert_eq!(check(paths, "x").apps, ["A.app", "B.app", "Uninstall B.app"]);
    }

    #[test]
    fn installers_and_other_files_are_distinguished() {
        assert_eq!(check(&["A.pkg", "x/A.app/a"], "").installers, ["A.pkg"]);
        assert_eq!(check(&["a", ".b", "c/d"], "").others, ["a", "c"]);
    }

    #[test]
    fn a_tree_without_end_is_not_walked_whole() {
        struct Endless(usize);
        impl Files for Endless {
            fn list(&mut self, _: &str) -> Result<Vec<Item>, InspectError> {
                self.0 += 1;
                Ok((0..100).map(|n| Item { name: n.to_string(), is_folder: true }).collect())
            }
            fn read_head(&mut self, _: &str, _: usize) -> Result<Option<Vec<u8>>, InspectError> {
                Ok(None)
            }
            fn read(&mut self, _: &str, _: u64) -> Result<Option<Vec<u8>>, InspectError> {
                Ok(None)
            }
        }
        let mut endless = Endless(0);
        assert!(find(&mut endless, None).is_ok());
        assert_eq!(endless.0, MAX_LISTED);
    }
}
