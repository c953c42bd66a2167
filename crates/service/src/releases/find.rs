//! Finding the release that a call names.

use protocol::ErrorCode;

use crate::db::{self, AppRow, ReleaseRow};
use crate::error::ApiError;
use crate::platform::Platform;

/// The app's release of that number, to be removed. `latest` is refused: a client that repeats the call, because the first
/// response was lost, would remove another release.
pub(crate) async fn numbered_release<P: Platform>(
    platform: &P,
    app: &AppRow,
    id: &str,
) -> Result<ReleaseRow, ApiError> {
    if id == "latest" {
        return Err(ApiError::bad_request(
            "expected a release's number, got `latest`; name the release to remove",
        ));
    }
    release(platform, app, id).await
}

/// The app's release of that number, or the newest.
pub(crate) async fn release<P: Platform>(
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
