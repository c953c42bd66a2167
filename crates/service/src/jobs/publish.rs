//! Publishes a release to a store. No connector to any store is part of Slipway yet: the job says so, where the store's
//! status is asked for.

use crate::db;
use crate::platform::JobError;
use crate::platform::Platform;

pub(crate) async fn run<P: Platform>(
    platform: &P,
    app_id: &str,
    release_id: i64,
    store_id: &str,
) -> Result<(), JobError> {
    let database = platform.database();
    // Either may have been deleted since.
    let Some(release) = db::release_by_id(database, app_id, release_id).await? else { return Ok(()) };
    let Some(row) = db::store_by_id(database, app_id, store_id).await? else { return Ok(()) };
    let message = format!(
        "no connector to {} is configured on this server, so the release was not sent there; publish the package by hand",
        row.kind.display_name()
    );
    db::note_publishing(database, &release, store_id, "failed", Some(&message)).await?;
    Ok(())
}
