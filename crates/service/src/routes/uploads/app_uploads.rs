use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{
    CreateUploadRequest, CreateUploadResponse, UploadStatus, UploadStatusRequest, UploadStatusResponse, route,
};

use crate::db::{self, Stated, UploadRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop};
use crate::http::extract::{AnyBody, Body, Origin};
use crate::platform::{Job, JobV1};
use crate::platform::{JobQueue, Ledgers, ObjectKey, ObjectStorage, Platform, PortError};
use crate::platform::{LedgerReply, LedgerRequest, LedgerState};
use crate::secret;
use crate::uploads::process;
use crate::validation::checked_version;

/// `POST …/uploads/releases`: 201 with everything that the calls under `/upload` need.
///
/// 1. The body is never required: clients send `{}`, nothing, or text that is no JSON.
/// 2. Every call makes a new upload.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    AnyBody(request): AnyBody<CreateUploadRequest>, // 1.
) -> Result<(StatusCode, Json<CreateUploadResponse>), ApiError> {
    let stated =
        Stated { build_version: request.build_version, build_number: request.build_number, replaces: None };
    let (upload, token) = open(&platform, app.id, stated, Shape::Chunks).await?;
    let response = CreateUploadResponse {
        id: upload.id,
        package_asset_id: upload.asset_id,
        upload_domain: origin,
        url_encoded_token: route::encoded(&token),
        token,
    };
    Ok((StatusCode::CREATED, Json(response)))
}

/// With versions that fit; an empty one is none.
pub(crate) fn checked(stated: Stated) -> Result<Stated, ApiError> {
    Ok(Stated {
        build_version: version_of("build_version", stated.build_version)?,
        build_number: version_of("build_number", stated.build_number)?,
        replaces: stated.replaces,
    })
}

/// How the package will come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Chunk by chunk, in any order, into one multipart upload.
    Chunks,
    /// In one request, which begins a multipart upload of its own.
    Whole,
}

/// Makes an upload and its token.
///
/// The ledger comes first: if the upload is not noted after that, the ledger's alarm frees what was begun. What is begun
/// and known to no ledger, because the service ended in between, the store itself gives up after a week.
pub(crate) async fn open<P: Platform>(
    platform: &P,
    app_id: String,
    stated: Stated,
    shape: Shape,
) -> Result<(UploadRow, String), ApiError> {
    let stated = checked(stated)?;
    let upload = UploadRow {
        id: secret::uuid(platform),
        asset_id: secret::uuid(platform),
        app_id,
        status: UploadStatus::UploadStarted,
        build_version: stated.build_version,
        build_number: stated.build_number,
        md5: None,
        sha256: None,
        error_details: None,
        release_id: None,
        created_at: platform.now(),
        queued_at: None,
        replaces: stated.replaces,
    };
    let token = secret::token(platform);
    let key = ObjectKey::Package(upload.asset_id.clone());
    let multipart = match shape {
        Shape::Chunks => platform.object_storage().begin(&key).await?,
        Shape::Whole => String::new(),
    };
    let open = LedgerRequest::Open { token_hash: secret::hash(&token), multipart: multipart.clone() };
    if let Err(error) = platform.ledgers().ask(&upload.asset_id, open).await {
        // Nobody will send it anything: the client asks for another upload.
        if shape == Shape::Chunks {
            let _ = platform.object_storage().abort(&key, &multipart).await;
        }
        return Err(error.into());
    }
    db::insert_upload(platform.database(), &upload).await?;
    Ok((upload, token))
}

fn version_of(what: &str, version: Option<String>) -> Result<Option<String>, ApiError> {
    let version = version.map(|version| checked_version(what, &version).map(str::to_owned)).transpose()?;
    Ok(version.filter(|version| !version.is_empty()))
}

/// After how many milliseconds a job that nobody heard of is queued again: twice what the queue needs for all its tries.
const JOB_LOST_MS: i64 = 10 * 60 * 1000;

/// `GET …/uploads/releases/{id}`: how far it is. Clients ask until it is over, so whoever asks has a job that was lost
/// queued again.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    AppFor { app, owner, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Json<UploadStatusResponse>, ApiError> {
    let upload = upload_of(&platform, &app.id, &id).await?;
    if is_job_lost(&platform, &upload) {
        // In this order, for a job that comes twice does nothing the second time.
        platform.job_queue().send(Job::V1(JobV1::ProcessUpload { upload_id: upload.id.clone() })).await?;
        db::note_queued(platform.database(), &upload.id, platform.now()).await?;
    }
    let release_url =
        upload.release_id.map(|number| format!("v0.1/apps/{}/{}/releases/{number}", owner.name, app.name));
    Ok(Json(UploadStatusResponse {
        id: upload.id,
        upload_status: upload.status,
        error_details: upload.error_details,
        release_distinct_id: upload.release_id,
        release_url,
        // Before, it is what the client stated.
        md5: upload.md5.filter(|_| upload.status == UploadStatus::ReadyToBePublished),
    }))
}

