//! `AppxBundleManifest.xml`: the packages of a bundle, and where they are.
//!
//! Source: Microsoft's bundle manifest schema (`Package` is a resource package unless its `Type` says otherwise).

use crate::encoding::xml::{self, Element};
use crate::windows::appx::ManifestError;
use crate::windows::appx::identity::{Identity, attribute_text};
use crate::windows::appx::manifest::{families, languages};
use crate::{DeviceFamily, WindowsPackage};

/// The name of the part.
pub(crate) const PART_NAME: &str = "AppxMetadata/AppxBundleManifest.xml";

/// Packages that are read. Large bundles have about 300, for languages, scales and architectures.
const MAX_PACKAGES: usize = 2000;

/// A bundle manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BundleManifest {
    pub(crate) identity: Identity,
    pub(crate) packages: Vec<ListedPackage>,
}

/// A package that a bundle lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ListedPackage {
    /// The path in the bundle, with backslashes between folders.
    pub(crate) file_name: String,
    pub(crate) is_application: bool,
    /// Whether it is a stub, which stands in for the application until that is installed.
    pub(crate) is_stub: bool,
    pub(crate) version: Option<String>,
    pub(crate) architecture: Option<String>,
    pub(crate) resource_id: Option<String>,
    /// Where its data begins in the bundle. `None` in a flat bundle, whose packages are separate files.
    pub(crate) offset: Option<u64>,
    /// In bytes.
    pub(crate) size: Option<u64>,
    pub(crate) languages: Vec<String>,
    pub(crate) families: Vec<DeviceFamily>,
}

impl BundleManifest {
    /// Reads the part.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        const ROOT: &str = "Bundle";
        let root = xml::parse(bytes)?;
        if root.name != ROOT {
            return Err(ManifestError::OtherRoot { expected: ROOT, got: root.name });
        }
        let identity = root.child("Identity").and_then(Identity::of).ok_or(ManifestError::NoIdentity)?;
        let packages = root.child("Packages").into_iter().flat_map(|list| list.children_named("Package"));
        Ok(Self { identity, packages: packages.filter_map(parse_package).take(MAX_PACKAGES).collect() })
    }

    /// The application packages without stubs.
    pub(crate) fn applications(&self) -> impl Iterator<Item = &ListedPackage> {
        self.packages.iter().filter(|listed| listed.is_application && !listed.is_stub)
    }
}

fn parse_package(element: &Element) -> Option<ListedPackage> {
    let number = |name| attribute_text(element, name).and_then(|text| text.parse().ok());
    Some(ListedPackage {
        file_name: attribute_text(element, "FileName")?,
        is_application: attribute_text(element, "Type")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("application")),
        is_stub: attribute_text(element, "IsStub").is_some_and(|stub| stub == "true" || stub == "1"),
        version: attribute_text(element, "Version"),
        architecture: attribute_text(element, "Architecture").map(|text| text.to_ascii_lowercase()),
        resource_id: attribute_text(element, "ResourceId"),
        offset: number("Offset"),
        size: number("Size"),
        languages: languages(element),
        families: element.child("Dependencies").map(families).unwrap_or_default(),
    })
}

impl From<&ListedPackage> for WindowsPackage {
    fn from(listed: &ListedPackage) -> Self {
        let kind = match (listed.is_stub, listed.is_application) {
            (true, _) => "stub",
            (false, true) => "application",
            (false, false) => "resource",
        };
        Self {
            file_name: listed.file_name.clone(),
            kind: kind.to_owned(),
            version: listed.version.clone(),
            architecture: listed.architecture.clone(),
            resource_id: listed.resource_id.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_resources_unless_they_say_otherwise() {
        let text = r#"<Bundle xmlns="b" xmlns:c="c"><Identity Name="abc" Version="1.0.0.0"/><Packages>
            <Package Type="application" Version="1.0.0.0" Architecture="X86" FileName="a.appx" Offset="40" Size="9"/>
            <Package Version="1.0.0.0" FileName="b.appx" ResourceId="split.scale-200"><Resources>
            <Resource Language="de-de"/></Resources></Package>
            <Package Type="application" FileName="AppxMetadata\Stub\s.appx" c:IsStub="true"/>
            <Package Offset="5"/><Other FileName="c.appx"/></Packages></Bundle>"#;
        let bundle = BundleManifest::parse(text.as_bytes()).unwrap_or_default();
        let kinds: Vec<_> = bundle.packages.iter().map(|listed| WindowsPackage::from(listed).kind).collect();
        assert_eq!(kinds, ["application", "resource", "stub"]);
        let first = bundle.packages.first().cloned().unwrap_or_default();
        assert_eq!(
            (first.architecture.as_deref(), first.offset, first.size),
            (Some("x86"), Some(40), Some(9))
        );
        assert_eq!(bundle.packages[1].languages, ["de-de"]);
        assert_eq!(bundle.applications().count(), 1);
    }

    #[test]
    fn other_documents_are_refused() {
        for text in ["<Package/>", "<Bundle/>", "<Bundle><Packages/></Bundle>", "<Bundle>", ""] {
            assert!(BundleManifest::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
