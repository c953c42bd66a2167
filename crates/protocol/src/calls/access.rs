//! Who may make a call.

use serde::{Deserialize, Serialize};

/// Who may make a call. A token of scope `viewer` may only make GET calls, whatever is said here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone: it says nothing secret, or its address is the permission.
    Anyone,
    /// The holder of the upload's own token.
    Upload,
    /// The holder of a person's API token; one of an app is refused.
    Person,
    /// A caller with at least this right to the app in the path.
    App(Right),
    /// The same, and not with a token of the app: it could grant itself more than it has, or end what made it.
    AppPerson(Right),
    /// A caller with at least this role in the organization in the path, with a person's token.
    Org(Role),
}

/// A right to an app, each more than the one before. On the wire these are App Center's permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Right {
    /// Sees everything.
    #[serde(rename = "viewer")]
    Read,
    /// Uploads, releases and distributes.
    #[serde(rename = "developer")]
    Develop,
    /// Changes the app itself and who may act on it.
    #[serde(rename = "manager")]
    Manage,
}

impl Right {
    /// As it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Right::Read => "viewer",
            Right::Develop => "developer",
            Right::Manage => "manager",
        }
    }
}

/// A role in an organization, each more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees the organization.
    Member,
    /// Makes apps of their own in it.
    Collaborator,
    /// Manages all of it.
    Admin,
}

impl Role {
    /// As it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Collaborator => "collaborator",
            Role::Admin => "admin",
        }
    }
}