/// `PATCH …/uploads/releases/{id}`.
///
/// 1. `uploadFinished` is answered with exactly that word, also when it comes twice.
/// 2. It is refused while chunks are missing; the client must have had a `finished` before.
/// 3. `uploadCanceled` frees what is stored.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<UploadStatusRequest>,
) -> Result<Json<UploadStatusResponse>, ApiError> {
    let upload = upload_of(&platform, &app.id, &id).await?;
    match request.upload_status {
        UploadStatus::UploadFinished => finish(&platform, &upload, &request).await?,
        UploadStatus::UploadCanceled => cancel(&platform, &upload).await?,
        _ => {
            return Err(ApiError::bad_request("expected upload_status `uploadFinished` or `uploadCanceled`"));
        }
    }
    Ok(Json(UploadStatusResponse {
        id: upload.id,
        upload_status: request.upload_status,
        error_details: None,
        release_distinct_id: None,
        release_url: None,
        md5: None,
    }))
}

/// Whether nobody has heard of an upload's job for too long.
fn is_job_lost<P: Platform>(platform: &P, upload: &UploadRow) -> bool {
    upload.status == UploadStatus::UploadFinished
        && upload.queued_at.unwrap_or(upload.created_at) < platform.now() - JOB_LOST_MS
}

pub(crate) async fn upload_of<P: Platform>(
    platform: &P,
    app_id: &str,
    id: &str,
) -> Result<UploadRow, ApiError> {
    db::upload_by_id(platform.database(), id)
        .await?
        .filter(|upload| upload.app_id == app_id)
        .ok_or_else(|| ApiError::not_found(format!("the app has no upload `{id}`")))
}

async fn finish<P: Platform>(
    platform: &P,
    upload: &UploadRow,
    request: &UploadStatusRequest,
) -> Result<(), ApiError> {
    use UploadStatus::{UploadFinished, UploadStarted};
    // A finished one is finished again: the job's message may have been lost with an answer that never arrived.
    if !matches!(upload.status, UploadStarted | UploadFinished) {
        return ended(upload);
    }
    let contents = platform.ledgers().ask(&upload.asset_id, LedgerRequest::Contents).await?;
    if !matches!(contents, LedgerReply::Contents { state: LedgerState::Sealed, .. }) {
        return Err(ApiError::bad_request("chunks are missing: send them and call upload/finished first")); // 2.
    }
    // What was stated first counts: a job may be comparing with it already.
    let finished = UploadRow {
        status: UploadFinished,
        md5: upload.md5.clone().or(digest(request.md5.as_deref(), 32)?),
        sha256: upload.sha256.clone().or(digest(request.sha256.as_deref(), 64)?),
        queued_at: Some(platform.now()),
        ..upload.clone()
    };
    if !db::set_upload_status(platform.database(), &finished, [UploadStarted, UploadFinished]).await? {
        return ended(&upload_of(platform, &upload.app_id, &upload.id).await?);
    }
    let job = Job::V1(JobV1::ProcessUpload { upload_id: upload.id.clone() });
    if platform.job_queue().send(job).await.is_err() {
        // Old clients make this call once: better slowly than never.
        process::run(platform, &upload.id, false).await?;
    }
    Ok(())
}

/// What finishing an upload means that is over: nothing new, unless it was cancelled.
fn ended(upload: &UploadRow) -> Result<(), ApiError> {
    match upload.status {
        UploadStatus::UploadCanceled => {
            Err(ApiError::bad_request("the upload was cancelled; start a new one"))
        }
        _ => Ok(()),
    }
}

fn digest(hex: Option<&str>, n_digits: usize) -> Result<Option<String>, ApiError> {
    let Some(hex) = hex else { return Ok(None) };
    if hex.len() != n_digits || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ApiError::bad_request(format!("expected a digest of {n_digits} hexadecimal digits")));
    }
    Ok(Some(hex.to_ascii_lowercase()))
}

/// Gives an upload up, also one that has all its bytes, as long as no release is being made of it.
pub(crate) async fn cancel<P: Platform>(platform: &P, upload: &UploadRow) -> Result<(), ApiError> {
    let (ledgers, asset_id) = (platform.ledgers(), &upload.asset_id);
    let multipart = match ledgers.ask(asset_id, LedgerRequest::Cancel { token_hash: None }).await? {
        LedgerReply::Cancelled { multipart } => Some(multipart),
        // Sealed: whether it may go, the upload's status says.
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
        ApiError::bad_request("the upload is finished and cannot be cancelled any more; delete its release")
    })
}

/// Frees what is stored of an upload that has not been finished, marks it as cancelled, and says that it did. One that is
/// being processed, or was, is left alone; of one that failed the rest is freed.
pub(crate) async fn abandon_upload<P: Platform>(
    platform: &P,
    asset_id: &str,
    multipart: &str,
) -> Result<bool, PortError> {
    let is_abandoned = match db::upload_by_asset(platform.database(), asset_id).await? {
        // Making the upload failed halfway.
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

/// Ends an upload whose time is over, and says whether its ledger may go: not while a release is being made of it.
///
/// The platform calls it after [`protocol::limit::UPLOAD_LIFETIME_MS`].
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
            process::give_up(platform, &upload).await?;
            Ok(true)
        }
        upload => Ok(upload.is_none_or(|upload| upload.status != UploadStatus::UploadFinished)),
    }
}
