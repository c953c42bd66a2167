//! Deletes the packages and icons that nothing refers to any more.
//!
//! What goes is noted in the same transaction that removes the last thing that referred to it. So nothing is deleted
//! that is still in use, and nothing is forgotten when this job fails or is lost: the next one finds it.

use crate::db;
use crate::platform::{Job, JobError, JobV1};
use crate::platform::{JobQueue, ObjectKey, ObjectStorage, Platform};

/// Assets of one run: a Worker may call the store some hundred times.
const AT_ONCE: i64 = 100;

pub(crate) async fn sweep<P: Platform>(platform: &P) -> Result<(), JobError> {
    let garbage = db::garbage(platform.database(), platform.now(), AT_ONCE).await?;
    for asset_id in &garbage {
        for key in [ObjectKey::Package(asset_id.clone()), ObjectKey::Icon(asset_id.clone())] {
            platform.object_storage().delete(&key).await?;
        }
        db::forget_garbage(platform.database(), asset_id).await?;
    }
    if i64::try_from(garbage.len()).is_ok_and(|count| count == AT_ONCE) {
        platform.job_queue().send(Job::V1(JobV1::SweepGarbage)).await?;
    }
    Ok(())
}

/// Has garbage deleted soon. It is noted already: if the queue fails, the next sweep takes it along.
pub(crate) async fn sweep_soon<P: Platform>(platform: &P) {
    if let Err(error) = platform.job_queue().send(Job::V1(JobV1::SweepGarbage)).await {
        platform.log(&format!("garbage is left for the next sweep: {error}"));
    }
}
