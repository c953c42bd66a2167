//! The releases that a group has.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{DestinationKind, ErrorCode, GroupRelease, ReleaseDetails};

use super::app_groups::find_group;
use crate::db::{self, ReleaseSummaryRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop, Read};
use crate::http::extract::Origin;
use crate::platform::Platform;
use crate::releases::find;
use crate::releases::view::release_details;
use crate::time::iso;

/// `GET …/distribution_groups/{name}/releases`: newest first.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, name)): Path<(String, String, String)>,
) -> Result<Json<Vec<GroupRelease>>, ApiError> {
    let group = find_group(&platform, &app, &name).await?;
    let releases = db::releases_at(platform.database(), &app.id, &group.id, -1).await?;
    let view = |(release, mandatory_update): (ReleaseSummaryRow, bool)| GroupRelease {
        id: release.id,
        version: release.version,
        short_version: release.short_version,
        origin: "appcenter".to_owned(),
        mandatory_update,
        uploaded_at: iso(release.uploaded_at),
        enabled: release.enabled != 0,
        is_external_build: release.external_url.is_some(),
    };
    Ok(Json(releases.into_iter().map(view).collect()))
}

/// `GET …/distribution_groups/{name}/releases/{id}`: by number, or the newest that is enabled.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, name, id)): Path<(String, String, String, String)>,
) -> Result<Json<ReleaseDetails>, ApiError> {
    let group = find_group(&platform, &app, &name).await?;
    let number = id.parse().ok();
    // No group has a release whose id is no number.
    let found = if number.is_some() || id == "latest" {
        db::release_at(platform.database(), &app.id, &group.id, number).await?
    } else {
        None
    };
    let (release, mandatory_update) = found.ok_or_else(|| match id.as_str() {
        "latest" => ApiError::Refused(ErrorCode::NoReleasesForApp, "the group has no release yet".to_owned()),
        _ => ApiError::not_found(format!("the group has no release `{id}`")),
    })?;
    let destinations = db::destinations_of(platform.database(), &release).await?;
    let details = release_details(&platform, &origin, &app, &release, &destinations);
    Ok(Json(ReleaseDetails { mandatory_update, distribution_group_id: Some(group.id), ..details }))
}

/// `DELETE …/distribution_groups/{name}/releases/{id}`: removes the release from the group; 200.
pub(crate) async fn remove<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, name, id)): Path<(String, String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let group = find_group(&platform, &app, &name).await?;
    let release = find::numbered_release(&platform, &app, &id).await?;
    let kind = DestinationKind::Group;
    let was_there = db::remove_destination(platform.database(), &release, kind, &group.id).await?;
    was_there
        .then_some(StatusCode::OK)
        .ok_or_else(|| ApiError::not_found(format!("the group has no release `{id}`")))
}
