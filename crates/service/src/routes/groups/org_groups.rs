//! Groups that an organization shares among its apps.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{
    App, CreateGroupRequest, Group, GroupAppsRequest, GroupDetails, OrgTester, UpdateGroupRequest, limit,
};
use serde::Deserialize;

use super::app_groups;
use super::members::find_shared_group;
use crate::db::{self, PersonRow};
use crate::error::ApiError;
use crate::http::access::{Admin, Member, OrgFor};
use crate::http::extract::{Body, Origin, Query};
use crate::platform::Platform;
use crate::routes::apps::view::visible_apps;

/// `GET /orgs/{org}/distribution_groups`.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    OrgFor { org, .. }: OrgFor<Member>,
) -> Result<Json<Vec<Group>>, ApiError> {
    let rows = db::groups_of_org(platform.database(), &org.id).await?;
    Ok(Json(rows.into_iter().map(app_groups::group_view).collect()))
}

/// The query of [`details`].
#[derive(Deserialize)]
pub(crate) struct DetailsQuery {
    apps_limit: Option<usize>,
}

/// `GET /orgs/{org}/distribution_groups_details`: the same with their apps and how many members they have.
pub(crate) async fn details<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    OrgFor { user, org, .. }: OrgFor<Member>,
    Query(query): Query<DetailsQuery>,
) -> Result<Json<Vec<GroupDetails>>, ApiError> {
    let mut details = Vec::new();
    let counts = db::member_counts(platform.database(), &org.id).await?;
    for group in db::groups_of_org(platform.database(), &org.id).await? {
        let rows = db::apps_of_group(platform.database(), &group.id, &user.id).await?;
        let total_apps_count = rows.len() as u64;
        let mut apps = visible_apps(&platform, &origin, rows, &user);
        apps.truncate(query.apps_limit.unwrap_or(usize::MAX));
        let total_users_count = counts.get(&group.id).copied().unwrap_or_default();
        details.push(GroupDetails {
            group: app_groups::group_view(group),
            total_apps_count,
            total_users_count,
            apps,
        });
    }
    Ok(Json(details))
}

/// `POST /orgs/{org}/distribution_groups`: 201, or 409 if the name is taken.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    OrgFor { org, .. }: OrgFor<Admin>,
    Body(request): Body<CreateGroupRequest>,
) -> Result<(StatusCode, Json<Group>), ApiError> {
    app_groups::create_group(&platform, None, Some(org.id), &request).await
}

/// `GET /orgs/{org}/distribution_groups/{name}`.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Member>,
    Path((_, name)): Path<(String, String)>,
) -> Result<Json<Group>, ApiError> {
    Ok(Json(app_groups::group_view(find_shared_group(&platform, &org, &name).await?)))
}

/// `PATCH /orgs/{org}/distribution_groups/{name}`.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
    Body(request): Body<UpdateGroupRequest>,
) -> Result<Json<Group>, ApiError> {
    app_groups::update_group(&platform, find_shared_group(&platform, &org, &name).await?, &request).await
}

/// `DELETE /orgs/{org}/distribution_groups/{name}`: 200, unlike an app's.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let group = find_shared_group(&platform, &org, &name).await?;
    db::delete_group(platform.database(), &group.id).await?;
    Ok(StatusCode::OK)
}

/// `GET …/apps` of a shared group: those apps that the caller may see.
pub(crate) async fn apps_of<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    org: OrgFor<Member>,
    Path((_, name)): Path<(String, String)>,
) -> Result<Json<Vec<App>>, ApiError> {
    let group = find_shared_group(&platform, &org, &name).await?;
    let rows = db::apps_of_group(platform.database(), &group.id, &org.user.id).await?;
    Ok(Json(visible_apps(&platform, &origin, rows, &org.user)))
}

/// `POST …/apps` of a shared group: 204, also for apps that have it already; 404 if one of them does not exist, and
/// then the others have it.
pub(crate) async fn add_apps<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
    Body(request): Body<GroupAppsRequest>,
) -> Result<StatusCode, ApiError> {
    let group = find_shared_group(&platform, &org, &name).await?;
    let names = app_names(request)?;
    let found = db::share_group(platform.database(), &group, &names).await?;
    if found < names.len() {
        let message = format!("the organization has {found} of the {} apps; check the names", names.len());
        return Err(ApiError::not_found(message));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Each app once, whatever the case of its name.
fn app_names(request: GroupAppsRequest) -> Result<Vec<String>, ApiError> {
    let (most, count) = (limit::APPS_PER_CALL, request.apps.len());
    if count > most {
        return Err(ApiError::bad_request(format!("expected at most {most} apps, got {count}")));
    }
    let names: BTreeSet<String> = request.apps.into_iter().map(|app| app.name.to_ascii_lowercase()).collect();
    Ok(names.into_iter().collect())
}

/// `POST …/apps/bulk_delete` of a shared group: 204.
pub(crate) async fn remove_apps<P: Platform>(
    State(platform): State<P>,
    org: OrgFor<Admin>,
    Path((_, name)): Path<(String, String)>,
    Body(request): Body<GroupAppsRequest>,
) -> Result<StatusCode, ApiError> {
    let group = find_shared_group(&platform, &org, &name).await?;
    let names = app_names(request)?;
    db::unshare_group(platform.database(), &group, &names).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /orgs/{org}/testers`: all testers who get releases of its apps.
pub(crate) async fn testers<P: Platform>(
    State(platform): State<P>,
    OrgFor { org, .. }: OrgFor<Admin>,
) -> Result<Json<Vec<OrgTester>>, ApiError> {
    let people = db::testers_of_org(platform.database(), &org.id).await?;
    let tester = |person: PersonRow| OrgTester {
        name: person.name.unwrap_or_else(|| person.email.clone()),
        email: person.email,
        display_name: person.display_name,
    };
    Ok(Json(people.into_iter().map(tester).collect()))
}
