//! Apps.

pub(crate) mod avatar;
pub(crate) mod collaborators;
pub(crate) mod testers;
pub(crate) mod webhooks;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{
    App, COLLABORATORS, CreateAppRequest, ErrorCode, Owner, OwnerKind, Right, Role, UpdateAppRequest, limit,
};
use serde::Deserialize;

use crate::db::{self, AccessRow, AccountKind, AccountRow, AppRow, GroupRow, InsertError};
use crate::error::ApiError;
use crate::garbage;
use crate::http::access::{
    Admin, AppFor, AppOwner, Caller, Collaborator, Manage, ManageInPerson, Member, OrgFor, Read, right_of,
};
use crate::http::extract::{Body, Origin, Query};
use crate::platform::{Database, Platform};
use crate::routes::public::icon;
use crate::secret;
use crate::time::iso;
use crate::validation::{checked_name, checked_slug, checked_text, slug};

/// The query of [`list`].
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(rename = "$orderBy")]
    order_by: Option<String>,
}

/// `GET /apps`: all that the caller may see, in the order of their making or by a name.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    Caller { user, .. }: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<App>>, ApiError> {
    let mut apps = db::apps_for(platform.database(), &user.id).await?;
    match query.order_by.as_deref() {
        None => {}
        Some("name") => apps.sort_by_cached_key(|access| access.app.name.to_lowercase()),
        Some("display_name") => apps.sort_by_cached_key(|access| access.app.display_name.to_lowercase()),
        Some(other) => {
            return Err(ApiError::bad_request(format!(
                "expected `$orderBy` to be `name` or `display_name`, got `{other}`"
            )));
        }
    }
    Ok(Json(views(&platform, &origin, apps, &user)))
}

/// `GET /orgs/{org}/apps`: those of them that the caller may see.
pub(crate) async fn list_of_org<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    OrgFor { user, org, .. }: OrgFor<Member>,
) -> Result<Json<Vec<App>>, ApiError> {
    let apps = db::apps_of(platform.database(), &org.id, &user.id).await?;
    Ok(Json(views(&platform, &origin, apps, &user)))
}

/// `GET /orgs/{org}/users/{user}/apps`: those that a member may see.
pub(crate) async fn list_of_member<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    OrgFor { org, .. }: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
) -> Result<Json<Vec<App>>, ApiError> {
    let members = db::members_of_org(platform.database(), &org.id).await?;
    let member = members.into_iter().find(|member| member.user.name.eq_ignore_ascii_case(&name));
    let member =
        member.ok_or_else(|| ApiError::not_found(format!("the organization has no member `{name}`")))?.user;
    let apps = db::apps_of(platform.database(), &org.id, &member.id).await?;
    Ok(Json(views(&platform, &origin, apps, &member)))
}

/// `GET /apps/{owner}/{app}`.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, owner, right, .. }: AppFor<Read>,
) -> Json<App> {
    Json(view(&platform, &origin, app, &owner, right))
}

/// `POST /apps`: 201, with the group that every app has from the start; 409 if the name or the identifier is taken.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    Caller { user, .. }: Caller,
    Body(request): Body<CreateAppRequest>,
) -> Result<(StatusCode, Json<App>), ApiError> {
    let maker_id = user.id.clone();
    make(&platform, &origin, user, &maker_id, request).await
}

/// `POST /orgs/{org}/apps`: the same for an organization. Its maker manages it.
pub(crate) async fn create_in_org<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    OrgFor { user, org, .. }: OrgFor<Collaborator>,
    Body(request): Body<CreateAppRequest>,
) -> Result<(StatusCode, Json<App>), ApiError> {
    make(&platform, &origin, org, &user.id, request).await
}

async fn make<P: Platform>(
    platform: &P,
    origin: &str,
    owner: AccountRow,
    maker_id: &str,
    request: CreateAppRequest,
) -> Result<(StatusCode, Json<App>), ApiError> {
    let app = new_app(platform, &owner, request)?;
    let group = GroupRow {
        id: secret::uuid(platform),
        app_id: Some(app.id.clone()),
        org_id: None,
        name: COLLABORATORS.to_owned(),
        display_name: None,
        is_public: 0,
        created_at: app.created_at,
    };
    let had_room = db::insert_app(platform.database(), &app, &group, maker_id).await;
    if !had_room.map_err(|error| taken(error, &app))? {
        return Err(ApiError::full(limit::APPS_PER_ACCOUNT, "apps"));
    }
    Ok((StatusCode::CREATED, Json(view(platform, origin, app, &owner.into(), Right::Manage))))
}

