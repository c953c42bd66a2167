use serde::{Deserialize, Serialize};

use crate::Right;

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// UUID.
    pub id: String,
    /// The name in URLs.
    pub name: String,
    /// The display name.
    pub display_name: String,
    /// Where notifications go.
    pub email: String,
    /// Always `appcenter` for accounts made here: clients know no other value.
    pub origin: String,
    /// Among the people of an app: what they may do with it, as a list of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<Right>>,
}

/// `PATCH /user`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateUserRequest {
    /// The display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// Slipway's own: who is signed in to the portal, answered by the edge to `POST /session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The account's name, as in [`User::name`].
    pub account: String,
    /// When the session ends, in milliseconds since 1970 UTC.
    pub expires_at: i64,
}
