//! The documented three calls: ask for an address, send the whole package there as a form, commit.

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use protocol::{
    CreateReleaseUploadRequest, CreateReleaseUploadResponse, ReleaseUploadRequest, ReleaseUploadResponse,
    ReleaseUploadStatus, UploadStatus, route,
};

use super::app_uploads::{Shape, cancel, checked, open, upload_of};
use crate::db::{self, Stated, UploadRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop};
use crate::http::extract::{AnyBody, Body, Origin, UploadTokenHash, text};
use crate::http::form::Form;
use crate::platform::{LedgerRefusal, LedgerReply, LedgerRequest, LedgerState};
use crate::platform::{Ledgers, ObjectKey, ObjectStorage, Platform};
use crate::uploads::package_form::{self, Fields, Received, bad_form};
use crate::uploads::process;

/// `POST …/release_uploads`: 201 with an address that takes the package for 24 hours. The body may be missing or no JSON.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    AnyBody(request): AnyBody<CreateReleaseUploadRequest>,
) -> Result<(StatusCode, Json<CreateReleaseUploadResponse>), ApiError> {
    if let Some(id) = request.release_id {
        replaceable(&platform, &app.id, &id.to_string()).await?;
    }
    let CreateReleaseUploadRequest { release_id: replaces, build_version, build_number } = request;
    let stated = Stated { build_version, build_number, replaces };
    let (upload, token) = open(&platform, app.id, stated, Shape::Whole).await?;
    let path = route::path(route::WHOLE_FILE, &[&upload.asset_id]);
    let upload_url = format!("{origin}{path}?token={}", route::encoded(&token));
    Ok((StatusCode::CREATED, Json(CreateReleaseUploadResponse { upload_id: upload.id, upload_url })))
}

/// `POST /upload/release/{asset}?token=…`: the package, as the part `ipa` of a form; 204. The fields
/// `release_id`, `build_version` and `build_number` count as if they had been said in the first call; others are passed
/// over.
///
/// No more of the package than [`PART_BYTES`] is in memory at once. A request that breaks off leaves nothing behind.
pub(crate) async fn receive<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    UploadTokenHash(token_hash): UploadTokenHash,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<StatusCode, ApiError> {
    let form = Form::new(text(&headers, "content-type").unwrap_or_default()).map_err(bad_form)?;
    let admit = LedgerRequest::AdmitWhole { token_hash: token_hash.clone() };
    noted(&platform.ledgers().ask(&asset_id, admit).await?)?;
    let key = ObjectKey::Package(asset_id.clone());
    let multipart = platform.object_storage().begin(&key).await?;
    let outcome = match package_form::store(&platform, key.clone(), multipart.clone(), form, body).await {
        Ok(received) => record(&platform, &asset_id, token_hash, &multipart, received).await,
        Err(error) => Err(error),
    };
    if outcome.is_err() && !is_recorded(&platform, &asset_id, &multipart).await {
        // Nobody will complete it.
        let _ = platform.object_storage().abort(&key, &multipart).await;
    }
    outcome.map(|()| StatusCode::NO_CONTENT)
}

async fn record<P: Platform>(
    platform: &P,
    asset_id: &str,
    token_hash: String,
    multipart: &str,
    Received { file, parts, fields }: Received,
) -> Result<(), ApiError> {
    if !fields.is_empty() {
        state(platform, asset_id, fields).await?;
    }
    let multipart = multipart.to_owned();
    let record = LedgerRequest::RecordWhole { token_hash, multipart, file, parts };
    noted(&platform.ledgers().ask(asset_id, record).await?)
}

/// Notes what a form says of its package.
async fn state<P: Platform>(platform: &P, asset_id: &str, fields: Fields) -> Result<(), ApiError> {
    let missing =
        || ApiError::not_found("the upload is gone, perhaps with its app; ask for a new upload_url");
    let upload = db::upload_by_asset(platform.database(), asset_id).await?.ok_or_else(missing)?;
    let Fields { release_id, build_version, build_number } = fields;
    let replaces = match release_id {
        Some(id) => Some(replaceable(platform, &upload.app_id, &id).await?),
        None => None,
    };
    let stated = checked(Stated { build_version, build_number, replaces })?;
    db::state_upload(platform.database(), asset_id, &stated).await?.then_some(()).ok_or_else(missing)
}

