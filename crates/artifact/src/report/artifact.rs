//! What an inspection found out about a package.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Android, Apple, Finding, Icon, Windows};

/// What a package says about itself, and the findings about it.
///
/// In layers: without an identity a file is refused, and whatever else cannot be read leaves a finding.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Artifact {
    /// The package's format, by its content, not by its name.
    pub format: Format,
    /// The OS it is for.
    pub os: Os,
    /// The app's id: package name, bundle id, Identity Name or `ProductCode`.
    pub identifier: Option<String>,
    /// The name that users see, in the default language.
    pub name: Option<String>,
    /// The version that users see: `versionName`, `CFBundleShortVersionString`, Identity Version, `ProductVersion`.
    pub version: Option<String>,
    /// The version that systems compare: `versionCode`, `CFBundleVersion`.
    pub build: Option<String>,
    /// The oldest OS it runs on: `minSdkVersion` (an API level or a codename), `MinimumOSVersion`,
    /// `LSMinimumSystemVersion` or the target device family's `MinVersion`.
    pub min_os: Option<String>,
    /// Length of the file in bytes.
    pub size: u64,
    /// The picture it shows on a device.
    pub icon: Option<Icon>,
    /// What only Android packages say.
    pub android: Option<Android>,
    /// What only packages for Apple's systems say.
    pub apple: Option<Apple>,
    /// What only Windows packages say.
    pub windows: Option<Windows>,
    /// What a release manager should know before releasing it, the worst first.
    pub findings: Vec<Finding>,
    /// Bytes of the file that were fetched for this.
    pub bytes_read: u64,
    /// Ranges in which they were fetched.
    pub reads: u32,
}

impl Artifact {
    /// What stays the same from one version of the app to the next: the identifier, but for an installer of
    /// Windows its `UpgradeCode`, because every version has a `ProductCode` of its own.
    #[must_use]
    pub fn app_identifier(&self) -> Option<&str> {
        match self.format {
            Format::Msi => self.windows.as_ref()?.upgrade_code.as_deref(),
            Format::Apk
            | Format::Aab
            | Format::Ipa
            | Format::AppZip
            | Format::Pkg
            | Format::Dmg
            | Format::Appx
            | Format::AppxBundle
            | Format::AppxUpload
            | Format::Msix
            | Format::MsixBundle
            | Format::MsixUpload
            | Format::Zip => self.identifier.as_deref(),
        }
    }

    /// Whether packages of this format may have no identifier: then the uploader says which app it is.
    #[must_use]
    pub fn may_lack_identifier(&self) -> bool {
        match self.format {
            Format::Zip
            | Format::Msi
            | Format::Dmg
            | Format::Pkg
            | Format::AppxUpload
            | Format::MsixUpload => true,
            Format::Apk
            | Format::Aab
            | Format::Ipa
            | Format::AppZip
            | Format::Appx
            | Format::AppxBundle
            | Format::Msix
            | Format::MsixBundle => false,
        }
    }

    /// The systems whose apps this can be a release of, the likeliest first. A plain archive may be for any system that
    /// has no package format of its own.
    #[must_use]
    pub fn oses(&self) -> &[Os] {
        match self.format {
            Format::Zip if self.os == Os::Windows => &[Os::Windows, Os::Custom, Os::Linux, Os::Tizen],
            Format::Zip => &[Os::Custom, Os::Windows, Os::Linux, Os::Tizen],
            Format::Apk
            | Format::Aab
            | Format::Ipa
            | Format::AppZip
            | Format::Pkg
            | Format::Dmg
            | Format::Appx
            | Format::AppxBundle
            | Format::AppxUpload
            | Format::Msix
            | Format::MsixBundle
            | Format::MsixUpload
            | Format::Msi => std::slice::from_ref(&self.os),
        }
    }

    /// A package of `size` bytes of which nothing else is known yet.
    #[must_use]
    pub fn new(format: Format, os: Os, size: u64) -> Self {
        Self {
            format,
            os,
            identifier: None,
            name: None,
            version: None,
            build: None,
            min_os: None,
            size,
            icon: None,
            android: None,
            apple: None,
            windows: None,
            findings: Vec::new(),
            bytes_read: 0,
            reads: 0,
        }
    }
}

