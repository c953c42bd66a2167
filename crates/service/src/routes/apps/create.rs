//! Creating an app.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use protocol::{App, COLLABORATORS, CreateAppRequest, Right, limit};

use super::update::{checked_release_type, name_taken};
use super::view::app_view;
use crate::db::{self, AccountRow, AppRow, GroupRow};
use crate::error::ApiError;
use crate::http::access::{Caller, Collaborator, OrgFor};
use crate::http::extract::{Body, Origin};
use crate::platform::Platform;
use crate::secret;
use crate::validation::{checked_name, checked_slug, checked_text, slug};

/// `POST /apps`: 201, with the group that every app has from the start; 409 if the name or the identifier is taken.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    Caller { user, .. }: Caller,
    Body(request): Body<CreateAppRequest>,
) -> Result<(StatusCode, Json<App>), ApiError> {
    let creator_id = user.id.clone();
    create_for(&platform, &origin, user, &creator_id, request).await
}

/// `POST /orgs/{org}/apps`: the same for an organization. Its creator manages it.
pub(crate) async fn create_in_org<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    OrgFor { user, org, .. }: OrgFor<Collaborator>,
    Body(request): Body<CreateAppRequest>,
) -> Result<(StatusCode, Json<App>), ApiError> {
    create_for(&platform, &origin, org, &user.id, request).await
}

async fn create_for<P: Platform>(
    platform: &P,
    origin: &str,
    owner: AccountRow,
    creator_id: &str,
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
    let had_room = db::insert_app(platform.database(), &app, &group, creator_id).await;
    if !had_room.map_err(|error| name_taken(error, &app))? {
        return Err(ApiError::limit_reached(limit::APPS_PER_ACCOUNT, "apps"));
    }
    Ok((StatusCode::CREATED, Json(app_view(platform, origin, app, &owner.into(), Right::Manage))))
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

fn checked_identifier(identifier: &str) -> Result<(), ApiError> {
    let is_fit = identifier.len() <= 255 && identifier.chars().all(|c| c.is_ascii_graphic());
    is_fit.then_some(()).ok_or_else(|| {
        ApiError::bad_request(format!("expected a package name or bundle id, got `{identifier}`"))
    })
}
