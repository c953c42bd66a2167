//! The apps that an installer says it installs.

use crate::encoding::xml::Element;

/// A `bundle` element whose path is an app's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ListedApp {
    /// The folder's name without `.app`, as the Finder shows it.
    pub(super) name: Option<String>,
    pub(super) identifier: Option<String>,
    /// `CFBundleShortVersionString`
    pub(super) version: Option<String>,
    /// `CFBundleVersion`
    pub(super) build: Option<String>,
    place: InstallPlace,
}

/// Where an app is put, the likeliest place of a main app first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum InstallPlace {
    Applications,
    #[default]
    Root,
    /// A folder of `Applications`.
    Folder,
}

impl ListedApp {
    /// The app of a `bundle` element in a package that goes to `install_location`; `None` if it is something
    /// else, or lies inside another bundle or where no main app does.
    pub(super) fn new(bundle: &Element, install_location: &str) -> Option<Self> {
        let attribute = |name| bundle.attribute(name).filter(|value| !value.is_empty());
        let path = attribute("path")?;
        let parts = install_location.split('/').chain(path.split('/'));
        let parts: Vec<&str> = parts.filter(|part| !matches!(*part, "" | ".")).collect();
        let (place, name) = match parts.as_slice() {
            ["Applications", name] => (InstallPlace::Applications, name),
            [name] => (InstallPlace::Root, name),
            ["Applications", folder, name] if !folder.contains('.') => (InstallPlace::Folder, name),
            _ => return None,
        };
        let name = name.strip_suffix(".app").filter(|name| !name.is_empty())?;
        Some(Self {
            name: Some(name.to_owned()),
            identifier: attribute("id").or_else(|| attribute("CFBundleIdentifier")).map(str::to_owned),
            version: attribute("CFBundleShortVersionString").map(str::to_owned),
            build: attribute("CFBundleVersion").map(str::to_owned),
            place,
        })
    }

    /// The apps among the `bundle` elements anywhere inside, each once.
    pub(super) fn all(inside: &Element, install_location: &str) -> Vec<Self> {
        let bundles = inside.descendants().filter(|element| element.name == "bundle");
        let mut apps: Vec<Self> = Vec::new();
        for app in bundles.filter_map(|bundle| Self::new(bundle, install_location)).take(64) {
            if !apps.iter().any(|known| known.name == app.name) {
                apps.push(app);
            }
        }
        apps
    }

    /// The main app: in `Applications` rather than elsewhere, then the first.
    pub(super) fn main(apps: &[Self]) -> Option<&Self> {
        apps.iter().min_by_key(|app| app.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::xml;

    fn names(bundles: &str, install_location: &str) -> Vec<String> {
        let root = xml::parse(format!("<x>{bundles}</x>").as_bytes()).unwrap_or_default();
        ListedApp::all(&root, install_location).into_iter().filter_map(|app| app.name).collect()
    }

    #[test]
    fn an_app_is_a_bundle_at_the_root_or_in_applications() {
        let bundles = "<bundle path='./A.app'/><bundle path='Library/X/B.app'/><bundle path='A.app/C.app'/>\
            <bundle path='D.framework'/><bundle path=''/><bundle/><bundle path='.app'/><bundle path='A.app'/>";
        assert_eq!(names(bundles, ""), ["A"]);
        assert_eq!(names(bundles, "/Applications/"), ["A"]);
        assert_eq!(names(bundles, "/Library/Application Support"), [""; 0]);
    }

    #[test]
    fn the_main_app_lies_in_applications() {
        let bundles = "<x><bundle path='Setup.app'/><bundle path='Applications/Tools/T.app'/>\
            <bundle path='Applications/Main.app' id='m'/></x>";
        let apps = ListedApp::all(&xml::parse(bundles.as_bytes()).unwrap_or_default(), "/");
        let main = ListedApp::main(&apps).and_then(|app| app.identifier.as_deref());
        assert_eq!((apps.len(), main), (3, Some("m")));
    }
}
