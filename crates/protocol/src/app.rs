use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Right;

/// An app: what releases belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct App {
    /// UUID.
    pub id: String,
    /// UUID by which the Distribute SDKs know the app.
    pub app_secret: String,
    /// The name in URLs, unique for its owner.
    pub name: String,
    /// The display name.
    pub display_name: String,
    /// What the app is about.
    pub description: Option<String>,
    /// The system it runs on.
    pub os: Os,
    /// What it is written with.
    pub platform: Platform,
    /// Suggested words are Alpha, Beta, Production, Store and Enterprise.
    pub release_type: Option<String>,
    /// Where its icon is.
    pub icon_url: Option<String>,
    /// Always `appcenter` for apps made here.
    pub origin: String,
    /// Whose app it is.
    pub owner: Owner,
    /// ISO 8601, UTC, with milliseconds.
    pub created_at: String,
    /// ISO 8601, UTC, with milliseconds.
    pub updated_at: String,
    /// What the caller may do with it, as a list of one.
    #[serde(default)]
    pub member_permissions: Vec<Right>,
    /// Slipway's own: the package name or bundle id of its releases, once known. One owner has at most one app
    /// of one identifier and OS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle_identifier: Option<String>,
}

/// A user or an organization, as the owner of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Owner {
    /// UUID.
    pub id: String,
    /// The name in URLs.
    pub name: String,
    /// The display name.
    pub display_name: String,
    /// Absent for organizations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// User or organization.
    #[serde(rename = "type")]
    pub kind: OwnerKind,
}

/// What an [`Owner`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum OwnerKind {
    /// An organization.
    Org,
    /// One person.
    User,
}

/// `POST /apps`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateAppRequest {
    /// The display name.
    pub display_name: String,
    /// The name in URLs; made from the display name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the app is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The system it runs on.
    pub os: Os,
    /// What it is written with.
    pub platform: Platform,
    /// One word, or empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_type: Option<String>,
    /// Slipway's own: the package name or bundle id that its releases will have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle_identifier: Option<String>,
}

/// `PATCH /apps/{owner}/{app}`: what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateAppRequest {
    /// The name in URLs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What the app is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// One word, or empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_type: Option<String>,
}

/// The system an app runs on, in App Center's spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Os {
    Android,
    #[serde(rename = "iOS")]
    Ios,
    #[serde(rename = "macOS")]
    Macos,
    Tizen,
    #[serde(rename = "tvOS")]
    Tvos,
    Windows,
    Linux,
    Custom,
}

impl Os {
    /// As it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Os::Android => "Android",
            Os::Ios => "iOS",
            Os::Macos => "macOS",
            Os::Tizen => "Tizen",
            Os::Tvos => "tvOS",
            Os::Windows => "Windows",
            Os::Linux => "Linux",
            Os::Custom => "Custom",
        }
    }
}

impl fmt::Display for Os {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an app is written with, in App Center's spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Platform {
    Java,
    #[serde(rename = "Objective-C-Swift")]
    ObjectiveCSwift,
    #[serde(rename = "UWP")]
    Uwp,
    Cordova,
    #[serde(rename = "React-Native")]
    ReactNative,
    Unity,
    Electron,
    Xamarin,
    #[serde(rename = "WPF")]
    Wpf,
    WinForms,
    Custom,
    /// In responses only.
    Unknown,
}
