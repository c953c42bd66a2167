use serde::{Deserialize, Serialize};

/// Slipway's own: a link by which anyone can install one release without signing in, until it is revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstallLink {
    /// UUID; says which link, and opens nothing.
    pub id: String,
    /// The page that testers open, with 192 random bits in its last segment.
    pub url: String,
    /// ISO 8601, UTC, with milliseconds.
    pub created_at: String,
}
