//! The end of an upload that has all its bytes: its release is made by a job (`commit_upload`), or while the client waits
//! (`commit_and_wait`).

use protocol::{UploadStatus, UploadStatusRequest};

use super::process;
use crate::db::{self, UploadRow};
use crate::error::ApiError;
use crate::platform::{
    Job, JobQueue, JobV1, LedgerReply, LedgerRequest, LedgerState, Ledgers, Platform, PortError,
};

/// After how many milliseconds a job that has not ended counts as lost: twice what the queue needs for all its tries.
const JOB_LOST_MS: i64 = 10 * 60 * 1000;

/// The app's upload of that id.
pub(crate) async fn find_upload<P: Platform>(
    platform: &P,
    app_id: &str,
    id: &str,
) -> Result<UploadRow, ApiError> {
    db::upload_by_id(platform.database(), id)
        .await?
        .filter(|upload| upload.app_id == app_id)
        .ok_or_else(|| ApiError::not_found(format!("the app has no upload `{id}`")))
}

/// Commits an upload whose chunks are all stored: queues the job that makes its release.
///
/// Why the status is set before the job is queued: queued first, the job could run before the status is set, find an upload
/// that is not finished, and end without a release. If the service dies in between, the upload is finished and has no job;
/// the client polls its status, and that call queues the job again: see [`requeue_lost_job`].
pub(crate) async fn commit_upload<P: Platform>(
    platform: &P,
    upload: &UploadRow,
    request: &UploadStatusRequest,
) -> Result<(), ApiError> {
    use UploadStatus::{UploadFinished, UploadStarted};
    // A finished one is finished again: the job's message may have been lost together with the first response.
    if !matches!(upload.status, UploadStarted | UploadFinished) {
        return refuse_cancelled(upload);
    }
    if !is_sealed(platform, upload).await? {
        return Err(ApiError::bad_request("chunks are missing: send them and call upload/finished first"));
    }
    // The digests that were stated first count: a job may be comparing with them already.
    let finished = UploadRow {
        status: UploadFinished,
        md5: upload.md5.clone().or(checked_digest(request.md5.as_deref(), 32)?),
        sha256: upload.sha256.clone().or(checked_digest(request.sha256.as_deref(), 64)?),
        queued_at: Some(platform.now()),
        ..upload.clone()
    };
    if !db::set_upload_status(platform.database(), &finished, [UploadStarted, UploadFinished]).await? {
        return refuse_cancelled(&find_upload(platform, &upload.app_id, &upload.id).await?);
    }
    let job = Job::V1(JobV1::ProcessUpload { upload_id: upload.id.clone() });
    if platform.job_queue().send(job).await.is_err() {
        // The queue is down. Old clients make this call once: a slow response is better than an upload without a release.
        process::run(platform, &upload.id, false).await?;
    }
    Ok(())
}

/// Makes a release of an upload that has its package, while the caller waits. Makes one, however often it is called.
pub(crate) async fn commit_and_wait<P: Platform>(
    platform: &P,
    upload: UploadRow,
) -> Result<UploadRow, ApiError> {
    use UploadStatus::{UploadFinished, UploadStarted};
    if matches!(upload.status, UploadStarted | UploadFinished) {
        if !is_sealed(platform, &upload).await? {
            return Err(ApiError::bad_request(
                "the package has not arrived yet: send it to the upload_url first",
            ));
        }
        let queued_at = Some(platform.now());
        let finished = UploadRow { status: UploadFinished, queued_at, ..upload.clone() };
        db::set_upload_status(platform.database(), &finished, [UploadStarted, UploadFinished]).await?;
        process::run(platform, &upload.id, false).await?;
    }
    find_upload(platform, &upload.app_id, &upload.id).await
}

/// Queues the job of an upload again if it is lost.
pub(crate) async fn requeue_lost_job<P: Platform>(platform: &P, upload: &UploadRow) -> Result<(), PortError> {
    if is_job_lost(platform, upload) {
        // In this order: a job that comes twice does nothing the second time, one that never comes is never noticed.
        platform.job_queue().send(Job::V1(JobV1::ProcessUpload { upload_id: upload.id.clone() })).await?;
        db::note_queued(platform.database(), &upload.id, platform.now()).await?;
    }
    Ok(())
}

/// Whether an upload's job was queued too long ago to be still running.
pub(super) fn is_job_lost<P: Platform>(platform: &P, upload: &UploadRow) -> bool {
    upload.status == UploadStatus::UploadFinished
        && upload.queued_at.unwrap_or(upload.created_at) < platform.now() - JOB_LOST_MS
}

/// Whether the upload's ledger has every chunk.
async fn is_sealed<P: Platform>(platform: &P, upload: &UploadRow) -> Result<bool, PortError> {
    let contents = platform.ledgers().ask(&upload.asset_id, LedgerRequest::Contents).await?;
    Ok(matches!(contents, LedgerReply::Contents { state: LedgerState::Sealed, .. }))
}

/// What finishing an upload means that has ended: nothing new, unless it was cancelled.
fn refuse_cancelled(upload: &UploadRow) -> Result<(), ApiError> {
    match upload.status {
        UploadStatus::UploadCanceled => {
            Err(ApiError::bad_request("the upload was cancelled; start a new one"))
        }
        UploadStatus::UploadStarted
        | UploadStatus::UploadFinished
        | UploadStatus::ReadyToBePublished
        | UploadStatus::MalwareDetected
        | UploadStatus::Error => Ok(()),
    }
}

fn checked_digest(hex: Option<&str>, n_digits: usize) -> Result<Option<String>, ApiError> {
    let Some(hex) = hex else { return Ok(None) };
    if hex.len() != n_digits || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ApiError::bad_request(format!("expected a digest of {n_digits} hexadecimal digits")));
    }
    Ok(Some(hex.to_ascii_lowercase()))
}
