//! Releases.

pub(crate) mod destinations;
pub(crate) mod install_links;
pub(crate) mod view;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{
    BasicRelease, Build, CreateReleaseRequest, ErrorCode, ExternalUrl, ProvisioningProfile, ReleaseDetails,
    ReleaseMetadata, UpdateReleaseRequest, UpdateReleaseResponse, limit,
};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use self::view::{basic, details, profile};
use crate::db::{self, AppRow, ExternalRelease, ListedRow, ReleaseChange, ReleaseRow};
use crate::error::ApiError;
use crate::garbage;
use crate::http::access::{AppFor, Develop, Read};
use crate::http::extract::{Body, Origin, Query};
use crate::platform::{Database, Platform};
use crate::validation::{checked_text, checked_version};

/// The query of [`list`].
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default, deserialize_with = "flag")]
    published_only: bool,
    /// The newest so many.
    top: Option<u32>,
    /// Only the one of that number.
    release_id: Option<i64>,
}

/// Yes or no as clients write it: Python says `True`, others `1`.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" | "" => Ok(false),
        other => Err(D::Error::custom(format!("expected true or false, got `{other}`"))),
    }
}

/// `GET …/releases`: newest first; with `published_only=true` only what was distributed.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Query(ListQuery { published_only, top, release_id }): Query<ListQuery>,
) -> Result<Json<Vec<BasicRelease>>, ApiError> {
    let at_most = top.map_or(-1, i64::from);
    let releases = db::releases_of(platform.database(), &app.id, release_id, published_only, at_most).await?;
    let destinations = destinations_of(&platform, &app, &releases).await?;
    let views = views(&releases, &destinations);
    Ok(Json(views.filter(|release| !published_only || !release.destinations.is_empty()).collect()))
}

/// What these releases went to; they come newest first.
async fn destinations_of<P: Platform>(
    platform: &P,
    app: &AppRow,
    releases: &[ListedRow],
) -> Result<Vec<db::DestinationRow>, ApiError> {
    let (Some(newest), Some(oldest)) = (releases.first(), releases.last()) else { return Ok(Vec::new()) };
    Ok(db::destinations_among(platform.database(), &app.id, oldest.id..=newest.id).await?)
}

/// Both lists come newest release first: each release finds its destinations in one run of them.
fn views<'a>(
    releases: &'a [ListedRow],
    destinations: &'a [db::DestinationRow],
) -> impl Iterator<Item = BasicRelease> + 'a {
    let mut rest = destinations;
    releases.iter().map(move |release| {
        let before = rest.iter().take_while(|row| row.release_id > release.id).count();
        rest = &rest[before..];
        let mine = rest.iter().take_while(|row| row.release_id == release.id).count();
        let (mine, after) = rest.split_at(mine);
        rest = after;
        basic(release, mine)
    })
}

/// `GET …/recent_releases`: the newest release of each group, newest first.
pub(crate) async fn recent<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
) -> Result<Json<Vec<BasicRelease>>, ApiError> {
    let releases = db::releases_of(platform.database(), &app.id, None, true, -1).await?;
    let destinations = destinations_of(&platform, &app, &releases).await?;
    let is_newest = |release: &BasicRelease| release.distribution_groups.iter().any(|group| group.is_latest);
    Ok(Json(views(&releases, &destinations).filter(is_newest).collect()))
}

/// `GET …/releases/filter_by_tester`: what the caller gets as a tester.
pub(crate) async fn of_tester<P: Platform>(
    State(platform): State<P>,
    AppFor { user, app, .. }: AppFor<Read>,
) -> Result<Json<Vec<BasicRelease>>, ApiError> {
    let releases = db::releases_of(platform.database(), &app.id, None, true, -1).await?;
    let destinations = destinations_of(&platform, &app, &releases).await?;
    let mine = db::destinations_of_person(platform.database(), &app.id, &user.email).await?;
    let is_mine = |release: &BasicRelease| release.destinations.iter().any(|given| mine.contains(&given.id));
    Ok(Json(views(&releases, &destinations).filter(is_mine).collect()))
}

/// `POST …/releases`: 201 with a release whose package is hosted elsewhere. Nothing is fetched from there.
pub(crate) async fn create_external<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    Body(request): Body<CreateReleaseRequest>,
) -> Result<(StatusCode, Json<ReleaseDetails>), ApiError> {
    let url = ExternalUrl::parse(&request.external_download_url)
        .map_err(|error| ApiError::bad_request(format!("external_download_url: {error}")))?;
    let build_version = checked_version("build_version", &request.build_version)?;
    if build_version.is_empty() {
        return Err(ApiError::bad_request(
            "expected a build_version, got none: nothing else says the version",
        ));
    }
    let notes = request.release_notes.as_deref().map(clipped);
    let new = ExternalRelease {
        app_id: &app.id,
        url: url.as_str(),
        short_version: build_version,
        version: checked_version("build_number", request.build_number.as_deref().unwrap_or_default())?,
        release_notes: notes.as_deref(),
        now: platform.now(),
    };
    let id = db::insert_external(platform.database(), &new).await?;
    let release = release_of(&platform, &app, &id.to_string()).await?;
    Ok((StatusCode::CREATED, Json(details(&platform, &origin, &app, &release, &[]))))
}

