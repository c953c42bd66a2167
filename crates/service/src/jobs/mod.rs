//! The jobs of the queue. One file for each that only the queue runs; `ProcessUpload` is `uploads::process`, because some
//! calls make a release while their client waits, and `SweepGarbage` is `garbage`.
//!
//! Every job may run more than once, at the same time, and in any order: the queue delivers at least once. So a job first
//! looks at what is stored and ends if there is nothing left to do.

mod deliver_webhook;
mod notify;
mod publish;

use crate::garbage;
use crate::platform::{Job, JobError, JobV1, Mailer, Platform};
use crate::uploads::process;

/// Runs one job. `is_last_try` says that the queue will not deliver it again, so that what waits for it must end now.
///
/// # Errors
/// The job is not done; [`JobError::is_retryable`] says whether to try again.
pub async fn run<P: Platform>(platform: &P, job: Job, is_last_try: bool) -> Result<(), JobError> {
    match job {
        Job::V1(JobV1::ProcessUpload { upload_id }) => process::run(platform, &upload_id, is_last_try).await,
        Job::V1(JobV1::Notify { app_id, release_id, kind, destination_id, origin, after }) => {
            let notification =
                notify::Notification { app_id, release_id, kind, destination_id, origin, after };
            notify::run(platform, notification).await
        }
        Job::V1(JobV1::DeliverWebhook { delivery_id }) => deliver_webhook::run(platform, &delivery_id).await,
        Job::V1(JobV1::Publish { app_id, release_id, store_id }) => {
            publish::run(platform, &app_id, release_id, &store_id).await
        }
        Job::V1(JobV1::SendEmail(email)) => Ok(platform.mailer().send(&email).await?),
        Job::V1(JobV1::SweepGarbage) => garbage::sweep(platform).await,
    }
}
