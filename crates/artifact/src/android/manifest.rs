//! `AndroidManifest.xml`: the attributes that a release needs.

use crate::Feature;
use crate::android::axml::{Document, Element};
use crate::android::value::Value;

/// Elements of one kind that are listed. Large apps ask for 100 permissions.
const MAX_LISTED: usize = 1000;

/// Bytes of a permission's or feature's name that is listed.
const MAX_NAME: usize = 256;

/// What a manifest states, references not yet followed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Manifest {
    pub(crate) package: String,
    /// The name of the split, if the package is only a part of an app.
    pub(crate) split: Option<String>,
    /// Whether it is the base of an app that is not whole without its splits.
    pub(crate) needs_splits: bool,
    pub(crate) version_code: Option<Value>,
    /// The upper 32 bits of the version code, since API level 28.
    pub(crate) version_code_major: Option<Value>,
    pub(crate) version_name: Option<Value>,
    pub(crate) min_sdk: Option<Value>,
    pub(crate) target_sdk: Option<Value>,
    pub(crate) max_sdk: Option<Value>,
    pub(crate) label: Option<Value>,
    pub(crate) icon: Option<Value>,
    /// For devices that show round icons.
    pub(crate) round_icon: Option<Value>,
    pub(crate) debuggable: Option<Value>,
    pub(crate) test_only: Option<Value>,
    /// Each once, in their order.
    pub(crate) permissions: Vec<String>,
    /// Those with a name.
    pub(crate) features: Vec<Feature>,
}

/// Why a manifest does not identify an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ManifestError {
    #[error("expected `AndroidManifest.xml` to be binary XML, got XML as text")]
    Text,
    #[error("expected `AndroidManifest.xml` to begin with a `manifest` element, got none")]
    NoElement,
    #[error("expected `AndroidManifest.xml` to name its package, got none")]
    NoPackage,
}

impl Manifest {
    /// Reads binary XML.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        Self::read(Document::new(bytes)).map_err(|error| match error {
            ManifestError::NoElement if is_text(bytes) => ManifestError::Text,
            error => error,
        })
    }

    /// Reads a document of either kind.
    pub(crate) fn read(mut document: Document<'_>) -> Result<Self, ManifestError> {
        let root = document.next_element().filter(|root| root.name == "manifest");
        let Some(root) = root else {
            return Err(ManifestError::NoElement);
        };
        let package = root.plain_attribute("package").filter(|package| !package.is_empty());
        let mut manifest = Self {
            package: package.ok_or(ManifestError::NoPackage)?,
            split: root.plain_attribute("split"),
            needs_splits: is_true(root.attribute(0x0101_0591, "isSplitRequired").as_ref()),
            version_code: root.attribute(0x0101_021b, "versionCode"),
            version_code_major: root.attribute(0x0101_0576, "versionCodeMajor"),
            version_name: root.attribute(0x0101_021c, "versionName"),
            ..Self::default()
        };
        manifest.read_children(&mut document);
        Ok(manifest)
    }

    /// The values that are references, all of them wanted.
    pub(crate) fn references(&mut self) -> impl Iterator<Item = &mut Value> {
        [
            &mut self.version_code,
            &mut self.version_code_major,
            &mut self.version_name,
            &mut self.min_sdk,
            &mut self.target_sdk,
            &mut self.max_sdk,
            &mut self.label,
            &mut self.debuggable,
            &mut self.test_only,
        ]
        .into_iter()
        .flatten()
        .filter(|value| matches!(value, Value::Reference(_) | Value::Named(_)))
    }

    /// Of elements that should be there once the first counts, as in Android.
    fn read_children(&mut self, document: &mut Document<'_>) {
        let (mut has_sdk, mut has_application) = (false, false);
        let (mut n_permissions, mut n_features) = (0, 0);
        while let Some(element) = document.next_within(1) {
            match element.name.as_str() {
                // A second root: what follows is not this manifest.
                _ if element.depth == 0 => return,
                "uses-sdk" if element.depth == 1 && !has_sdk => {
                    has_sdk = true;
                    self.min_sdk = element.attribute(0x0101_020c, "minSdkVersion");
                    self.target_sdk = element.attribute(0x0101_0270, "targetSdkVersion");
                    self.max_sdk = element.attribute(0x0101_0271, "maxSdkVersion");
                }
                "uses-permission" | "uses-permission-sdk-23" | "uses-permission-sdk-m"
                    if element.depth == 1 && n_permissions < MAX_LISTED =>
                {
                    n_permissions += 1;
                    let name = listed_name(&element).filter(|name| !self.permissions.contains(name));
                    self.permissions.extend(name);
                }
                "uses-feature" if element.depth == 1 && n_features < MAX_LISTED => {
                    n_features += 1;
                    let required = element.attribute(0x0101_028e, "required");
                    let required =
                        matches!(required, None | Some(Value::Reference(_))) || is_true(required.as_ref());
                    self.features.extend(listed_name(&element).map(|name| Feature { name, required }));
                }
                "application" if element.depth == 1 && !has_application => {
                    has_application = true;
                    self.label = element.attribute(0x0101_0001, "label");
                    self.icon = element.attribute(0x0101_0002, "icon");
                    self.round_icon = element.attribute(0x0101_052c, "roundIcon");
                    self.debuggable = element.attribute(0x0101_000f, "debuggable");
                    self.test_only = element.attribute(0x0101_0272, "testOnly");
                    self.needs_splits |= is_true(element.attribute(0x0101_0591, "isSplitRequired").as_ref());
                }
                _ => {}
            }
        }
    }
}

/// Whether a flag is set. A reference that leads nowhere sets nothing.
pub(crate) fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(bool)) => *bool,
        Some(Value::Number(number)) => *number != 0,
        Some(Value::Text(text)) => text == "true",
        Some(_) | None => false,
    }
}

/// The name that an element lists, unless it is absurd.
fn listed_name(element: &Element<'_>) -> Option<String> {
    match element.attribute(0x0101_0003, "name") {
        Some(Value::Text(name)) if (1..=MAX_NAME).contains(&name.len()) => Some(name),
        _ => None,
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.trim_ascii_start().starts_with(b"<")
}
