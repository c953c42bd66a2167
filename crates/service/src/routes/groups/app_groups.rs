//! The distribution groups of an app.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{COLLABORATORS, CreateGroupRequest, ErrorCode, Group, UpdateGroupRequest, limit};

use crate::db::{self, AppRow, GroupRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop, Read};
use crate::http::extract::Body;
use crate::platform::Platform;
use crate::secret;
use crate::validation::{checked_name, checked_segment};

/// `GET …/distribution_groups`: the app's own, and those of its organization that are shared with it.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
) -> Result<Json<Vec<Group>>, ApiError> {
    let groups = db::groups_of(platform.database(), &app.id).await?;
    Ok(Json(groups.into_iter().map(group_view).collect()))
}

/// `GET …/distribution_groups/{name}`: by name, whatever the case.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, name)): Path<(String, String, String)>,
) -> Result<Json<Group>, ApiError> {
    Ok(Json(group_view(find_group(&platform, &app, &name).await?)))
}

/// `POST …/distribution_groups`: 201, or 409 if the name is taken.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Body(request): Body<CreateGroupRequest>,
) -> Result<(StatusCode, Json<Group>), ApiError> {
    create_group(&platform, Some(app.id), None, &request).await
}

/// Creates a group of an app or of an organization.
pub(super) async fn create_group<P: Platform>(
    platform: &P,
    app_id: Option<String>,
    org_id: Option<String>,
    request: &CreateGroupRequest,
) -> Result<(StatusCode, Json<Group>), ApiError> {
    let display_name = request.display_name.as_deref().map(|name| checked_name("display name", name));
    let group = GroupRow {
        id: secret::uuid(platform),
        app_id,
        org_id,
        name: checked_segment("group name", &request.name)?.to_owned(),
        display_name: display_name.transpose()?.map(str::to_owned),
        is_public: 0,
        created_at: platform.now(),
    };
    let had_room = db::insert_group(platform.database(), &group).await;
    if !had_room.map_err(|error| error.or_conflict(|| name_taken(&group.name)))? {
        return Err(ApiError::limit_reached(limit::GROUPS, "groups"));
    }
    Ok((StatusCode::CREATED, Json(group_view(group))))
}

/// `PATCH …/distribution_groups/{name}`: its name, and whether anyone with its link may install.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, name)): Path<(String, String, String)>,
    Body(request): Body<UpdateGroupRequest>,
) -> Result<Json<Group>, ApiError> {
    let group = find_own_group(&platform, &app, &name).await?;
    update_group(&platform, group, &request).await
}

/// Changes a group of an app or of an organization. The group that every app has keeps its name: clients use that name.
pub(super) async fn update_group<P: Platform>(
    platform: &P,
    mut group: GroupRow,
    request: &UpdateGroupRequest,
) -> Result<Json<Group>, ApiError> {
    if let Some(name) = &request.name {
        let name = checked_segment("group name", name)?;
        if is_default_group(&group) && !name.eq_ignore_ascii_case(COLLABORATORS) {
            return Err(keeps_default_group());
        }
        name.clone_into(&mut group.name);
    }
    if let Some(is_public) = request.is_public {
        group.is_public = i64::from(is_public);
    }
    db::update_group(platform.database(), &group)
        .await
        .map_err(|error| error.or_conflict(|| name_taken(&group.name)))?;
    Ok(Json(group_view(group)))
}

/// `DELETE …/distribution_groups/{name}`: 204. Its releases stay in the app.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, name)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let group = find_own_group(&platform, &app, &name).await?;
    if is_default_group(&group) {
        return Err(keeps_default_group());
    }
    db::delete_group(platform.database(), &group.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The group of that name that the app has, its own or a shared one.
pub(super) async fn find_group<P: Platform>(
    platform: &P,
    app: &AppRow,
    name: &str,
) -> Result<GroupRow, ApiError> {
    db::group_by_name(platform.database(), &app.id, name).await?.ok_or_else(|| no_such_group(name))
}

/// The same, but not a shared one: that is changed in the organization.
pub(super) async fn find_own_group<P: Platform>(
    platform: &P,
    app: &AppRow,
    name: &str,
) -> Result<GroupRow, ApiError> {
    let group = find_group(platform, app, name).await?;
    if group.org_id.is_some() {
        return Err(ApiError::Refused(
            ErrorCode::Forbidden,
            format!("the group `{name}` is shared by the organization; change it there"),
        ));
    }
    Ok(group)
}

pub(super) fn no_such_group(name: &str) -> ApiError {
    ApiError::Refused(ErrorCode::GroupNotFound, format!("there is no group `{name}`"))
}

fn is_default_group(group: &GroupRow) -> bool {
    group.app_id.is_some() && group.name.eq_ignore_ascii_case(COLLABORATORS)
}

fn keeps_default_group() -> ApiError {
    ApiError::conflict(format!(
        "every app keeps its group `{COLLABORATORS}`: clients use it when none is named"
    ))
}

fn name_taken(name: &str) -> String {
    format!("there is a group named `{name}` already")
}

/// A group as the API shows it.
pub(super) fn group_view(group: GroupRow) -> Group {
    Group {
        id: group.id,
        name: group.name,
        display_name: group.display_name,
        origin: "appcenter".to_owned(),
        is_public: group.is_public != 0,
    }
}
