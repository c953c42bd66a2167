//! `AndroidManifest.xml`: the few facts of it that make a release.

use crate::axml::{Document, Value};

/// What a manifest states, references not yet followed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Manifest {
    pub(crate) package: String,
    /// The name of the split, if the package is only a part of an app.
    pub(crate) split: Option<String>,
    pub(crate) version_code: Option<Value>,
    /// The upper 32 bits of the version code, since API level 28.
    pub(crate) version_code_major: Option<Value>,
    pub(crate) version_name: Option<Value>,
    pub(crate) min_sdk: Option<Value>,
    pub(crate) target_sdk: Option<Value>,
    pub(crate) label: Option<Value>,
    pub(crate) icon: Option<Value>,
    /// For devices that show round icons.
    pub(crate) round_icon: Option<Value>,
    pub(crate) debuggable: Option<Value>,
    pub(crate) test_only: Option<Value>,
}

/// Why a manifest names no app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ManifestError {
    #[error("expected `AndroidManifest.xml` to be binary xml, got text xml")]
    Text,
    #[error("expected `AndroidManifest.xml` to begin with a `manifest` element, got none")]
    NoElement,
    #[error("expected `AndroidManifest.xml` to name its package, got none")]
    NoPackage,
}

impl Manifest {
    /// Reads binary XML.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let mut document = Document::new(bytes);
        let root = document.next_element().filter(|root| root.name == "manifest");
        let Some(root) = root else {
            return Err(if is_text(bytes) { ManifestError::Text } else { ManifestError::NoElement });
        };
        let package = root.plain_attribute("package").filter(|package| !package.is_empty());
        let mut manifest = Self {
            package: package.ok_or(ManifestError::NoPackage)?,
            split: root.plain_attribute("split"),
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
            &mut self.label,
            &mut self.debuggable,
            &mut self.test_only,
        ]
        .into_iter()
        .flatten()
        .filter(|value| matches!(value, Value::Reference(_)))
    }

    /// Of elements that should be there once the first counts, as in Android.
    fn read_children(&mut self, document: &mut Document<'_>) {
        let (mut has_sdk, mut has_application) = (false, false);
        while let Some(element) = document.next_element() {
            match element.name.as_str() {
                // A second root: what follows is not this manifest.
                _ if element.depth == 0 => return,
                "uses-sdk" if element.depth == 1 && !has_sdk => {
                    has_sdk = true;
                    self.min_sdk = element.attribute(0x0101_020c, "minSdkVersion");
                    self.target_sdk = element.attribute(0x0101_0270, "targetSdkVersion");
                }
                "application" if element.depth == 1 && !has_application => {
                    has_application = true;
                    self.label = element.attribute(0x0101_0001, "label");
                    self.icon = element.attribute(0x0101_0002, "icon");
                    self.round_icon = element.attribute(0x0101_052c, "roundIcon");
                    self.debuggable = element.attribute(0x0101_000f, "debuggable");
                    self.test_only = element.attribute(0x0101_0272, "testOnly");
                }
                _ => {}
            }
        }
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.trim_ascii_start().starts_with(b"<")
}
