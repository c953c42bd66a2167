//! Changing and deleting an app.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use protocol::{App, UpdateAppRequest, limit};

use super::view::app_view;
use crate::db::{self, AppRow, InsertError};
use crate::error::ApiError;
use crate::garbage;
use crate::http::access::{AppFor, Manage, ManageAsPerson};
use crate::http::extract::{Body, Origin};
use crate::platform::Platform;
use crate::validation::{checked_name, checked_slug, checked_text};

/// `PATCH /apps/{owner}/{app}`: its names, description and release type.
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
    db::update_app(platform.database(), &app).await.map_err(|error| name_taken(error, &app))?;
    Ok(Json(app_view(&platform, &origin, app, &owner, right)))
}

/// `DELETE /apps/{owner}/{app}`: 204. Its releases and their packages go with it.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageAsPerson>,
) -> Result<StatusCode, ApiError> {
    db::delete_app(platform.database(), &app.id, platform.now()).await?;
    garbage::sweep_soon(&platform).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The refusal of an app whose name or identifier another app has.
pub(super) fn name_taken(error: InsertError, app: &AppRow) -> ApiError {
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

/// Checks a release type: `^$|^[A-Z0-9][a-z0-9]*$`, at most 100 characters; an empty one is none.
pub(super) fn checked_release_type(word: &str) -> Result<Option<String>, ApiError> {
    let mut bytes = word.bytes();
    let is_fit = bytes.next().is_none_or(|first| first.is_ascii_uppercase() || first.is_ascii_digit())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && word.len() <= limit::NAME_CHARS;
    if !is_fit {
        let message =
            format!("expected one capitalized word as the release type, such as Beta, got `{word}`");
        return Err(ApiError::bad_request(message));
    }
    Ok(Some(word.to_owned()).filter(|word| !word.is_empty()))
}
