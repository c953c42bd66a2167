use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{
    AddGroupRequest, AddGroupResponse, BasicRelease, Build, COLLABORATORS, Destination, DestinationKind,
    ErrorCode, NIL_GROUP_ID, Os, ReleaseDetails, ReleaseGroup, UpdateReleaseRequest, UpdateReleaseResponse,
    limit,
};
use serde::Deserialize;

use crate::access::{AppFor, Develop, Read};
use crate::extract::{Body, Origin, Query};
use crate::error::ApiError;
use crate::platform::Platform;
use crate::routes::{download, icon};
use crate::secret;
use crate::store::{self, AppRow, DestinationRow, ReleaseChange, ReleaseRow};
use crate::time::iso;

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
    let destinations = store::destinations_of(platform.database(), &app.id).await?;
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
    let destinations = store::destinations_of(platform.database(), &app.id).await?;
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
    let destinations = store::destinations_of(platform.database(), &app.id).await?;
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
    let now = platform.now();
    store::add_release_group(platform.database(), &release, &group.id, request.mandatory_update, now).await?;
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

fn basic(release: &ReleaseRow, destinations: &[DestinationRow]) -> BasicRelease {
    let mine = || destinations.iter().filter(|destination| destination.release_id == release.id);
    BasicRelease {
        id: release.id,
        version: release.version.clone(),
        short_version: release.short_version.clone(),
        origin: "appcenter".to_owned(),
        enabled: release.enabled != 0,
        uploaded_at: iso(release.uploaded_at),
        distribution_groups: mine()
            .map(|group| ReleaseGroup {
                id: group.group_id.clone(),
                name: group.name.clone(),
                is_latest: group.is_latest != 0,
            })
            .collect(),
        destinations: mine()
            .map(|group| Destination {
                id: group.group_id.clone(),
                name: group.name.clone(),
                is_latest: group.is_latest != 0,
                destination_type: DestinationKind::Group,
                display_name: group.display_name.clone(),
            })
            .collect(),
        build: release.build.as_deref().and_then(|json| serde_json::from_str::<Build>(json).ok()),
        is_external_build: false,
        file_extension: release.file_extension.clone(),
    }
}

fn details<P: Platform>(
    platform: &P,
    origin: &str,
    app: &AppRow,
    release: &ReleaseRow,
    destinations: &[DestinationRow],
) -> ReleaseDetails {
    let is_android = app.os == Os::Android;
    let download_url = download::url(platform, origin, release);
    ReleaseDetails {
        release: basic(release, destinations),
        app_name: app.name.clone(),
        app_display_name: app.display_name.clone(),
        app_os: app.os.to_string(),
        app_icon_url: release.icon_type.as_ref().map(|_| icon::url(platform, origin, &release.asset_id)),
        release_notes: release.release_notes.clone(),
        size: Some(release.size),
        min_os: release.min_os.clone(),
        android_min_api_level: release.min_os.clone().filter(|_| is_android),
        bundle_identifier: release.bundle_identifier.clone(),
        fingerprint: Some(release.md5.clone()),
        sha256: Some(release.sha256.clone()),
        package_hashes: package_hashes(release, is_android),
        install_url: Some(download_url.clone()),
        download_url: Some(download_url),
        status: "available".to_owned(),
        artifact: None,
        android_file_extension: release.file_extension.clone().filter(|_| is_android),
    }
}

/// What the Android SDK compares: SHA-256 of `package:versionName:versionCode`.
fn package_hashes(release: &ReleaseRow, is_android: bool) -> Vec<String> {
    let Some(package) = release.bundle_identifier.as_deref().filter(|_| is_android) else {
        return Vec::new();
    };
    vec![secret::hash(&format!("{package}:{}:{}", release.short_version, release.version))]
}
