//! Releases of packages that are hosted elsewhere.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use protocol::{CreateReleaseRequest, ExternalUrl, ReleaseDetails};

use super::update::clipped_notes;
use crate::db::{self, ExternalRelease};
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop};
use crate::http::extract::{Body, Origin};
use crate::platform::Platform;
use crate::releases::find;
use crate::releases::view::release_details;
use crate::validation::checked_version;

/// `POST …/releases`: 201 with a release whose package is hosted elsewhere. Nothing is fetched from there.
///
/// Why the same call within five minutes is the same release: the call has no key by which a repetition could be told from a
/// second release, and build scripts repeat a call whose response was lost. A release too many is announced to testers and
/// takes a number for good; the same link, version and notes twice within minutes is hardly ever meant.
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
            "expected a build_version, got none: there is no package to read the version from",
        ));
    }
    let notes = request.release_notes.as_deref().map(clipped_notes);
    let new = ExternalRelease {
        app_id: &app.id,
        url: url.as_str(),
        short_version: build_version,
        version: checked_version("build_number", request.build_number.as_deref().unwrap_or_default())?,
        release_notes: notes.as_deref(),
        now: platform.now(),
    };
    let id = db::insert_external(platform.database(), &new).await?;
    let release = find::release(&platform, &app, &id.to_string()).await?;
    Ok((StatusCode::CREATED, Json(release_details(&platform, &origin, &app, &release, &[]))))
}
