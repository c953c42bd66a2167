//! One release with everything.

use axum::Json;
use axum::extract::{Path, State};
use protocol::{ProvisioningProfile, ReleaseDetails};

use crate::db;
use crate::error::ApiError;
use crate::http::access::{AppFor, Read};
use crate::http::extract::Origin;
use crate::platform::Platform;
use crate::releases::{find, view};

/// `GET …/releases/{id}`, where the id is a number or `latest`.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Json<ReleaseDetails>, ApiError> {
    let release = find::release(&platform, &app, &id).await?;
    let destinations = db::destinations_of(platform.database(), &release).await?;
    let json = db::artifact_json(platform.database(), &release).await?;
    let details = view::release_details(&platform, &origin, &app, &release, &destinations);
    let artifact = json.and_then(|json| serde_json::from_str(&json).ok());
    Ok(Json(ReleaseDetails { artifact, ..details }))
}

/// `GET …/releases/{id}/provisioning_profile`: 400 for what is no iOS app, 404 for one without a profile.
pub(crate) async fn provisioning_profile<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Json<ProvisioningProfile>, ApiError> {
    let release = find::release(&platform, &app, &id).await?;
    if release.file_extension.as_deref() != Some("ipa") {
        return Err(ApiError::bad_request(
            "expected a release of an .ipa: only those have a provisioning profile",
        ));
    }
    let json = db::artifact_json(platform.database(), &release).await?;
    let found = json.and_then(|json| view::provisioning_profile(&json));
    found.map(Json).ok_or_else(|| ApiError::not_found("the package has no provisioning profile"))
}
