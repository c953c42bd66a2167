//! What a release is distributed to, and the calls that distribute it.

use serde::{Deserialize, Serialize};

use super::build::Build;
use crate::distribution::PublishingStatus;

/// A group, as a release names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseGroup {
    /// UUID.
    pub id: String,
    /// The group's name.
    pub name: String,
    /// Whether this is the newest release that the group has.
    pub is_latest: bool,
}

/// A store, as a release names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseStore {
    /// UUID.
    pub id: String,
    /// The store's name.
    pub name: String,
    /// `googleplay`, `intune` or `apple`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How far it is with the release.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub publishing_status: Option<PublishingStatus>,
    /// Whether this is the newest release that the store has.
    pub is_latest: bool,
}

/// Whatever a release was distributed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Destination {
    /// UUID.
    pub id: String,
    /// A group's or store's name, or a tester's address.
    pub name: String,
    /// Whether this is the newest release there.
    pub is_latest: bool,
    /// Of a store: `googleplay`, `intune` or `apple`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Of a store: how far it is with the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub publishing_status: Option<PublishingStatus>,
    /// What kind of destination.
    pub destination_type: DestinationKind,
    /// The display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// What a [`Destination`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it all")]
pub enum DestinationKind {
    Group,
    Store,
    Tester,
}

/// `PATCH …/releases/{id}`: changes a release and distributes it to several destinations at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DistributeRequest {
    /// Groups or stores.
    #[serde(default)]
    pub destinations: Vec<DestinationName>,
    /// Plain text or Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_notes: Option<String>,
    /// Whether the SDK forces the update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandatory_update: Option<bool>,
    /// Whether testers are notified.
    #[serde(default = "yes")]
    pub notify_testers: bool,
    /// Which source it was built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Build>,
    /// Signatures for Sparkle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<ReleaseMetadata>,
    /// The old way to name one group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution_group_name: Option<String>,
    /// The old way to name one group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution_group_id: Option<String>,
    /// The old way to name one destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_name: Option<String>,
    /// The old way to name one destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination_id: Option<String>,
    /// Slipway's own: whether testers may get it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// A group or a store, by its id or else by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DestinationName {
    /// UUID; wins over the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name, whatever the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Signatures that Sparkle checks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseMetadata {
    /// DSA, Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dsa_signature: Option<String>,
    /// `Ed25519`, Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ed_signature: Option<String>,
}

/// `POST …/releases/{id}/groups`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddGroupRequest {
    /// The group's UUID; [`crate::NIL_GROUP_ID`] means [`crate::COLLABORATORS`].
    pub id: String,
    /// Whether the SDK forces the update.
    #[serde(default)]
    pub mandatory_update: bool,
    /// Whether testers are notified.
    #[serde(default = "yes")]
    pub notify_testers: bool,
}

fn yes() -> bool {
    true
}

/// The response to [`AddGroupRequest`], with status 201.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddGroupResponse {
    /// The group's UUID.
    pub id: String,
    /// As asked.
    pub mandatory_update: bool,
    /// Nothing is re-signed here: null.
    pub provisioning_status_url: Option<String>,
}

/// `POST …/releases/{id}/testers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddTesterRequest {
    /// The tester's address.
    pub email: String,
    /// Whether the SDK forces the update.
    #[serde(default)]
    pub mandatory_update: bool,
    /// Whether the tester is notified.
    #[serde(default = "yes")]
    pub notify_testers: bool,
}

/// `POST …/releases/{id}/stores`, and the response to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddStoreRequest {
    /// The store's UUID.
    pub id: String,
}

/// `PUT …/releases/{id}/groups/{group}` and `…/testers/{tester}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateDestinationRequest {
    /// Whether the SDK forces the update.
    pub mandatory_update: bool,
}

/// A release in the list of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupRelease {
    /// Counts up from 1 in each app.
    pub id: i64,
    /// The build number.
    pub version: String,
    /// What users see.
    pub short_version: String,
    /// Always `appcenter`.
    pub origin: String,
    /// Whether the SDK forces the update.
    pub mandatory_update: bool,
    /// ISO 8601, UTC, with milliseconds.
    pub uploaded_at: String,
    /// Whether testers may get it.
    pub enabled: bool,
    /// Whether the package is hosted elsewhere.
    pub is_external_build: bool,
}