/// A package format, written as its usual file name extension.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// An Android package.
    Apk,
    /// An Android app bundle.
    Aab,
    /// An iOS or tvOS package.
    Ipa,
    /// A zipped Mac app, or an app for Apple's simulators.
    #[serde(rename = "app.zip")]
    AppZip,
    /// A Mac installer.
    Pkg,
    /// A Mac disk image.
    Dmg,
    /// A Windows app package.
    Appx,
    /// Windows app packages for several architectures or languages.
    AppxBundle,
    /// What Visual Studio makes for the Store: a bundle or packages with their symbols.
    AppxUpload,
    /// A Windows app package in its present form.
    Msix,
    /// Windows app packages for several architectures or languages, in their present form.
    MsixBundle,
    /// What Visual Studio makes for the Store, in its present form.
    MsixUpload,
    /// A Windows installer.
    Msi,
    /// An archive that is none of the others.
    Zip,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Apk,
        Self::Aab,
        Self::Ipa,
        Self::AppZip,
        Self::Pkg,
        Self::Dmg,
        Self::Appx,
        Self::AppxBundle,
        Self::AppxUpload,
        Self::Msix,
        Self::MsixBundle,
        Self::MsixUpload,
        Self::Msi,
        Self::Zip,
    ];

    /// Whether the uploader's version counts before the file's own: these files may say none, and what uploads them to
    /// App Center has to state one in any case.
    #[must_use]
    pub fn takes_version(self) -> bool {
        match self {
            Self::Pkg | Self::Dmg | Self::Msi | Self::Zip => true,
            Self::Apk
            | Self::Aab
            | Self::Ipa
            | Self::AppZip
            | Self::Appx
            | Self::AppxBundle
            | Self::AppxUpload
            | Self::Msix
            | Self::MsixBundle
            | Self::MsixUpload => false,
        }
    }

    /// Whether a version that the uploader states needs a build number as well, as App Center wants it.
    #[must_use]
    pub fn takes_build_number(self) -> bool {
        match self {
            Self::Pkg | Self::Dmg => true,
            Self::Apk
            | Self::Aab
            | Self::Ipa
            | Self::AppZip
            | Self::Appx
            | Self::AppxBundle
            | Self::AppxUpload
            | Self::Msix
            | Self::MsixBundle
            | Self::MsixUpload
            | Self::Msi
            | Self::Zip => false,
        }
    }

    /// Whether one of the app stores that Slipway knows (Google Play, the App Store, Intune) takes it.
    #[must_use]
    pub fn is_for_app_stores(self) -> bool {
        match self {
            Self::Apk | Self::Aab | Self::Ipa => true,
            Self::AppZip
            | Self::Pkg
            | Self::Dmg
            | Self::Appx
            | Self::AppxBundle
            | Self::AppxUpload
            | Self::Msix
            | Self::MsixBundle
            | Self::MsixUpload
            | Self::Msi
            | Self::Zip => false,
        }
    }

    /// The usual file name extension, without a dot before it.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Apk => "apk",
            Self::Aab => "aab",
            Self::Ipa => "ipa",
            Self::AppZip => "app.zip",
            Self::Pkg => "pkg",
            Self::Dmg => "dmg",
            Self::Appx => "appx",
            Self::AppxBundle => "appxbundle",
            Self::AppxUpload => "appxupload",
            Self::Msix => "msix",
            Self::MsixBundle => "msixbundle",
            Self::MsixUpload => "msixupload",
            Self::Msi => "msi",
            Self::Zip => "zip",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension())
    }
}

/// An operating system, named as App Center's API names it.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Os {
    /// Android
    Android,
    /// iOS and iPadOS
    #[serde(rename = "iOS")]
    Ios,
    /// macOS
    #[serde(rename = "macOS")]
    MacOs,
    /// Tizen
    Tizen,
    /// tvOS
    #[serde(rename = "tvOS")]
    TvOs,
    /// Windows
    Windows,
    /// Linux
    Linux,
    /// Anything else
    Custom,
}

impl fmt::Display for Os {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Android => "Android",
            Self::Ios => "iOS",
            Self::MacOs => "macOS",
            Self::Tizen => "Tizen",
            Self::TvOs => "tvOS",
            Self::Windows => "Windows",
            Self::Linux => "Linux",
            Self::Custom => "Custom",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_os_is_written_as_it_is_shown() {
        use Os::{Android, Custom, Ios, Linux, MacOs, Tizen, TvOs, Windows};
        for os in [Android, Custom, Ios, Linux, MacOs, Tizen, TvOs, Windows] {
            let json = format!("\"{os}\"");
            assert_eq!(serde_json::to_string(&os).ok(), Some(json.clone()));
            assert_eq!(serde_json::from_str(&json).ok(), Some(os));
        }
    }

    #[test]
    fn a_format_is_written_as_its_extension() {
        for format in Format::ALL {
            assert_eq!(serde_json::to_string(&format).ok(), Some(format!("\"{format}\"")));
        }
    }
}
