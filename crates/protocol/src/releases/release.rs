//! A release, and the calls that make and change one.

use serde::{Deserialize, Serialize};

use super::build::Build;
use super::destination::{Destination, DestinationKind, ReleaseGroup, ReleaseStore};

/// A release in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BasicRelease {
    /// Counts up from 1 in each app.
    pub id: i64,
    /// The build number: versionCode or `CFBundleVersion`, as text.
    pub version: String,
    /// What users see: versionName or `CFBundleShortVersionString`.
    pub short_version: String,
    /// Always `appcenter`.
    pub origin: String,
    /// Whether testers may get it.
    pub enabled: bool,
    /// ISO 8601, UTC, with milliseconds.
    pub uploaded_at: String,
    /// What kind of destination it went to first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_type: Option<DestinationKind>,
    /// The groups that have it.
    pub distribution_groups: Vec<ReleaseGroup>,
    /// The stores that have it.
    #[serde(default)]
    pub distribution_stores: Vec<ReleaseStore>,
    /// Everything it was distributed to.
    pub destinations: Vec<Destination>,
    /// Which source it was built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Build>,
    /// Whether the package is hosted elsewhere.
    pub is_external_build: bool,
    /// Without the dot, lower case.
    pub file_extension: Option<String>,
}

/// All there is to know of one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseDetails {
    /// What lists show of it.
    #[serde(flatten)]
    pub release: BasicRelease,
    /// The app's name in URLs.
    pub app_name: String,
    /// The app's display name.
    pub app_display_name: String,
    /// The system it runs on, in App Center's spelling.
    pub app_os: String,
    /// Required by clients, may be null.
    pub app_icon_url: Option<String>,
    /// Plain text or Markdown.
    pub release_notes: Option<String>,
    /// The package's length, in bytes.
    pub size: Option<u64>,
    /// Lowest version of the system that runs it.
    pub min_os: Option<String>,
    /// Android's minSdkVersion, a number as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub android_min_api_level: Option<String>,
    /// Package name or bundle id.
    pub bundle_identifier: Option<String>,
    /// MD5 of the package, lower-case hex.
    pub fingerprint: Option<String>,
    /// Slipway's own: SHA-256 of the package, lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What the SDKs compare, lower-case hex SHA-256 each.
    #[serde(default)]
    pub package_hashes: Vec<String>,
    /// The package itself; works for a limited time.
    pub download_url: Option<String>,
    /// What a device opens to install.
    pub install_url: Option<String>,
    /// Whether the SDKs force the update.
    #[serde(default)]
    pub mandatory_update: bool,
    /// The group through which it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution_group_id: Option<String>,
    /// Always `available`: the Apple SDK asks for it.
    pub status: String,
    /// Slipway's own: everything that was read from the package, as `slipway inspect --json` prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<serde_json::Value>,
    /// camelCase and a double of `file_extension`: the Android SDK asks for it.
    #[serde(rename = "fileExtension", default, skip_serializing_if = "Option::is_none")]
    pub android_file_extension: Option<String>,
}

/// `PUT …/releases/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateReleaseRequest {
    /// Whether testers may get it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Plain text or Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_notes: Option<String>,
    /// Which source it was built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Build>,
}

/// The response to [`UpdateReleaseRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateReleaseResponse {
    /// Whether testers may get it.
    pub enabled: bool,
    /// Whether the SDKs force the update.
    #[serde(default)]
    pub mandatory_update: bool,
    /// As they are now.
    pub release_notes: Option<String>,
    /// Nothing is re-signed here: null.
    pub provisioning_status_url: Option<String>,
    /// Everything it was distributed to.
    pub destinations: Vec<Destination>,
}

/// `POST …/releases`: a release whose package is hosted elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateReleaseRequest {
    /// See [`crate::ExternalUrl`].
    pub external_download_url: String,
    /// What users see.
    pub build_version: String,
    /// The build number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_number: Option<String>,
    /// Slipway's own: plain text or Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_notes: Option<String>,
}

/// `GET …/releases/{id}/provisioning_profile`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProvisioningProfile {
    /// `adhoc`, `enterprise` or `other`.
    pub provisioning_profile_type: String,
    /// Its name.
    pub provisioning_profile_name: Option<String>,
    /// The team's id.
    pub team_identifier: Option<String>,
    /// The app's id with the team's prefix.
    pub provisioning_bundle_id: Option<String>,
    /// The devices it is for.
    pub udids: Vec<String>,
    /// Profiles of extensions: none are read.
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub appex_profiles: Vec<ProvisioningProfile>,
    /// Slipway's own: when it expires, ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}
