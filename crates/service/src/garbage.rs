//! Deletes the packages and icons that nothing refers to any more.
//!
//! Why there is a table for it: the database and object storage have no transaction in common. Deleted first, an object
//! would be missing from a release that stays when the transaction fails; deleted only afterwards, it would stay for ever
//! when the Worker dies in between. So the transaction that removes the last reference notes the object in `garbage`, and
//! this job deletes what is noted. Nothing in use is deleted, and nothing is forgotten when the job fails or its message
//! is lost: the next run finds it. A picture that is about to be stored is noted beforehand, with a time, for the same
//! reason.

use crate::db;
use crate::platform::{Job, JobError, JobQueue, JobV1, ObjectKey, ObjectStorage, Platform};

/// Assets of one run: a Worker may make some hundred requests to object storage.
const ASSETS_PER_RUN: i64 = 100;

/// Runs the job.
pub(crate) async fn sweep<P: Platform>(platform: &P) -> Result<(), JobError> {
    let garbage = db::garbage(platform.database(), platform.now(), ASSETS_PER_RUN).await?;
    for asset_id in &garbage {
        for key in [ObjectKey::Package(asset_id.clone()), ObjectKey::Icon(asset_id.clone())] {
            platform.object_storage().delete(&key).await?;
        }
        db::forget_garbage(platform.database(), asset_id).await?;
    }
    if i64::try_from(garbage.len()).is_ok_and(|count| count == ASSETS_PER_RUN) {
        platform.job_queue().send(Job::V1(JobV1::SweepGarbage)).await?;
    }
    Ok(())
}

/// Queues the job. The garbage is noted already: if the queue fails, the next run deletes it.
pub(crate) async fn sweep_soon<P: Platform>(platform: &P) {
    if let Err(error) = platform.job_queue().send(Job::V1(JobV1::SweepGarbage)).await {
        platform.log(&format!("sweep garbage: could not queue the job, the next one deletes it: {error}"));
    }
}
