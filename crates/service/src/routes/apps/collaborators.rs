//! The people who may work on an app.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{PermissionsRequest, Right, User};

use crate::db;
use crate::error::ApiError;
use crate::http::access::{AppFor, ManageAsPerson, Read};
use crate::http::extract::Body;
use crate::platform::Platform;
use crate::routes::account::user::user_view;

/// `GET …/users`: the owner or the organization's admins, and the collaborators.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
) -> Result<Json<Vec<User>>, ApiError> {
    let people = db::people_of_app(platform.database(), &app.id).await?;
    Ok(Json(people.into_iter().map(|person| user_view(person.user, Some(person.permission))).collect()))
}

/// `PATCH …/users/{email}`: the permission of a collaborator; 204.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageAsPerson>,
    Path((_, _, email)): Path<(String, String, String)>,
    Body(request): Body<PermissionsRequest>,
) -> Result<StatusCode, ApiError> {
    let right = highest_permission(&request)?;
    let was_there = db::set_permission(platform.database(), &app.id, &email, right).await?;
    was_there.then_some(StatusCode::NO_CONTENT).ok_or_else(|| no_such_collaborator(&email))
}

/// `DELETE …/users/{email}`: 204.
pub(crate) async fn remove<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<ManageAsPerson>,
    Path((_, _, email)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let was_there = db::remove_collaborator(platform.database(), &app.id, &email).await?;
    was_there.then_some(StatusCode::NO_CONTENT).ok_or_else(|| no_such_collaborator(&email))
}

/// The highest of the permissions in a request.
pub(crate) fn highest_permission(request: &PermissionsRequest) -> Result<Right, ApiError> {
    request.permissions.iter().max().copied().ok_or_else(|| {
        ApiError::bad_request("expected `permissions` of one of manager, developer and viewer, got none")
    })
}

fn no_such_collaborator(email: &str) -> ApiError {
    ApiError::not_found(format!("the app has no collaborator with the address `{email}`"))
}
