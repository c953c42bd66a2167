//! Changing and deleting a release.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{Build, ReleaseMetadata, UpdateReleaseRequest, UpdateReleaseResponse, limit};

use crate::db::{self, AppRow, ReleaseChange, ReleaseRow};
use crate::error::ApiError;
use crate::garbage;
use crate::http::access::{AppFor, Develop};
use crate::http::extract::Body;
use crate::platform::{Database, Platform};
use crate::releases::find;
use crate::releases::view::basic_release;
use crate::validation::checked_text;

/// `PUT …/releases/{id}`: notes, source, enabled.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<UpdateReleaseRequest>,
) -> Result<Json<UpdateReleaseResponse>, ApiError> {
    let release = find::release(&platform, &app, &id).await?;
    let change = release_change(request.release_notes.as_deref(), request.build.as_ref(), None)?;
    let change = ReleaseChange { enabled: request.enabled, ..change };
    platform.database().batch(vec![db::update_release(&release, &change)]).await?;
    updated_release(&platform, &app, &release).await
}

/// What a request changes of a release.
pub(super) fn release_change(
    release_notes: Option<&str>,
    build: Option<&Build>,
    metadata: Option<&ReleaseMetadata>,
) -> Result<ReleaseChange, ApiError> {
    let build = build.map(clipped_build);
    let metadata = metadata.map(checked_metadata).transpose()?;
    Ok(ReleaseChange {
        release_notes: release_notes.map(clipped_notes),
        build: build.and_then(|build| serde_json::to_string(&build).ok()),
        metadata: metadata.and_then(|metadata| serde_json::to_string(metadata).ok()),
        enabled: None,
        mandatory_update: None,
    })
}

/// Where a build came from, cut as notes are, and for the same reason.
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

/// Checks signatures. They are refused and not cut: a signature that is cut is wrong.
fn checked_metadata(metadata: &ReleaseMetadata) -> Result<&ReleaseMetadata, ApiError> {
    for (what, signature) in
        [("dsa_signature", &metadata.dsa_signature), ("ed_signature", &metadata.ed_signature)]
    {
        checked_text(what, signature.as_deref().unwrap_or_default(), limit::SIGNATURE_CHARS)?;
    }
    Ok(metadata)
}

/// Notes, cut at [`limit::RELEASE_NOTES_CHARS`]: appcenter-cli takes a 400 for success, and all notes would be lost.
pub(super) fn clipped_notes(notes: &str) -> String {
    notes.chars().take(limit::RELEASE_NOTES_CHARS).collect()
}

/// The release as it is after an update.
pub(super) async fn updated_release<P: Platform>(
    platform: &P,
    app: &AppRow,
    release: &ReleaseRow,
) -> Result<Json<UpdateReleaseResponse>, ApiError> {
    let release = find::release(platform, app, &release.id.to_string()).await?;
    let destinations = db::destinations_of(platform.database(), &release).await?;
    Ok(Json(UpdateReleaseResponse {
        enabled: release.enabled != 0,
        mandatory_update: release.mandatory_update != 0,
        provisioning_status_url: None,
        destinations: basic_release(&(&release).into(), &destinations).destinations,
        release_notes: release.release_notes,
    }))
}

/// `DELETE …/releases/{id}`: 200. The package and its icon go with it.
pub(crate) async fn delete<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let release = find::numbered_release(&platform, &app, &id).await?;
    db::delete_release(platform.database(), &release, platform.now()).await?;
    garbage::sweep_soon(&platform).await;
    Ok(StatusCode::OK)
}
