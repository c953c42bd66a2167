//! `PackageInfo`: what a component package says about itself.

use super::app::ListedApp;
use crate::encoding::xml::Element;

/// The attributes of a `pkg-info` element, as `pkgbuild` writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PackageInfo {
    pub(super) identifier: Option<String>,
    pub(super) version: Option<String>,
    pub(super) install_location: Option<String>,
    /// `minimumSystemVersion`
    pub(super) min_os: Option<String>,
    pub(super) apps: Vec<ListedApp>,
}

impl PackageInfo {
    pub(super) fn new(root: &Element) -> Self {
        let attribute = |name| root.attribute(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let install_location = attribute("install-location");
        Self {
            identifier: attribute("identifier"),
            version: attribute("version").filter(|version| is_set(version)),
            min_os: attribute("minimumSystemVersion"),
            apps: ListedApp::all(root, install_location.as_deref().unwrap_or_default()),
            install_location,
        }
    }
}

/// Whether the version was chosen by the developer: `pkgbuild` writes `0` by default.
pub(super) fn is_set(version: &str) -> bool {
    !matches!(version, "" | "0")
}
