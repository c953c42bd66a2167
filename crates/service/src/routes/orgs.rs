//! Organizations and their members.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{AdministeredOrgs, Org, OrgRequest, OrgUser, Role, RoleRequest};

use crate::db::{self, AccountKind, AccountRow, MemberRow};
use crate::error::ApiError;
use crate::http::access::{Admin, Caller, Member, OrgFor};
use crate::http::extract::Body;
use crate::platform::Platform;
use crate::secret;
use crate::time::iso;
use crate::validation::{checked_name, checked_slug, slug};

/// `GET /orgs`: those that the caller is in.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    Caller { user, .. }: Caller,
) -> Result<Json<Vec<Org>>, ApiError> {
    let orgs = db::orgs_of(platform.database(), &user.id).await?;
    Ok(Json(orgs.into_iter().map(|(org, _)| org_view(org)).collect()))
}

/// `GET /administeredOrgs`.
pub(crate) async fn list_administered<P: Platform>(
    State(platform): State<P>,
    Caller { user, .. }: Caller,
) -> Result<Json<AdministeredOrgs>, ApiError> {
    let orgs = db::orgs_of(platform.database(), &user.id).await?;
    let mine = orgs.into_iter().filter(|(_, role)| *role == Role::Admin);
    Ok(Json(AdministeredOrgs { organizations: mine.map(|(org, _)| org_view(org)).collect() }))
}

/// `POST /orgs`: 201, with the caller as its admin; 409 if the name is taken, also by a person.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    Caller { user, .. }: Caller,
    Body(request): Body<OrgRequest>,
) -> Result<(StatusCode, Json<Org>), ApiError> {
    let label = request.display_name.as_ref().or(request.name.as_ref());
    let label =
        label.ok_or_else(|| ApiError::bad_request("expected `name` or `display_name`, got neither"))?;
    let display_name = checked_name("display name", label)?.to_owned();
    let name = match &request.name {
        Some(name) => checked_slug(name)?.to_owned(),
        None => slug(&display_name),
    };
    let now = platform.now();
    let org = AccountRow {
        id: secret::uuid(&platform),
        kind: AccountKind::Org,
        name,
        display_name,
        email: String::new(),
        created_at: now,
        updated_at: now,
    };
    db::insert_org(platform.database(), &org, &user.id, Vec::new())
        .await
        .map_err(|error| error.or_conflict(|| name_taken(&org.name)))?;
    Ok((StatusCode::CREATED, Json(org_view(org))))
}

/// `GET /orgs/{org}`.
pub(crate) async fn show(OrgFor { org, .. }: OrgFor<Member>) -> Json<Org> {
    Json(org_view(org))
}

/// `PATCH /orgs/{org}`: its names.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    OrgFor { mut org, .. }: OrgFor<Admin>,
    Body(request): Body<OrgRequest>,
) -> Result<Json<Org>, ApiError> {
    if let Some(name) = &request.name {
        checked_slug(name)?.clone_into(&mut org.name);
    }
    if let Some(name) = &request.display_name {
        checked_name("display name", name)?.clone_into(&mut org.display_name);
    }
    org.updated_at = platform.now();
    let (name, display_name) = (Some(org.name.as_str()), Some(org.display_name.as_str()));
    db::rename_account(platform.database(), &org.id, name, display_name, org.updated_at)
        .await
        .map_err(|error| error.or_conflict(|| name_taken(&org.name)))?;
    Ok(Json(org_view(org)))
}

/// `DELETE /orgs/{org}`: 204; 409 while it owns apps, so that no release is lost with it.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    OrgFor { org, .. }: OrgFor<Admin>,
) -> Result<StatusCode, ApiError> {
    let is_gone = db::delete_org(platform.database(), &org.id).await?;
    is_gone.then_some(StatusCode::NO_CONTENT).ok_or_else(|| {
        ApiError::conflict("the organization owns apps; delete them or transfer them to another owner first")
    })
}

/// `GET /orgs/{org}/users`.
pub(crate) async fn users<P: Platform>(
    State(platform): State<P>,
    OrgFor { org, .. }: OrgFor<Member>,
) -> Result<Json<Vec<OrgUser>>, ApiError> {
    let members = db::members_of_org(platform.database(), &org.id).await?;
    Ok(Json(members.into_iter().map(member_view).collect()))
}

/// `GET /orgs/{org}/users/{user}`.
pub(crate) async fn show_user<P: Platform>(
    State(platform): State<P>,
    OrgFor { org, .. }: OrgFor<Member>,
    Path((_, name)): Path<(String, String)>,
) -> Result<Json<OrgUser>, ApiError> {
    Ok(Json(member_view(find_member(&platform, &org, &name).await?)))
}

/// `PATCH /orgs/{org}/users/{user}`: their role; 409 for the last admin.
pub(crate) async fn update_user<P: Platform>(
    State(platform): State<P>,
    OrgFor { org, .. }: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
    Body(request): Body<RoleRequest>,
) -> Result<Json<OrgUser>, ApiError> {
    let member = find_member(&platform, &org, &name).await?;
    if !db::set_role(platform.database(), &org.id, &member.user.id, request.role).await? {
        return Err(last_admin());
    }
    Ok(Json(member_view(MemberRow { role: request.role, ..member })))
}

/// `DELETE /orgs/{org}/users/{user}`: 204; 409 for the last admin.
pub(crate) async fn remove_user<P: Platform>(
    State(platform): State<P>,
    OrgFor { org, .. }: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let member = find_member(&platform, &org, &name).await?;
    let is_gone = db::remove_member(platform.database(), &org.id, &member.user.id).await?;
    is_gone.then_some(StatusCode::NO_CONTENT).ok_or_else(last_admin)
}

async fn find_member<P: Platform>(platform: &P, org: &AccountRow, name: &str) -> Result<MemberRow, ApiError> {
    let members = db::members_of_org(platform.database(), &org.id).await?;
    let found = members.into_iter().find(|member| member.user.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| ApiError::not_found(format!("the organization has no member `{name}`")))
}

fn last_admin() -> ApiError {
    ApiError::conflict("this person is the organization's only admin; make another member an admin first")
}

fn name_taken(name: &str) -> String {
    format!("there is an account named `{name}` already; choose another name")
}

fn org_view(org: AccountRow) -> Org {
    Org {
        id: org.id,
        name: org.name,
        display_name: org.display_name,
        avatar_url: None,
        origin: "appcenter".to_owned(),
        created_at: iso(org.created_at),
        updated_at: iso(org.updated_at.max(org.created_at)),
    }
}

fn member_view(member: MemberRow) -> OrgUser {
    OrgUser {
        email: member.user.email,
        display_name: member.user.display_name,
        name: member.user.name,
        role: member.role,
        joined_at: iso(member.joined_at),
    }
}