/// The number of a release that has a package here.
async fn replaceable<P: Platform>(platform: &P, app_id: &str, id: &str) -> Result<i64, ApiError> {
    let number = id.parse().map_err(|_| {
        ApiError::bad_request(format!("expected a release's number as release_id, got `{id}`"))
    })?;
    let release = db::release_by_id(platform.database(), app_id, number)
        .await?
        .ok_or_else(|| ApiError::not_found(format!("the app has no release {number}")))?;
    if release.external_url.is_some() {
        return Err(ApiError::bad_request(format!(
            "release {number} is hosted elsewhere and has no package to replace; make a new release"
        )));
    }
    Ok(number)
}

/// Whether the ledger counts on this multipart upload, or may do so: a lost answer says nothing.
async fn is_recorded<P: Platform>(platform: &P, asset_id: &str, multipart: &str) -> bool {
    match platform.ledgers().ask(asset_id, LedgerRequest::Contents).await {
        Ok(LedgerReply::Contents { multipart: recorded, .. }) => recorded == multipart,
        // What is left behind if it does not, the store forgets after a week.
        _ => true,
    }
}

fn noted(reply: &LedgerReply) -> Result<(), ApiError> {
    match reply {
        LedgerReply::Noted => Ok(()),
        LedgerReply::Refused(LedgerRefusal::Closed) => Err(ApiError::conflict(
            "the upload has its package already, or was given up; ask for a new upload_url",
        )),
        _ => Err(ApiError::not_found("the upload_url is wrong or has expired; ask for a new one")),
    }
}

/// `PATCH …/release_uploads/{id}`: `committed` makes the release while the client waits, for it asks only once;
/// `aborted` frees what was stored.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, owner, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<ReleaseUploadRequest>,
) -> Result<Json<ReleaseUploadResponse>, ApiError> {
    let upload = upload_of(&platform, &app.id, &id).await?;
    if request.status == ReleaseUploadStatus::Aborted {
        cancel(&platform, &upload).await?;
        return Ok(Json(ReleaseUploadResponse { release_id: None, release_url: None }));
    }
    let upload = commit(&platform, upload).await?;
    match (upload.status, upload.release_id) {
        (UploadStatus::ReadyToBePublished, Some(number)) => Ok(Json(ReleaseUploadResponse {
            release_id: Some(number),
            release_url: Some(format!("v0.1/apps/{}/{}/releases/{number}", owner.name, app.name)),
        })),
        (UploadStatus::UploadCanceled, _) => {
            Err(ApiError::bad_request("the upload was given up; ask for a new upload_url"))
        }
        _ => Err(ApiError::bad_request(
            upload
                .error_details
                .unwrap_or_else(|| "the package could not be processed; upload it again".to_owned()),
        )),
    }
}

/// Makes a release of an upload that has its package; once, however often it is asked.
async fn commit<P: Platform>(platform: &P, upload: UploadRow) -> Result<UploadRow, ApiError> {
    use UploadStatus::{UploadFinished, UploadStarted};
    if matches!(upload.status, UploadStarted | UploadFinished) {
        let contents = platform.ledgers().ask(&upload.asset_id, LedgerRequest::Contents).await?;
        if !matches!(contents, LedgerReply::Contents { state: LedgerState::Sealed, .. }) {
            return Err(ApiError::bad_request(
                "the package is not here yet: send it to the upload_url first",
            ));
        }
        let queued_at = Some(platform.now());
        let finished = UploadRow { status: UploadFinished, queued_at, ..upload.clone() };
        db::set_upload_status(platform.database(), &finished, [UploadStarted, UploadFinished]).await?;
        process::run(platform, &upload.id, false).await?;
    }
    upload_of(platform, &upload.app_id, &upload.id).await
}
