use serde::{Deserialize, Serialize};

/// A store that an app's releases can be published to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Store {
    /// UUID.
    pub id: String,
    /// Unique in its app, whatever the case.
    pub name: String,
    /// Which one.
    #[serde(rename = "type")]
    pub kind: StoreKind,
    /// `production`, `alpha`, `beta`, `testflight-internal` or `testflight-external`.
    pub track: Option<String>,
    /// As the request had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intune_details: Option<serde_json::Value>,
    /// As the request had it.
    pub service_connection_id: Option<String>,
    /// The account that made it.
    pub created_by: String,
    /// Always `user`.
    pub created_by_principal_type: String,
}

/// The stores there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it all")]
pub enum StoreKind {
    GooglePlay,
    Intune,
    Apple,
}

impl StoreKind {
    /// As it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            StoreKind::GooglePlay => "googleplay",
            StoreKind::Intune => "intune",
            StoreKind::Apple => "apple",
        }
    }
}

impl StoreKind {
    /// The display name.
    pub fn display_name(self) -> &'static str {
        match self {
            StoreKind::GooglePlay => "Google Play",
            StoreKind::Intune => "Microsoft Intune",
            StoreKind::Apple => "the App Store",
        }
    }
}

/// `POST …/distribution_stores`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateStoreRequest {
    /// Which one.
    #[serde(rename = "type")]
    pub kind: StoreKind,
    /// The track's name if absent, as App Center named them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `production` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<String>,
    /// Kept as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intune_details: Option<serde_json::Value>,
    /// Kept as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_connection_id: Option<String>,
}

/// `PATCH …/distribution_stores/{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateStoreRequest {
    /// Kept as it is.
    pub service_connection_id: String,
}

/// `GET …/releases/{id}/realtimestatus` of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoreReleaseStatus {
    /// The release's number.
    pub release_id: i64,
    /// The app's UUID.
    pub app_id: String,
    /// Of which store, and how far it is.
    pub status: StorePublishing,
}

/// How far a store is with a release.
///
/// App Center documents a text and not a closed list, so the `OpenAPI` document says `string`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PublishingStatus {
    /// On its way to the store.
    Processing,
    /// The store has it.
    Submitted,
    /// The store does not get it; `publish_error_details` says why.
    Failed,
    /// The store did not answer in time.
    Timeout,
}

impl PublishingStatus {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            PublishingStatus::Processing => "processing",
            PublishingStatus::Submitted => "submitted",
            PublishingStatus::Failed => "failed",
            PublishingStatus::Timeout => "timeout",
        }
    }
}

/// The publishing of a release to one store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PublishingStatus))]
pub struct StorePublishing {
    /// How far it is.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub status: PublishingStatus,
    /// Which store.
    pub storetype: StoreKind,
    /// As the store's record says.
    pub track: Option<String>,
    /// The release's version.
    pub version: String,
}

/// `GET …/releases/{id}/publish_error_details` of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublishErrorDetails {
    /// Why the store does not have the release, and what to do.
    pub message: String,
    /// Whether there is more to read: there is not.
    pub is_log_available: bool,
}

/// `GET …/store_service_status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoreServiceStatus {
    /// Always `publish`.
    pub service: String,
    /// `disabled` until a connector is set up.
    pub status: String,
    /// ISO 8601, UTC, with milliseconds.
    pub valid_until: String,
}
