use serde::{Deserialize, Serialize};

use crate::{App, Role};

/// An organization: an owner of apps with several people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Org {
    /// UUID.
    pub id: String,
    /// The name in URLs.
    pub name: String,
    /// The display name.
    pub display_name: String,
    /// Always null: organizations have no pictures here.
    pub avatar_url: Option<String>,
    /// Always `appcenter`.
    pub origin: String,
    /// ISO 8601, UTC, with milliseconds.
    pub created_at: String,
    /// ISO 8601, UTC, with milliseconds.
    pub updated_at: String,
}

/// `POST /orgs` and `PATCH /orgs/{org}`. A new organization needs at least one of the two names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrgRequest {
    /// The name in URLs; made from the display name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// `GET /administeredOrgs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdministeredOrgs {
    /// Those that the caller is an admin of.
    pub organizations: Vec<Org>,
}

/// A member of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrgUser {
    /// The e-mail address.
    pub email: String,
    /// The display name.
    pub display_name: String,
    /// The name in URLs.
    pub name: String,
    /// What they are there.
    pub role: Role,
    /// ISO 8601, UTC, with milliseconds.
    pub joined_at: String,
}

/// `PATCH /orgs/{org}/users/{user}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleRequest {
    /// The new role.
    pub role: Role,
}

/// A person who gets releases of an organization's apps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrgTester {
    /// The name in URLs; the address if they have no account.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The display name, if they have an account.
    pub display_name: Option<String>,
}

/// A shared group with what it reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupDetails {
    /// The group.
    #[serde(flatten)]
    pub group: crate::Group,
    /// How many apps it has.
    pub total_apps_count: u64,
    /// How many members it has.
    pub total_users_count: u64,
    /// Its first apps, as many as were asked for.
    pub apps: Vec<App>,
}
