//! Uploads in chunks, as far as they need an API token: created, committed, polled.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{
    CreateUploadRequest, CreateUploadResponse, UploadStatus, UploadStatusRequest, UploadStatusResponse, route,
};

use crate::db::StatedMetadata;
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop};
use crate::http::extract::{Body, LenientBody, Origin};
use crate::platform::Platform;
use crate::uploads::{
    UploadShape, cancel_upload, commit_upload, create_upload, find_upload, requeue_lost_job,
};

/// `POST …/uploads/releases`: 201 with everything that the calls under `/upload` need.
///
/// 1. The body is never required: clients send `{}`, nothing, or text that is no JSON.
/// 2. Every call creates a new upload.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    LenientBody(request): LenientBody<CreateUploadRequest>, // 1.
) -> Result<(StatusCode, Json<CreateUploadResponse>), ApiError> {
    let stated = StatedMetadata {
        build_version: request.build_version,
        build_number: request.build_number,
        replaces: None,
    };
    let (upload, token) = create_upload(&platform, app.id, stated, UploadShape::Chunks).await?;
    let response = CreateUploadResponse {
        id: upload.id,
        package_asset_id: upload.asset_id,
        upload_domain: origin,
        url_encoded_token: route::percent_encode(&token),
        token,
    };
    Ok((StatusCode::CREATED, Json(response)))
}

/// `GET …/uploads/releases/{id}`: how far it is.
///
/// 1. Clients poll until it ends. So the poll is where a job that was lost is queued again: the one call that certainly
///    comes for as long as the client still wants the release.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    AppFor { app, owner, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Json<UploadStatusResponse>, ApiError> {
    let upload = find_upload(&platform, &app.id, &id).await?;
    requeue_lost_job(&platform, &upload).await?; // 1.
    let release_url =
        upload.release_id.map(|number| format!("v0.1/apps/{}/{}/releases/{number}", owner.name, app.name));
    Ok(Json(UploadStatusResponse {
        id: upload.id,
        upload_status: upload.status,
        error_details: upload.error_details,
        release_distinct_id: upload.release_id,
        release_url,
        // Before the release is made, the column has what the client stated.
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
    let upload = find_upload(&platform, &app.id, &id).await?;
    match request.upload_status {
        UploadStatus::UploadFinished => commit_upload(&platform, &upload, &request).await?,
        UploadStatus::UploadCanceled => cancel_upload(&platform, &upload).await?,
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
