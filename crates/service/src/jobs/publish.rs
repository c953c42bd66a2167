//! Publishes a release to an app store, by the [`Publisher`] of the platform.

use crate::db;
use crate::platform::{JobError, ObjectKey, Platform, PublishRequest, Publisher};

pub(super) async fn run<P: Platform>(
    platform: &P,
    app_id: &str,
    release_id: i64,
    store_id: &str,
) -> Result<(), JobError> {
    let database = platform.database();
    // Either may have been deleted since the job was queued.
    let Some(release) = db::release_by_id(database, app_id, release_id).await? else { return Ok(()) };
    let Some(store) = db::store_by_id(database, app_id, store_id).await? else { return Ok(()) };
    // Only releases with a package are distributed to stores.
    let Some(package) = &release.package else { return Ok(()) };
    let request = PublishRequest {
        store: store.kind,
        track: store.track,
        service_connection_id: store.service_connection_id,
        package: ObjectKey::Package(package.asset_id.clone()),
        file_name: package.file_name.clone(),
    };
    let outcome = platform.publisher().publish(&request).await?;
    db::note_publishing(database, &release, store_id, &outcome).await?;
    Ok(())
}
