//! The parts of Windows app packages and bundles.
//!
//! Sources: Microsoft's package manifest schema for Windows 10 and its bundle manifest schema; OPC (ECMA-376 part 2)
//! for the names of parts. [`manifest`] and [`bundle`] read the two manifests, [`identity`] what both share; [`parts`]
//! finds parts by name, [`strings`] localized names, [`logo`] the icon, [`signature`] the signer, [`inner`] packages
//! inside a bundle. [`findings`] has what both kinds of file are checked for.

pub(crate) mod bundle;
pub(crate) mod findings;
pub(crate) mod identity;
pub(crate) mod inner;
pub(crate) mod logo;
pub(crate) mod manifest;
pub(crate) mod parts;
pub(crate) mod signature;
pub(crate) mod strings;

use crate::encoding::xml::XmlError;
use crate::{Format, InspectError, Refusal};

/// Where a package or a bundle was found. Checks are stricter for a file that testers install by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    /// The package is the whole file.
    Standalone,
    /// The package is in an upload, which the Store signs.
    InUpload,
    /// The package is in a bundle, whose signature covers it.
    InBundle,
}

/// Why a manifest cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ManifestError {
    #[error(transparent)]
    Xml(#[from] XmlError),
    #[error("expected a manifest that begins with `{expected}`, got `{got}`")]
    OtherRoot { expected: &'static str, got: String },
    #[error("expected an identity with a name in the manifest, got none")]
    NoIdentity,
}

impl From<ManifestError> for InspectError {
    fn from(error: ManifestError) -> Self {
        Refusal::corrupt(error.to_string()).into()
    }
}

/// The two formats for the same content: `.appx…`, and since Windows 10 1809 `.msix…`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FormatPair {
    pub(crate) appx: Format,
    pub(crate) msix: Format,
}

pub(crate) const PACKAGE: FormatPair = FormatPair { appx: Format::Appx, msix: Format::Msix };
pub(crate) const BUNDLE: FormatPair = FormatPair { appx: Format::AppxBundle, msix: Format::MsixBundle };
pub(crate) const UPLOAD: FormatPair = FormatPair { appx: Format::AppxUpload, msix: Format::MsixUpload };

impl FormatPair {
    /// The format that the file's name has the extension of, if it is one of the two.
    pub(crate) fn by_extension(self, file_name: &str) -> Option<Format> {
        let extension = extension(file_name);
        [self.appx, self.msix].into_iter().find(|format| format.extension() == extension)
    }

    /// The newer format if `is_msix`, else the older.
    pub(crate) fn pick(self, is_msix: bool) -> Format {
        if is_msix { self.msix } else { self.appx }
    }
}

/// The extension of a name, in lower case.
pub(crate) fn extension(file_name: &str) -> String {
    file_name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// Whether all systems from this version on know `.msix`: Windows 10 1809, which is 10.0.17763, is the first.
pub(crate) fn is_msix_version(min_version: Option<&str>) -> bool {
    let Some(version) = min_version else { return false };
    let parts: Vec<u32> = version.split('.').map_while(|part| part.trim().parse().ok()).collect();
    parts.as_slice() >= [10, 0, 17763].as_slice()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_decides_between_appx_and_msix() {
        assert_eq!(PACKAGE.by_extension("A.MSIX"), Some(Format::Msix));
        assert_eq!(BUNDLE.by_extension("a.b.appxbundle"), Some(Format::AppxBundle));
        assert_eq!(PACKAGE.by_extension("a.appxbundle"), None);
        assert_eq!(UPLOAD.by_extension("msixupload"), None);
    }

    #[test]
    fn msix_begins_with_windows_10_1809() {
        for (version, is_msix) in
            [("10.0.17763.0", true), ("10.0.17134.0", false), ("6.2", false), ("11.0", true), ("x", false)]
        {
            assert_eq!(is_msix_version(Some(version)), is_msix, "{version}");
        }
    }
}
