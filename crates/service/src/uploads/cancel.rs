//! The end of an upload without a release: cancelled by a client, or expired.

use protocol::UploadStatus;

use super::commit::is_job_lost;
use super::process;
use crate::db::{self, UploadRow};
use crate::error::ApiError;
use crate::platform::{LedgerReply, LedgerRequest, Ledgers, ObjectKey, ObjectStorage, Platform, PortError};

/// Cancels an upload, even one that has all its bytes, unless a release is being made of it.
pub(crate) async fn cancel_upload<P: Platform>(platform: &P, upload: &UploadRow) -> Result<(), ApiError> {
    let (ledgers, asset_id) = (platform.ledgers(), &upload.asset_id);
    let multipart = match ledgers.ask(asset_id, LedgerRequest::Cancel { token_hash: None }).await? {
        LedgerReply::Cancelled { multipart } => Some(multipart),
        // Sealed: the upload's status decides whether it may still be cancelled.
        _ => match ledgers.ask(asset_id, LedgerRequest::Contents).await? {
            LedgerReply::Contents { multipart, .. } => Some(multipart),
            _ => None,
        },
    };
    let is_abandoned = match multipart {
        Some(multipart) => abandon_upload(platform, asset_id, &multipart).await?,
        None => false,
    };
    is_abandoned.then_some(()).ok_or_else(|| {
        ApiError::bad_request("the upload is finished and can no longer be cancelled; delete its release")
    })
}

/// Frees what is stored of an upload that was not finished, marks it as cancelled, and says whether it did. An upload that
/// is being processed, or was, is left alone; of one that failed the rest is freed.
pub(crate) async fn abandon_upload<P: Platform>(
    platform: &P,
    asset_id: &str,
    multipart: &str,
) -> Result<bool, PortError> {
    let is_abandoned = match db::upload_by_asset(platform.database(), asset_id).await? {
        // The service died while it created the upload.
        None => true,
        Some(upload) if upload.status == UploadStatus::Error => true,
        Some(upload) => {
            let from = [UploadStatus::UploadStarted, UploadStatus::UploadCanceled];
            let cancelled = UploadRow { status: UploadStatus::UploadCanceled, ..upload };
            db::set_upload_status(platform.database(), &cancelled, from).await?
        }
    };
    // An upload in one request has no multipart upload until it is whole.
    if is_abandoned && !multipart.is_empty() {
        platform.object_storage().abort(&ObjectKey::Package(asset_id.to_owned()), multipart).await?;
    }
    Ok(is_abandoned)
}

/// Ends an upload whose time is over, and says whether its ledger may be deleted: not while a release is being made of it.
///
/// The platform calls it after [`protocol::limit::UPLOAD_LIFETIME_MS`], by an alarm of the upload's own. Why an alarm, and
/// no job that looks for old uploads: most uploads that end without a release end because the client disappeared, and no
/// later call would ever name them, while their chunks cost storage. The alarm is set when the ledger is opened, before
/// anything else knows of the upload, so no crash can leave an upload without one. It is also the last chance of an upload
/// whose job was lost and whose client stopped polling: that one ends with an error, and its bytes are freed.
///
/// # Errors
/// The platform failed; the call may be repeated.
pub async fn expire_upload<P: Platform>(
    platform: &P,
    asset_id: &str,
    multipart: &str,
) -> Result<bool, PortError> {
    abandon_upload(platform, asset_id, multipart).await?;
    let upload = db::upload_by_asset(platform.database(), asset_id).await?;
    match upload {
        Some(upload) if is_job_lost(platform, &upload) => {
            process::fail_after_last_try(platform, &upload).await?;
            Ok(true)
        }
        upload => Ok(upload.is_none_or(|upload| upload.status != UploadStatus::UploadFinished)),
    }
}
