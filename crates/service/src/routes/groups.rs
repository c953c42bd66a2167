use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{CreateGroupRequest, ErrorCode, Group};

use super::checked_name;
use crate::access::{AppFor, Develop, Read};
use crate::error::ApiError;
use crate::extract::Body;
use crate::platform::Platform;
use crate::secret;
use crate::store::{self, GroupRow, InsertError};

/// `GET …/distribution_groups`.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
) -> Result<Json<Vec<Group>>, ApiError> {
    let groups = store::groups_of(platform.database(), &app.id).await?;
    Ok(Json(groups.into_iter().map(view).collect()))
}

/// `GET …/distribution_groups/{name}`: by name, whatever the case.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, name)): Path<(String, String, String)>,
) -> Result<Json<Group>, ApiError> {
    let group = store::group_by_name(platform.database(), &app.id, &name).await?;
    group
        .map(|group| Json(view(group)))
        .ok_or_else(|| ApiError::Refused(ErrorCode::GroupNotFound, format!("the app has no group `{name}`")))
}

/// `POST …/distribution_groups`: 201, or 409 if the name is taken.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Body(request): Body<CreateGroupRequest>,
) -> Result<(StatusCode, Json<Group>), ApiError> {
    let group = GroupRow {
        id: secret::uuid(&platform),
        app_id: Some(app.id),
        org_id: None,
        name: checked_name("group name", &request.name)?.to_owned(),
        display_name: request
            .display_name
            .as_deref()
            .map(|name| checked_name("display name", name))
            .transpose()?
            .map(str::to_owned),
        is_public: 0,
        created_at: platform.now(),
    };
    store::insert_group(platform.database(), &group).await.map_err(|error| match error {
        InsertError::Taken(_) => {
            ApiError::conflict(format!("there is a group named `{}` already", group.name))
        }
        InsertError::Port(error) => error.into(),
    })?;
    Ok((StatusCode::CREATED, Json(view(group))))
}

fn view(group: GroupRow) -> Group {
    Group {
        id: group.id,
        name: group.name,
        display_name: group.display_name,
        origin: "appcenter".to_owned(),
        is_public: group.is_public != 0,
    }
}
