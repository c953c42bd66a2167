use serde::{Deserialize, Serialize};

/// Slipway's own: an address that is notified of new releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// UUID.
    pub id: String,
    /// For the user.
    pub name: String,
    /// See [`crate::ExternalUrl`].
    pub url: String,
    /// Whether it is notified.
    pub enabled: bool,
    /// ISO 8601, UTC, with milliseconds.
    pub created_at: String,
    /// Signs each delivery. Only in the response that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// `POST …/webhooks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateWebhookRequest {
    /// For the user.
    pub name: String,
    /// See [`crate::ExternalUrl`].
    pub url: String,
}

/// `PATCH …/webhooks/{id}`: what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateWebhookRequest {
    /// For the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// See [`crate::ExternalUrl`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether it is notified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// What became of one delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDelivery {
    /// UUID; it is sent along, so that a receiver knows one that came twice.
    pub id: String,
    /// The release's number.
    pub release_id: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// The HTTP status of the newest response.
    pub status: Option<u16>,
    /// Why there was no response.
    pub error: Option<String>,
    /// ISO 8601, once a response said 2xx.
    pub delivered_at: Option<String>,
    /// ISO 8601, UTC, with milliseconds.
    pub created_at: String,
}

/// The body of a delivery, with App Center's names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(missing_docs, reason = "the fields are those of a release")]
pub struct WebhookPayload {
    pub app_name: String,
    pub app_display_name: String,
    pub app_id: String,
    /// A number, as text.
    pub release_id: String,
    /// The system, in App Center's spelling.
    pub platform: String,
    pub uploaded_at: String,
    pub fingerprint: Option<String>,
    pub release_notes: Option<String>,
    pub version: String,
    pub short_version: String,
    pub min_os: Option<String>,
    pub mandatory_update: bool,
    pub size: Option<u64>,
    pub provisioning_profile_name: Option<String>,
    pub provisioning_profile_type: Option<String>,
    pub bundle_identifier: Option<String>,
    /// The page that testers open.
    pub install_link: String,
    pub icon_link: Option<String>,
    pub distribution_group_id: String,
    pub installable: bool,
    pub sent_at: String,
}
