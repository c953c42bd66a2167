use serde::{Deserialize, Serialize};

use crate::{Right, Role};

/// An open invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// UUID.
    pub id: String,
    /// Who was invited.
    pub email: String,
    /// To an organization: what they will be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// To an app: what they may do with it, as a list of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<Right>>,
    /// The organization's name, or the app's as `owner/app`.
    pub target: String,
    /// ISO 8601, UTC, with milliseconds: 30 days after it was sent.
    pub expires_at: String,
}

/// Slipway's own: `GET /user/invitations/{token}`, an invitation as the holder of its link sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationDetails {
    /// The display name of the person who invites.
    pub invited_by: String,
    /// Who was invited.
    pub email: String,
    /// What to.
    pub kind: InvitedTo,
    /// The organization's name, or the app's as `owner/app`.
    pub target: String,
    /// What they will be there: a role of the organization, or a permission in the app.
    pub role: String,
    /// ISO 8601, UTC, with milliseconds: 30 days after it was sent.
    pub expires_at: String,
    /// Whether the address is that of an account.
    pub has_account: bool,
}

/// What people are invited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it all")]
pub enum InvitedTo {
    App,
    Org,
}

/// `POST …/invitations`, and `DELETE /orgs/{org}/invitations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InviteRequest {
    /// Who is invited.
    pub user_email: String,
    /// A role of the organization, or a permission in the app; the least of them if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// `PATCH` of an invitation to an app or of a collaborator, and the body of `POST …/invitations/{email}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PermissionsRequest {
    /// The highest one counts.
    #[serde(default)]
    pub permissions: Vec<Right>,
}

/// Slipway's own: `POST /user/invitations/{token}/newcomer`, the sign-up of a person who was invited and has no account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
// Clients that are generated from the document have had this name.
#[cfg_attr(feature = "openapi", schema(as = AcceptAsNewcomerRequest))]
pub struct SignUpRequest {
    /// The new account's name in URLs.
    pub name: String,
    /// The display name; the same if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}
