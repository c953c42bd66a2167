//! `AppxManifest.xml`: the manifest of one package.

use crate::DeviceFamily;
use crate::encoding::xml::{self, Element};
use crate::windows::appx::ManifestError;
use crate::windows::appx::identity::{Identity, attribute_text};

/// The name of the part.
pub(crate) const PART_NAME: &str = "AppxManifest.xml";

/// Entries of a list that are read: real packages have up to about 100 languages.
const MAX_LISTED: usize = 1000;

/// A package manifest. Names and paths may be references (`ms-resource:…`), and paths have backslashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) identity: Identity,
    /// `Properties/DisplayName`
    pub(crate) name: Option<String>,
    /// The first application's `VisualElements/@DisplayName`.
    pub(crate) application_name: Option<String>,
    /// `Properties/PublisherDisplayName`
    pub(crate) publisher_name: Option<String>,
    /// Paths of pictures, the best to show first.
    pub(crate) logos: Vec<String>,
    pub(crate) families: Vec<DeviceFamily>,
    /// `Prerequisites/OSMinVersion` of Windows 8.
    os_min_version: Option<String>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) languages: Vec<String>,
    /// Names of framework packages.
    pub(crate) dependencies: Vec<String>,
    /// Whether it is a framework, which other packages depend on.
    pub(crate) is_framework: bool,
    /// Whether it is a resource package, with texts or pictures of another package.
    pub(crate) is_resources: bool,
    pub(crate) has_application: bool,
    /// Whether it is an optional package, which extends an installed one.
    pub(crate) is_optional: bool,
}

impl Manifest {
    /// Reads the part.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        const ROOT: &str = "Package";
        let root = xml::parse(bytes)?;
        if root.name != ROOT {
            return Err(ManifestError::OtherRoot { expected: ROOT, got: root.name });
        }
        let identity = root.child("Identity").and_then(Identity::of).ok_or(ManifestError::NoIdentity)?;
        let property =
            |name| root.at(&["Properties", name]).and_then(Element::trimmed_text).map(str::to_owned);
        let is_set = |name| property(name).is_some_and(|text| text == "true" || text == "1");
        let application = root.at(&["Applications", "Application"]);
        let visual = application.and_then(|application| application.child("VisualElements"));
        let dependencies = root.child("Dependencies");
        Ok(Self {
            identity,
            name: property("DisplayName"),
            application_name: visual.and_then(|visual| attribute_text(visual, "DisplayName")),
            publisher_name: property("PublisherDisplayName"),
            logos: property("Logo").into_iter().chain(visual.map(logos).unwrap_or_default()).collect(),
            families: dependencies.map(families).unwrap_or_default(),
            os_min_version: root
                .at(&["Prerequisites", "OSMinVersion"])
                .and_then(Element::trimmed_text)
                .map(str::to_owned),
            capabilities: root.child("Capabilities").map(capabilities).unwrap_or_default(),
            languages: languages(&root),
            dependencies: dependencies
                .map(|element| distinct_attributes(element.children_named("PackageDependency"), "Name"))
                .unwrap_or_default(),
            is_framework: is_set("Framework"),
            is_resources: is_set("ResourcePackage"),
            has_application: application.is_some(),
            is_optional: dependencies.is_some_and(|element| element.child("MainPackageDependency").is_some()),
        })
    }

    /// The oldest system that it runs on: the version for PCs, if several device families state one.
    pub(crate) fn min_version(&self) -> Option<&str> {
        let of = |name: &str| self.families.iter().find(|family| family.name.eq_ignore_ascii_case(name));
        let family = of("Windows.Desktop").or_else(|| of("Windows.Universal")).or(self.families.first());
        family.and_then(|family| family.min_version.as_deref()).or(self.os_min_version.as_deref())
    }
}

/// The pictures of an application, in the attributes since Windows 8.1 and before.
fn logos(visual: &Element) -> Vec<String> {
    const ATTRIBUTES: [&str; 6] =
        ["Square150x150Logo", "Square44x44Logo", "Logo", "Square30x30Logo", "SmallLogo", "Square71x71Logo"];
    ATTRIBUTES.iter().filter_map(|name| attribute_text(visual, name)).collect()
}

