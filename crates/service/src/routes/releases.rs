use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{
    AddGroupRequest, AddGroupResponse, BasicRelease, COLLABORATORS, DestinationKind, ErrorCode, NIL_GROUP_ID,
    ReleaseDetails, UpdateReleaseRequest, UpdateReleaseResponse, limit,
};
use serde::Deserialize;

use crate::access::{AppFor, Develop, Read};
use crate::error::ApiError;
use crate::extract::{Body, Origin, Query};
use crate::platform::{Database, Platform};
use crate::routes::release_view::{basic, details};
use crate::store::{self, AppRow, NewDestination, ReleaseChange, ReleaseRow};

/// The query of [`list`].
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    published_only: bool,
}

/// `GET …/releases`: newest first; with `published_only=true` only what was distributed.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<BasicRelease>>, ApiError> {
    let releases = store::releases_of(platform.database(), &app.id).await?;
    let destinations = store::destinations_of_app(platform.database(), &app.id).await?;
    let views = releases.into_iter().map(|release| basic(&release, &destinations));
    Ok(Json(views.filter(|release| !query.published_only || !release.destinations.is_empty()).collect()))
}

/// `GET …/releases/{id}`, where the id is a number or `latest`.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Json<ReleaseDetails>, ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    let destinations = store::destinations_of(platform.database(), &release).await?;
    let facts = store::facts_of(platform.database(), &release).await?;
    let details = details(&platform, &origin, &app, &release, &destinations);
    let artifact = facts.and_then(|facts| serde_json::from_str(&facts).ok());
    Ok(Json(ReleaseDetails { artifact, ..details }))
}

/// `PUT …/releases/{id}`: notes, source, enabled.
///
/// Notes are cut at [`limit::RELEASE_NOTES_CHARS`]: appcenter-cli takes a 400 for success and would lose them all.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<UpdateReleaseRequest>,
) -> Result<Json<UpdateReleaseResponse>, ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    let change = ReleaseChange {
        release_notes: request
            .release_notes
            .map(|notes| notes.chars().take(limit::RELEASE_NOTES_CHARS).collect()),
        build: request.build.and_then(|build| serde_json::to_string(&build).ok()),
        enabled: request.enabled,
    };
    store::update_release(platform.database(), &release, &change).await?;
    let release = release_of(&platform, &app, &release.id.to_string()).await?;
    let destinations = store::destinations_of(platform.database(), &release).await?;
    Ok(Json(UpdateReleaseResponse {
        enabled: release.enabled != 0,
        provisioning_status_url: None,
        destinations: basic(&release, &destinations).destinations,
        release_notes: release.release_notes,
    }))
}

/// `POST …/releases/{id}/groups`: gives the release to a group; 201, also when it comes twice.
pub(crate) async fn add_group<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<AddGroupRequest>,
) -> Result<(StatusCode, Json<AddGroupResponse>), ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    let group = if request.id == NIL_GROUP_ID {
        store::group_by_name(platform.database(), &app.id, COLLABORATORS).await?
    } else {
        store::group_by_id(platform.database(), &app.id, &request.id).await?
    };
    let group = group.ok_or_else(|| {
        ApiError::Refused(ErrorCode::GroupNotFound, format!("the app has no group of id `{}`", request.id))
    })?;
    let new = NewDestination {
        kind: DestinationKind::Group,
        id: &group.id,
        mandatory_update: request.mandatory_update,
        notify_testers: request.notify_testers,
        publishing_status: None,
        publishing_error: None,
    };
    platform.database().batch(vec![store::add_destination(&release, &new, platform.now())]).await?;
    let mandatory_update = request.mandatory_update;
    Ok((
        StatusCode::CREATED,
        Json(AddGroupResponse { id: group.id, mandatory_update, provisioning_status_url: None }),
    ))
}

/// The app's release of that number, or the newest.
pub(crate) async fn release_of<P: Platform>(
    platform: &P,
    app: &AppRow,
    id: &str,
) -> Result<ReleaseRow, ApiError> {
    if id == "latest" {
        return store::latest_release(platform.database(), &app.id).await?.ok_or_else(|| {
            ApiError::Refused(ErrorCode::NoReleasesForApp, "the app has no releases yet".to_owned())
        });
    }
    let number = id
        .parse()
        .map_err(|_| ApiError::bad_request(format!("expected a release's number or `latest`, got `{id}`")))?;
    store::release_by_id(platform.database(), &app.id, number)
        .await?
        .ok_or_else(|| ApiError::not_found(format!("the app has no release {number}")))
}
