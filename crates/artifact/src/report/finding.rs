//! What a release manager should know about a package that can be released.

use serde::{Deserialize, Serialize};

use crate::RefusalCode;

/// Something a release manager should know about a package.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// For programs: stable, kebab-case.
    pub code: String,
    /// For people: what was found.
    pub message: String,
    /// For people: what to do about it.
    pub fix: String,
}

/// How much a [`Finding`] matters, the most first.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Testers will not be able to install the package.
    Error,
    /// Probably not intended.
    Warning,
    /// Good to know.
    Info,
}

impl Finding {
    pub(crate) fn new(severity: Severity, code: &str, message: String, fix: &str) -> Self {
        Self { severity, code: code.to_owned(), message, fix: fix.to_owned() }
    }

    /// What was found, in three to six words, for lists and chips. A code that this version does not know, as of a
    /// finding that another version stored, is its own title.
    #[must_use]
    pub fn title(&self) -> &str {
        finding_title(&self.code).unwrap_or(&self.code)
    }
}

/// The title of a finding with this code, or of a file that is refused for that reason: three to six words.
///
/// It belongs to the code and is not stored with the finding, so that a better title reaches old findings too.
#[must_use]
pub fn finding_title(code: &str) -> Option<&'static str> {
    let found = TITLES.iter().find(|(known, _)| *known == code).map(|(_, title)| *title);
    found
        .or_else(|| RefusalCode::ALL.into_iter().find(|known| known.as_str() == code).map(RefusalCode::title))
}

/// Code and title of every finding, in the order of docs/inspecting-a-package.md.
const TITLES: &[(&str, &str)] = &[
    // The app and its version.
    ("missing-version-name", "No version name set"),
    ("missing-version-code", "No version code set"),
    ("missing-version", "No version in package"),
    ("missing-build", "No build number set"),
    ("missing-name", "No display name set"),
    ("missing-identifier", "No bundle identifier set"),
    ("missing-publisher", "No publisher in identity"),
    ("missing-upgrade-code", "No upgrade code set"),
    ("version-unfit", "Version not accepted everywhere"),
    ("identifier-unfit", "Identifier not accepted everywhere"),
    ("unresolved-reference", "Text reference not resolved"),
    ("unreadable-resources", "Resource table cannot be read"),
    ("mismatched-extension", "File extension does not match"),
    ("unusual-file-name", "File name lacks an extension"),
    // What installs, and where.
    ("split-package", "Only part of an app"),
    ("split-packages", "Set of split packages"),
    ("needs-conversion", "Must be converted first"),
    ("nested-payload", "Payload not at top level"),
    ("no-application", "No app found inside"),
    ("several-apps", "More than one app inside"),
    ("broken-package", "Broken package in an archive"),
    ("inner-package", "Package inside an archive"),
    ("test-only", "Build marked as test-only"),
    ("debuggable", "Build can be debugged"),
    ("preview-sdk", "Built for an Android preview"),
    ("target-too-old", "Target SDK too old"),
    ("special-device", "Only for special devices"),
    ("simulator-build", "Build for simulators only"),
    ("drm-encrypted", "Encrypted App Store copy"),
    ("missing-executable", "App executable is missing"),
    ("32-bit-only", "Code for 32 bits only"),
    ("unknown-abi", "Unknown native code folder"),
    ("rosetta-needed", "Needs Rosetta on Apple silicon"),
    ("external-files", "Installer needs other files"),
    ("compressed-resources", "Resource table is compressed"),
    ("duplicate-package", "Several packages for one device"),
    ("missing-package", "Listed package is missing"),
    ("compressed-package", "Package in bundle is compressed"),
    ("wrong-package-size", "Package size does not match"),
    ("wrong-package-offset", "Package offset does not match"),
    ("package-mismatch", "Package differs from its bundle"),
    ("missing-bundle-manifest", "Bundle manifest is missing"),
    ("unreadable-package", "Package in bundle cannot be read"),
    ("unread-package", "Package in upload not read"),
    ("symbols-missing", "No symbols for crash reports"),
    // Who signed it.
    ("unsigned", "Package is not signed"),
    ("debug-signed", "Signed for development only"),
    ("unreadable-signature", "Signature cannot be read"),
    ("stripped-signature", "Signature was removed"),
    ("signature-too-old", "Signature scheme too old"),
    ("signature-too-new", "Signature scheme too new"),
    ("expired-certificate", "Signing certificate has expired"),
    ("missing-profile", "Provisioning profile is missing"),
    ("expired-profile", "Provisioning profile has expired"),
    ("expiring-profile", "Provisioning profile expires soon"),
    ("store-profile", "Signed for the App Store"),
    ("profile-mismatch", "Provisioning profile does not match"),
    ("unreadable-profile", "Provisioning profile cannot be read"),
    ("not-stapled", "No notarization ticket stapled"),
    ("publisher-mismatch", "Signer is not the publisher"),
    ("misplaced-signature", "Package changed after signing"),
    // The icon and other parts.
    ("missing-icon", "No icon found"),
    ("unreadable-icon", "Icon cannot be read"),
    ("partial-icon", "Icon drawn in part"),
    ("unknown-code-page", "Text in unknown code page"),
    ("unreadable-summary", "Installer summary cannot be read"),
    ("unreadable-media", "List of files cannot be read"),
    ("unreadable-volume", "Volume cannot be read"),
    ("damaged-image", "Disk image is damaged"),
    // The archive itself.
    ("leading-bytes", "Extra bytes before the archive"),
    ("trailing-bytes", "Extra bytes after the end"),
    ("damaged-directory", "Archive's file list is damaged"),
    ("duplicate-entry", "Duplicate names in the archive"),
    ("overlapping-entries", "Archive entries share bytes"),
    ("unsafe-entry-name", "Unsafe file name in archive"),
    ("unknown-method", "Unknown compression method used"),
    ("false-encryption", "Falsely marked as encrypted"),
    ("wrong-checksum", "Manifest has wrong checksum"),
    ("missing-block-map", "Block map is missing"),
    ("missing-content-types", "List of content types missing"),
    ("too-large-expanded", "Very large when unpacked"),
    ("clashing-names", "Names differ only in case"),
    ("unsafe-link", "Link leads outside the archive"),
    ("symbolic-links", "Archive has symbolic links"),
    // What only the command line says.
    ("missing-file", "File does not exist"),
    ("not-a-file", "Not a regular file"),
    ("needs-codecs", "Format missing in this build"),
    ("unwritten-icon", "Icon cannot be written"),
];