/// The device families. A bundle's manifest has the same elements.
pub(crate) fn families(dependencies: &Element) -> Vec<DeviceFamily> {
    let families = dependencies.children_named("TargetDeviceFamily").filter_map(|element| {
        Some(DeviceFamily {
            name: attribute_text(element, "Name")?,
            min_version: attribute_text(element, "MinVersion"),
            max_version_tested: attribute_text(element, "MaxVersionTested"),
        })
    });
    families.take(MAX_LISTED).collect()
}

/// Capabilities of all kinds: `Capability`, `DeviceCapability` and others. Each has a name.
fn capabilities(element: &Element) -> Vec<String> {
    distinct_attributes(element.children.iter(), "Name")
}

/// The languages, the default one first.
pub(crate) fn languages(element: &Element) -> Vec<String> {
    element
        .child("Resources")
        .map(|resources| distinct_attributes(resources.children_named("Resource"), "Language"))
        .unwrap_or_default()
}

fn distinct_attributes<'a>(elements: impl Iterator<Item = &'a Element>, attribute: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in elements.take(MAX_LISTED).filter_map(|element| attribute_text(element, attribute)) {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOWS_10: &str = r#"<Package xmlns="m" xmlns:u="u"><Identity Name="Example.App" Publisher="CN=Example"
        Version="1.2.3.0" ProcessorArchitecture="ARM64" ResourceId=""/><Properties><DisplayName> App </DisplayName>
        <PublisherDisplayName>Example</PublisherDisplayName><Logo>Assets\Store.png</Logo></Properties><Dependencies>
        <TargetDeviceFamily Name="Windows.Xbox" MinVersion="10.0.16299.0"/><TargetDeviceFamily Name="Windows.Desktop"
        MinVersion="10.0.17763.0" MaxVersionTested="10.0.19041.0"/><PackageDependency Name="Example.Framework"/>
        </Dependencies><Resources><Resource Language="en-us"/><Resource Language="de-de"/><Resource u:Scale="200"/>
        </Resources><Applications><Application Id="A"><u:VisualElements DisplayName="ms-resource:a"
        Square150x150Logo="a.png"/></Application></Applications><Capabilities><Capability Name="internetClient"/>
        <u:Capability Name="runFullTrust"/><DeviceCapability Name="webcam"/></Capabilities></Package>"#;

    #[test]
    fn names_are_read_in_any_namespace() {
        let manifest = Manifest::parse(WINDOWS_10.as_bytes()).unwrap_or_default();
        assert_eq!(manifest.identity.architecture.as_deref(), Some("arm64"));
        assert_eq!(manifest.identity.resource_id, None);
        assert_eq!(manifest.name.as_deref(), Some("App"));
        assert_eq!(manifest.application_name.as_deref(), Some("ms-resource:a"));
        assert_eq!(manifest.logos, ["Assets\\Store.png", "a.png"]);
        assert_eq!(manifest.capabilities, ["internetClient", "runFullTrust", "webcam"]);
        assert_eq!(manifest.languages, ["en-us", "de-de"]);
        assert_eq!(manifest.dependencies, ["Example.Framework"]);
        assert_eq!(manifest.min_version(), Some("10.0.17763.0"));
        assert!(manifest.has_application && !manifest.is_framework && !manifest.is_resources);
    }

    #[test]
    fn windows_8_states_its_version_in_prerequisites() {
        let manifest = Manifest::parse(
            b"<Package><Identity Name='abc'/><Properties><Framework>true</Framework></Properties>\
            <Prerequisites><OSMinVersion>6.3.0</OSMinVersion></Prerequisites></Package>",
        );
        let manifest = manifest.unwrap_or_default();
        assert_eq!((manifest.min_version(), manifest.is_framework), (Some("6.3.0"), true));
    }

    #[test]
    fn other_documents_are_refused() {
        let error = |text: &str| Manifest::parse(text.as_bytes()).err().map(|error| error.to_string());
        let cases = [
            ("<Bundle/>", "expected a manifest that begins with `Package`, got `Bundle`"),
            ("<Package/>", "expected an identity with a name in the manifest, got none"),
            (
                "<Package><Identity Name=' '/></Package>",
                "expected an identity with a name in the manifest, got none",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(error(text).as_deref(), Some(message), "{text}");
        }
        for end in 0..WINDOWS_10.len() {
            assert!(Manifest::parse(&WINDOWS_10.as_bytes()[..end]).is_err(), "{end}");
        }
    }
}
