//! Invitations to apps and to organizations: sent by e-mail, valid for 30 days. What their links open is in `answer`.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{Invitation, InviteRequest, PermissionsRequest, Right, Role, RoleRequest};

use crate::db::{self, AccountRow, InvitationRow, InvitationScope};
use crate::email;
use crate::error::ApiError;
use crate::http::access::{Admin, AppFor, Caller, ManageAsPerson, OrgFor};
use crate::http::extract::{Body, OptionalBody, Origin};
use crate::platform::{Job, JobQueue, JobV1, Platform};
use crate::routes::apps::collaborators::highest_permission;
use crate::secret;
use crate::time::iso;
use crate::validation::checked_email;

/// How long an invitation is valid, in milliseconds: 30 days, as App Center's were.
const INVITATION_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// The app or organization to which a person is invited.
struct InvitationTarget {
    app_id: Option<String>,
    org_id: Option<String>,
    /// `owner/app`, or the organization's name.
    name: String,
}

impl InvitationTarget {
    fn scope(&self) -> InvitationScope<'_> {
        match (&self.app_id, &self.org_id) {
            (Some(id), _) => InvitationScope::App(id),
            (None, org) => InvitationScope::Org(org.as_deref().unwrap_or_default()),
        }
    }
}

impl<R> From<&AppFor<R>> for InvitationTarget {
    fn from(AppFor { app, owner, .. }: &AppFor<R>) -> InvitationTarget {
        InvitationTarget {
            app_id: Some(app.id.clone()),
            org_id: None,
            name: format!("{}/{}", owner.name, app.name),
        }
    }
}

impl<R> From<&OrgFor<R>> for InvitationTarget {
    fn from(OrgFor { org, .. }: &OrgFor<R>) -> InvitationTarget {
        InvitationTarget { app_id: None, org_id: Some(org.id.clone()), name: org.name.clone() }
    }
}

/// `GET …/invitations` of an app.
pub(crate) async fn list_of_app<P: Platform>(
    State(platform): State<P>,
    app: AppFor<ManageAsPerson>,
) -> Result<Json<Vec<Invitation>>, ApiError> {
    list(&platform, &InvitationTarget::from(&app)).await
}

/// `GET …/invitations` of an organization.
pub(crate) async fn list_of_org<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
) -> Result<Json<Vec<Invitation>>, ApiError> {
    list(&platform, &InvitationTarget::from(&org)).await
}

async fn list<P: Platform>(
    platform: &P,
    target: &InvitationTarget,
) -> Result<Json<Vec<Invitation>>, ApiError> {
    let rows = db::invitations_to(platform.database(), target.scope(), platform.now()).await?;
    Ok(Json(rows.into_iter().map(|row| invitation_view(row, target.name.clone())).collect()))
}

/// `GET /invitations/sent`: the caller's, newest first.
pub(crate) async fn list_sent<P: Platform>(
    State(platform): State<P>,
    Caller { user, .. }: Caller,
) -> Result<Json<Vec<Invitation>>, ApiError> {
    let rows = db::invitations_by(platform.database(), &user.id, platform.now()).await?;
    Ok(Json(rows.into_iter().map(|(row, target)| invitation_view(row, target)).collect()))
}

/// `POST …/invitations` of an app: 204. `role` is a permission here.
pub(crate) async fn invite_to_app<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    app: AppFor<ManageAsPerson>,
    Body(request): Body<InviteRequest>,
) -> Result<StatusCode, ApiError> {
    let right = parse_role::<Right>(request.role.as_deref(), Right::Read, "manager, developer or viewer")?;
    send(&platform, &origin, &InvitationTarget::from(&app), &app.user, &request.user_email, right.as_str())
        .await
}

/// `POST …/invitations/{email}` of an app: 204.
pub(crate) async fn invite_address_to_app<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    app: AppFor<ManageAsPerson>,
    Path((_, _, email)): Path<(String, String, String)>,
    OptionalBody(request): OptionalBody<PermissionsRequest>,
) -> Result<StatusCode, ApiError> {
    let right = highest_permission(&request).unwrap_or(Right::Read);
    send(&platform, &origin, &InvitationTarget::from(&app), &app.user, &email, right.as_str()).await
}

/// `POST …/invitations` of an organization: 204.
pub(crate) async fn invite_to_org<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    org: OrgFor<Admin>,
    Body(request): Body<InviteRequest>,
) -> Result<StatusCode, ApiError> {
    let role = parse_role::<Role>(request.role.as_deref(), Role::Member, "admin, collaborator or member")?;
    send(&platform, &origin, &InvitationTarget::from(&org), &org.user, &request.user_email, role.as_str())
        .await
}