/// `PATCH /apps/{owner}/{app}`: what people say of it.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { mut app, owner, right, .. }: AppFor<Manage>,
    Body(request): Body<UpdateAppRequest>,
) -> Result<Json<App>, ApiError> {
    if let Some(name) = &request.name {
        checked_slug(name)?.clone_into(&mut app.name);
    }
    if let Some(name) = &request.display_name {
        checked_name("display name", name)?.clone_into(&mut app.display_name);
    }
    if let Some(text) = &request.description {
        app.description = Some(checked_text("description", text, limit::DESCRIPTION_CHARS)?);
    }
    if let Some(word) = &request.release_type {
        app.release_type = checked_release_type(word)?;
    }
    app.updated_at = platform.now();
    db::update_app(platform.database(), &app).await.map_err(|error| taken(error, &app))?;
    Ok(Json(view(&platform, &origin, app, &owner, right)))
}

/// `DELETE /apps/{owner}/{app}`: 204. Its releases and their packages go with it.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageInPerson>,
) -> Result<StatusCode, ApiError> {
    db::delete_app(platform.database(), &app.id, platform.now()).await?;
    garbage::sweep_soon(&platform).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST …/transfer/{destination}`: makes another account of the caller's the owner of the app.
pub(crate) async fn transfer<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { user, mut app, owner: giver, .. }: AppFor<ManageInPerson>,
    Path((_, _, destination)): Path<(String, String, String)>,
) -> Result<Json<App>, ApiError> {
    may_give_away(&platform, &giver, &user).await?;
    let may_own = |org: Option<(AccountRow, Role)>| {
        org.filter(|(_, role)| *role >= Role::Collaborator).map(|(org, _)| org)
    };
    let owner = if destination.eq_ignore_ascii_case(&user.name) {
        user.clone()
    } else {
        let org = db::membership(platform.database(), &destination, &user.id).await?;
        may_own(org).ok_or_else(|| {
            ApiError::not_found(format!(
                "there is no organization `{destination}` in which you may make apps"
            ))
        })?
    };
    app.owner_id.clone_from(&owner.id);
    app.updated_at = platform.now();
    let changes = db::hand_over(&app, owner.kind, &user.id);
    platform.database().batch(changes).await.map_err(|error| taken(error.into(), &app))?;
    Ok(Json(view(&platform, &origin, app, &owner.into(), Right::Manage)))
}

/// A manager runs the app; whose it is, only its owner decides.
async fn may_give_away<P: Platform>(
    platform: &P,
    owner: &AppOwner,
    user: &AccountRow,
) -> Result<(), ApiError> {
    let may = match owner.kind {
        AccountKind::User => owner.id == user.id,
        AccountKind::Org => db::membership(platform.database(), &owner.name, &user.id)
            .await?
            .is_some_and(|(_, role)| role == Role::Admin),
    };
    may.then_some(()).ok_or_else(|| {
        let message = "only the owner of an app, or an admin of its organization, may transfer it; ask them";
        ApiError::Refused(ErrorCode::Forbidden, message.to_owned())
    })
}

/// `POST …/transfer_to_org`: makes a new organization, named after the app, its owner.
pub(crate) async fn transfer_to_org<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { user, mut app, owner: giver, .. }: AppFor<ManageInPerson>,
) -> Result<Json<App>, ApiError> {
    may_give_away(&platform, &giver, &user).await?;
    let now = platform.now();
    let org = AccountRow {
        id: secret::uuid(&platform),
        kind: AccountKind::Org,
        name: slug(&format!("{}-organization", app.name)),
        display_name: format!("{} organization", app.display_name),
        email: String::new(),
        created_at: now,
        updated_at: now,
    };
    app.owner_id.clone_from(&org.id);
    app.updated_at = now;
    let changes = db::hand_over(&app, org.kind, &user.id);
    db::insert_org(platform.database(), &org, &user.id, changes).await.map_err(|error| {
        error.or_conflict(|| {
            format!("there is an account named `{}` already; transfer the app to it", org.name)
        })
    })?;
    Ok(Json(view(&platform, &origin, app, &org.into(), Right::Manage)))
}

fn new_app<P: Platform>(
    platform: &P,
    owner: &AccountRow,
    request: CreateAppRequest,
) -> Result<AppRow, ApiError> {
    let display_name = checked_name("display name", &request.display_name)?.to_owned();
    let name = match &request.name {
        Some(name) => checked_slug(name)?.to_owned(),
        None => slug(&display_name),
    };
    let bundle_identifier = request.bundle_identifier.filter(|identifier| !identifier.is_empty());
    if let Some(identifier) = &bundle_identifier {
        checked_identifier(identifier)?;
    }
    Ok(AppRow {
        id: secret::uuid(platform),
        app_secret: secret::uuid(platform),
        owner_id: owner.id.clone(),
        name,
        display_name,
        description: request
            .description
            .map(|text| checked_text("description", &text, limit::DESCRIPTION_CHARS))
            .transpose()?,
        os: request.os,
        platform: request.platform,
        release_type: request.release_type.as_deref().map(checked_release_type).transpose()?.flatten(),
        bundle_identifier,
        created_at: platform.now(),
        updated_at: platform.now(),
        icon_asset_id: None,
        avatar_asset_id: None,
    })
}

fn taken(error: InsertError, app: &AppRow) -> ApiError {
    match error {
        InsertError::Taken(columns) if columns.contains("bundle_identifier") => {
            let identifier = app.bundle_identifier.as_deref().unwrap_or_default();
            ApiError::conflict(format!(
                "there is an app for `{identifier}` on {} already; release to that one",
                app.os
            ))
        }
        InsertError::Taken(_) => {
            ApiError::conflict(format!("there is an app named `{}` already; choose another name", app.name))
        }
        InsertError::Port(error) => error.into(),
    }
}

fn checked_identifier(identifier: &str) -> Result<(), ApiError> {
    let is_fit = identifier.len() <= 255 && identifier.chars().all(|c| c.is_ascii_graphic());
    is_fit.then_some(()).ok_or_else(|| {
        ApiError::bad_request(format!("expected a package name or bundle id, got `{identifier}`"))
    })
}

/// `^$|^[A-Z0-9][a-z0-9]*$`, at most 100 characters; an empty one is none.
fn checked_release_type(word: &str) -> Result<Option<String>, ApiError> {
    let mut letters = word.bytes();
    let is_fit = letters.next().is_none_or(|first| first.is_ascii_uppercase() || first.is_ascii_digit())
        && letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        && word.len() <= limit::NAME_CHARS;
    if !is_fit {
        let message =
            format!("expected one capitalized word as the release type, such as Beta, got `{word}`");
        return Err(ApiError::bad_request(message));
    }
    Ok(Some(word.to_owned()).filter(|word| !word.is_empty()))
}

/// Those of them that a person may see.
pub(crate) fn views<P: Platform>(
    platform: &P,
    origin: &str,
    apps: Vec<AccessRow>,
    person: &AccountRow,
) -> Vec<App> {
    let seen = apps.into_iter().filter_map(|access| {
        let right = right_of(&access.app.owner_id, access.role, access.permission, &person.id)?;
        let (app, owner) = access.split();
        Some(view(platform, origin, app, &owner, right))
    });
    seen.collect()
}

pub(crate) fn view<P: Platform>(
    platform: &P,
    origin: &str,
    app: AppRow,
    owner: &AppOwner,
    right: Right,
) -> App {
    let picture = app.avatar_asset_id.as_ref().or(app.icon_asset_id.as_ref());
    App {
        icon_url: picture.map(|asset_id| icon::url(platform, origin, asset_id)),
        id: app.id,
        app_secret: app.app_secret,
        name: app.name,
        display_name: app.display_name,
        description: app.description,
        os: app.os,
        platform: app.platform,
        release_type: app.release_type,
        origin: "appcenter".to_owned(),
        owner: Owner {
            id: owner.id.clone(),
            name: owner.name.clone(),
            display_name: owner.display_name.clone(),
            email: (owner.kind == AccountKind::User).then(|| owner.email.clone()),
            kind: match owner.kind {
                AccountKind::User => OwnerKind::User,
                AccountKind::Org => OwnerKind::Org,
            },
        },
        created_at: iso(app.created_at),
        updated_at: iso(app.updated_at),
        member_permissions: vec![right],
        bundle_identifier: app.bundle_identifier,
    }
}
