//! Transferring an app to another owner.

use axum::Json;
use axum::extract::{Path, State};
use protocol::{App, ErrorCode, Right, Role};

use super::update::name_taken;
use super::view::app_view;
use crate::db::{self, AccountKind, AccountRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, AppOwner, ManageAsPerson};
use crate::http::extract::Origin;
use crate::platform::{Database, Platform};
use crate::secret;
use crate::validation::slug;

/// `POST …/transfer/{destination}`: makes another account of the caller's the owner of the app.
pub(crate) async fn transfer<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { user, mut app, owner: former_owner, .. }: AppFor<ManageAsPerson>,
    Path((_, _, destination)): Path<(String, String, String)>,
) -> Result<Json<App>, ApiError> {
    check_may_transfer(&platform, &former_owner, &user).await?;
    let may_own = |org: Option<(AccountRow, Role)>| {
        org.filter(|(_, role)| *role >= Role::Collaborator).map(|(org, _)| org)
    };
    let owner = if destination.eq_ignore_ascii_case(&user.name) {
        user.clone()
    } else {
        let org = db::membership(platform.database(), &destination, &user.id).await?;
        may_own(org).ok_or_else(|| {
            ApiError::not_found(format!(
                "there is no organization `{destination}` in which you may create apps"
            ))
        })?
    };
    app.owner_id.clone_from(&owner.id);
    app.updated_at = platform.now();
    let changes = db::transfer_app(&app, owner.kind, &user.id);
    platform.database().batch(changes).await.map_err(|error| name_taken(error.into(), &app))?;
    Ok(Json(app_view(&platform, &origin, app, &owner.into(), Right::Manage)))
}

/// Only the owner transfers an app: a manager works on it, and could otherwise take it over.
async fn check_may_transfer<P: Platform>(
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

/// `POST …/transfer_to_org`: creates an organization, named after the app, and makes it the owner.
pub(crate) async fn transfer_to_org<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { user, mut app, owner: former_owner, .. }: AppFor<ManageAsPerson>,
) -> Result<Json<App>, ApiError> {
    check_may_transfer(&platform, &former_owner, &user).await?;
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
    let changes = db::transfer_app(&app, org.kind, &user.id);
    db::insert_org(platform.database(), &org, &user.id, changes).await.map_err(|error| {
        error.or_conflict(|| {
            format!("there is an account named `{}` already; transfer the app to it", org.name)
        })
    })?;
    Ok(Json(app_view(&platform, &origin, app, &org.into(), Right::Manage)))
}