/// `GET …/releases/{id}`, where the id is a number or `latest`.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Json<ReleaseDetails>, ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    let destinations = db::destinations_of(platform.database(), &release).await?;
    let facts = db::facts_of(platform.database(), &release).await?;
    let details = details(&platform, &origin, &app, &release, &destinations);
    let artifact = facts.and_then(|facts| serde_json::from_str(&facts).ok());
    Ok(Json(ReleaseDetails { artifact, ..details }))
}

/// `GET …/releases/{id}/provisioning_profile`: 400 for what is no iOS app, 404 for one without a profile.
pub(crate) async fn provisioning_profile<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Json<ProvisioningProfile>, ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    if release.file_extension.as_deref() != Some("ipa") {
        return Err(ApiError::bad_request(
            "expected a release of an .ipa: only those have a provisioning profile",
        ));
    }
    let facts = db::facts_of(platform.database(), &release).await?;
    let found = facts.and_then(|facts| profile(&facts));
    found.map(Json).ok_or_else(|| ApiError::not_found("the package has no provisioning profile"))
}

/// `PUT …/releases/{id}`: notes, source, enabled.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<UpdateReleaseRequest>,
) -> Result<Json<UpdateReleaseResponse>, ApiError> {
    let release = release_of(&platform, &app, &id).await?;
    let change = change(request.release_notes.as_deref(), request.build.as_ref(), None)?;
    let change = ReleaseChange { enabled: request.enabled, ..change };
    platform.database().batch(vec![db::update_release(&release, &change)]).await?;
    updated(&platform, &app, &release).await
}

/// What an update changes.
pub(crate) fn change(
    release_notes: Option<&str>,
    build: Option<&Build>,
    metadata: Option<&ReleaseMetadata>,
) -> Result<ReleaseChange, ApiError> {
    let build = build.map(clipped_build);
    let metadata = metadata.map(checked_metadata).transpose()?;
    Ok(ReleaseChange {
        release_notes: release_notes.map(clipped),
        build: build.and_then(|build| serde_json::to_string(&build).ok()),
        metadata: metadata.and_then(|metadata| serde_json::to_string(metadata).ok()),
        enabled: None,
        mandatory_update: None,
    })
}

/// Where a build came from is cut as notes are, and for the same reason.
fn clipped_build(build: &Build) -> Build {
    let cut = |text: &Option<String>, most_chars| {
        text.as_ref().map(|text| text.chars().take(most_chars).collect::<String>())
    };
    Build {
        branch_name: cut(&build.branch_name, limit::SOURCE_NAME_CHARS),
        commit_hash: cut(&build.commit_hash, limit::SOURCE_NAME_CHARS),
        commit_message: cut(&build.commit_message, limit::COMMIT_MESSAGE_CHARS),
    }
}

/// A signature that was cut would be wrong: it is refused.
fn checked_metadata(metadata: &ReleaseMetadata) -> Result<&ReleaseMetadata, ApiError> {
    for (what, signature) in
        [("dsa_signature", &metadata.dsa_signature), ("ed_signature", &metadata.ed_signature)]
    {
        checked_text(what, signature.as_deref().unwrap_or_default(), limit::SIGNATURE_CHARS)?;
    }
    Ok(metadata)
}

/// Notes are cut at [`limit::RELEASE_NOTES_CHARS`]: appcenter-cli takes a 400 for success and would lose them all.
fn clipped(notes: &str) -> String {
    notes.chars().take(limit::RELEASE_NOTES_CHARS).collect()
}

/// The release as it is after an update.
pub(crate) async fn updated<P: Platform>(
    platform: &P,
    app: &AppRow,
    release: &ReleaseRow,
) -> Result<Json<UpdateReleaseResponse>, ApiError> {
    let release = release_of(platform, app, &release.id.to_string()).await?;
    let destinations = db::destinations_of(platform.database(), &release).await?;
    Ok(Json(UpdateReleaseResponse {
        enabled: release.enabled != 0,
        mandatory_update: release.mandatory_update != 0,
        provisioning_status_url: None,
        destinations: basic(&(&release).into(), &destinations).destinations,
        release_notes: release.release_notes,
    }))
}

/// `DELETE …/releases/{id}`: 200. The package and its icon go with it.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let release = numbered_release_of(&platform, &app, &id).await?;
    db::delete_release(platform.database(), &release, platform.now()).await?;
    garbage::sweep_soon(&platform).await;
    Ok(StatusCode::OK)
}

/// The app's release of that number, to be taken away: `latest` is refused, for made again the call would take another.
pub(crate) async fn numbered_release_of<P: Platform>(
    platform: &P,
    app: &AppRow,
    id: &str,
) -> Result<ReleaseRow, ApiError> {
    if id == "latest" {
        return Err(ApiError::bad_request(
            "expected a release's number, got `latest`; say which one is to go",
        ));
    }
    release_of(platform, app, id).await
}

/// The app's release of that number, or the newest.
pub(crate) async fn release_of<P: Platform>(
    platform: &P,
    app: &AppRow,
    id: &str,
) -> Result<ReleaseRow, ApiError> {
    if id == "latest" {
        return db::latest_release(platform.database(), &app.id).await?.ok_or_else(|| {
            ApiError::Refused(ErrorCode::NoReleasesForApp, "the app has no releases yet".to_owned())
        });
    }
    let number = id
        .parse()
        .map_err(|_| ApiError::bad_request(format!("expected a release's number or `latest`, got `{id}`")))?;
    db::release_by_id(platform.database(), &app.id, number)
        .await?
        .ok_or_else(|| ApiError::not_found(format!("the app has no release {number}")))
}
