//! What a package turned out to be.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Finding;

/// What a package says about itself, and what is odd about it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Artifact {
    /// The package's format, by its content, not by its name.
    pub format: Format,
    /// The OS it is for.
    pub os: Os,
    /// The app's id: the package name on Android.
    pub identifier: String,
    /// The name people see, in the default language.
    pub name: Option<String>,
    /// The version people see: `versionName` on Android.
    pub version: Option<String>,
    /// The version machines compare: `versionCode` on Android.
    pub build: Option<String>,
    /// The oldest OS it runs on: an API level or a codename on Android.
    pub min_os: Option<String>,
    /// Length of the file in bytes.
    pub size: u64,
    /// What a release manager should know before releasing it.
    pub findings: Vec<Finding>,
    /// Bytes of the file that were fetched to tell all this.
    pub bytes_read: u64,
    /// Ranges in which they were fetched.
    pub reads: u32,
}

/// A package format.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// An Android package.
    Apk,
}

impl Format {
    /// The OS that packages of this format are for.
    #[must_use]
    pub fn os(self) -> Os {
        match self {
            Self::Apk => Os::Android,
        }
    }

    /// The usual file name extension, without a dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Apk => "apk",
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
    fn a_format_is_written_as_it_is_shown() {
        assert_eq!(serde_json::to_string(&Format::Apk).ok(), Some(format!("\"{}\"", Format::Apk)));
        assert_eq!(Format::Apk.os(), Os::Android);
    }
}
