use serde::{Deserialize, Serialize};

use crate::ErrorCode;

/// The group that every app has from the start.
pub const COLLABORATORS: &str = "Collaborators";

/// Clients that know no group id send this one and mean [`COLLABORATORS`].
pub const NIL_GROUP_ID: &str = "00000000-0000-0000-0000-000000000000";

/// A distribution group: the testers who get a release together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    /// UUID.
    pub id: String,
    /// Unique in its app, whatever the case.
    pub name: String,
    /// The display name.
    pub display_name: Option<String>,
    /// Always `appcenter` for groups made here.
    pub origin: String,
    /// Whether anyone with its link may install.
    pub is_public: bool,
}

/// `POST …/distribution_groups`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateGroupRequest {
    /// Unique in its app, whatever the case.
    pub name: String,
    /// The display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// `PATCH …/distribution_groups/{name}`: what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateGroupRequest {
    /// Unique in its app, whatever the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether anyone with its link may install.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_public: Option<bool>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupMember {
    /// UUID, if they have an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The e-mail address.
    pub email: String,
    /// The display name, if they have an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The name in URLs, if they have an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether they have no account yet.
    #[serde(default)]
    pub invite_pending: bool,
}

/// Addresses: `POST …/members`, `…/members/bulk_delete` and `…/resend_invite`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailsRequest {
    /// At least one.
    pub user_emails: Vec<String>,
}

/// What became of one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailResult {
    /// An HTTP status: appcenter-cli counts those below 400 as done.
    pub status: u16,
    /// The address as it was sent.
    pub user_email: String,
    /// Of a failure, for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// Of a failure, for the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether they have no account yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite_pending: Option<bool>,
}

/// The apps of a shared group: `POST …/apps` and `…/apps/bulk_delete`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupAppsRequest {
    /// At least one.
    pub apps: Vec<AppName>,
}

/// An app of the organization in the path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppName {
    /// The name in URLs.
    pub name: String,
}
