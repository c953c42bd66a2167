use axum::Json;
use axum::extract::State;
use http::StatusCode;
use protocol::{App, COLLABORATORS, CreateAppRequest, Owner, OwnerKind};

use super::{checked_name, checked_slug, icon, slug};
use crate::access::{AppFor, AppOwner, Caller, Read};
use crate::error::ApiError;
use crate::extract::{Body, Origin};
use crate::platform::Platform;
use crate::secret;
use crate::store::{self, AccountKind, AccountRow, AppRow, GroupRow, InsertError};
use crate::time::iso;

/// `GET /apps`: the caller's apps, in the order of their making.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    Caller { user, .. }: Caller,
) -> Result<Json<Vec<App>>, ApiError> {
    let apps = store::apps_of(platform.database(), &user.id).await?;
    let owner = AppOwner::from(user);
    Ok(Json(apps.into_iter().map(|app| view(&platform, &origin, app, &owner)).collect()))
}

/// `GET /apps/{owner}/{app}`.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, owner, .. }: AppFor<Read>,
) -> Json<App> {
    Json(view(&platform, &origin, app, &owner))
}

/// `POST /apps`: 201, with the group that every app has from the start; 409 if the name or the identifier is taken.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    Caller { user, .. }: Caller,
    Body(request): Body<CreateAppRequest>,
) -> Result<(StatusCode, Json<App>), ApiError> {
    let app = new_app(&platform, &user, request)?;
    let group = GroupRow {
        id: secret::uuid(&platform),
        app_id: Some(app.id.clone()),
        org_id: None,
        name: COLLABORATORS.to_owned(),
        display_name: None,
        is_public: 0,
        created_at: app.created_at,
    };
    store::insert_app(platform.database(), &app, &group).await.map_err(|error| taken(error, &app))?;
    Ok((StatusCode::CREATED, Json(view(&platform, &origin, app, &user.into()))))
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
        description: request.description,
        os: request.os,
        platform: request.platform,
        release_type: request.release_type.filter(|word| !word.is_empty()),
        bundle_identifier,
        created_at: platform.now(),
        updated_at: platform.now(),
        icon_asset_id: None,
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

fn view<P: Platform>(platform: &P, origin: &str, app: AppRow, owner: &AppOwner) -> App {
    App {
        id: app.id,
        app_secret: app.app_secret,
        name: app.name,
        display_name: app.display_name,
        description: app.description,
        os: app.os,
        platform: app.platform,
        release_type: app.release_type,
        icon_url: app.icon_asset_id.as_deref().map(|asset_id| icon::url(platform, origin, asset_id)),
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
        bundle_identifier: app.bundle_identifier,
    }
}