fn parse_role<T: serde::de::DeserializeOwned>(
    role: Option<&str>,
    default: T,
    expected: &str,
) -> Result<T, ApiError> {
    let Some(role) = role else { return Ok(default) };
    serde_json::from_value(role.into())
        .map_err(|_| ApiError::bad_request(format!("expected a role of {expected}, got `{role}`")))
}

/// Stores an invitation and queues its e-mail. Only the newest link to one address works.
async fn send<P: Platform>(
    platform: &P,
    origin: &str,
    target: &InvitationTarget,
    sender: &AccountRow,
    email: &str,
    role: &str,
) -> Result<StatusCode, ApiError> {
    let token = secret::token(platform);
    let now = platform.now();
    let invitation = InvitationRow {
        id: secret::uuid(platform),
        app_id: target.app_id.clone(),
        org_id: target.org_id.clone(),
        email: checked_email(email)?,
        role: role.to_owned(),
        invited_by: sender.id.clone(),
        created_at: now,
        expires_at: now + INVITATION_MS,
    };
    db::insert_invitation(platform.database(), &invitation, &secret::hash(&token)).await?;
    let email = email::invitation(origin, sender, &invitation, &target.name, &token);
    platform.job_queue().send(Job::V1(JobV1::SendEmail(email))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PATCH …/invitations/{email}` of an app: the role that the person will get; 204.
pub(crate) async fn update_of_app<P: Platform>(
    State(platform): State<P>,
    app: AppFor<ManageAsPerson>,
    Path((_, _, email)): Path<(String, String, String)>,
    Body(request): Body<PermissionsRequest>,
) -> Result<StatusCode, ApiError> {
    let right = highest_permission(&request)?;
    let invitation = open_invitation(&platform, &InvitationTarget::from(&app), &email).await?;
    db::set_invited_role(platform.database(), &invitation.id, right.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PATCH …/invitations/{email}` of an organization: the role that the person will get; 204.
pub(crate) async fn update_of_org<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, email)): Path<(String, String)>,
    Body(request): Body<RoleRequest>,
) -> Result<StatusCode, ApiError> {
    let invitation = open_invitation(&platform, &InvitationTarget::from(&org), &email).await?;
    db::set_invited_role(platform.database(), &invitation.id, request.role.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE …/invitations/{email}` of an app: 204.
pub(crate) async fn revoke_of_app<P: Platform>(
    State(platform): State<P>,
    app: AppFor<ManageAsPerson>,
    Path((_, _, email)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    revoke(&platform, &InvitationTarget::from(&app), &email).await
}

/// `POST …/invitations/{email}/revoke` of an organization: 204.
pub(crate) async fn revoke_of_org<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, email)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    revoke(&platform, &InvitationTarget::from(&org), &email).await
}

/// `DELETE …/invitations` of an organization, with the address in the body: 204.
pub(crate) async fn revoke_by_body<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Body(request): Body<InviteRequest>,
) -> Result<StatusCode, ApiError> {
    revoke(&platform, &InvitationTarget::from(&org), &request.user_email).await
}

async fn revoke<P: Platform>(
    platform: &P,
    target: &InvitationTarget,
    email: &str,
) -> Result<StatusCode, ApiError> {
    let invitation = open_invitation(platform, target, email).await?;
    db::delete_invitation(platform.database(), &invitation.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST …/invitations/{email}/resend` of an organization: 204. The link in the earlier e-mail stops working.
pub(crate) async fn resend<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    org: OrgFor<Admin>,
    Path((_, email)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let target = InvitationTarget::from(&org);
    let invitation = open_invitation(&platform, &target, &email).await?;
    send(&platform, &origin, &target, &org.user, &invitation.email, &invitation.role).await
}

async fn open_invitation<P: Platform>(
    platform: &P,
    target: &InvitationTarget,
    email: &str,
) -> Result<InvitationRow, ApiError> {
    db::invitation_of(platform.database(), target.scope(), email, platform.now()).await?.ok_or_else(|| {
        ApiError::not_found(format!("there is no open invitation of `{email}` to `{}`", target.name))
    })
}

fn invitation_view(row: InvitationRow, target: String) -> Invitation {
    let role = row.role.as_str();
    Invitation {
        role: row.org_id.as_ref().and_then(|_| serde_json::from_value(role.into()).ok()),
        permissions: row.app_id.as_ref().and_then(|_| Some(vec![serde_json::from_value(role.into()).ok()?])),
        id: row.id,
        email: row.email,
        target,
        expires_at: iso(row.expires_at),
    }
}
