//! Apps that the caller or a member may see.

use axum::Json;
use axum::extract::{Path, State};
use protocol::App;
use serde::Deserialize;

use super::view::{app_view, visible_apps};
use crate::db;
use crate::error::ApiError;
use crate::http::access::{Admin, AppFor, Caller, Member, OrgFor, Read};
use crate::http::extract::{Origin, Query};
use crate::platform::Platform;

/// The query of [`list`].
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(rename = "$orderBy")]
    order_by: Option<String>,
}

/// `GET /apps`: all that the caller may see, in the order of their creation or by a name.
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
    Ok(Json(visible_apps(&platform, &origin, apps, &user)))
}

/// `GET /orgs/{org}/apps`: those of them that the caller may see.
pub(crate) async fn list_of_org<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    OrgFor { user, org, .. }: OrgFor<Member>,
) -> Result<Json<Vec<App>>, ApiError> {
    let apps = db::apps_of(platform.database(), &org.id, &user.id).await?;
    Ok(Json(visible_apps(&platform, &origin, apps, &user)))
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
    Ok(Json(visible_apps(&platform, &origin, apps, &member)))
}

/// `GET /apps/{owner}/{app}`.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, owner, right, .. }: AppFor<Read>,
) -> Json<App> {
    Json(app_view(&platform, &origin, app, &owner, right))
}
