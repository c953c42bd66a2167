//! The documented three calls: ask for an address, send the whole package there as a form, commit.

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use protocol::{
    CreateReleaseUploadRequest, CreateReleaseUploadResponse, ReleaseUploadRequest, ReleaseUploadResponse,
    ReleaseUploadStatus, UploadStatus, route,
};

use crate::db::StatedMetadata;
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop};
use crate::http::extract::{Body, LenientBody, Origin, UploadTokenHash, text};
use crate::http::form::FormParser;
use crate::platform::Platform;
use crate::uploads::{
    UploadShape, bad_form, cancel_upload, commit_and_wait, create_upload, find_upload, receive_package,
    replaceable_release,
};

/// `POST …/release_uploads`: 201 with an address that takes the package for 24 hours. The body may be missing or no JSON.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    LenientBody(request): LenientBody<CreateReleaseUploadRequest>,
) -> Result<(StatusCode, Json<CreateReleaseUploadResponse>), ApiError> {
    if let Some(id) = request.release_id {
        replaceable_release(&platform, &app.id, &id.to_string()).await?;
    }
    let CreateReleaseUploadRequest { release_id: replaces, build_version, build_number } = request;
    let stated = StatedMetadata { build_version, build_number, replaces };
    let (upload, token) = create_upload(&platform, app.id, stated, UploadShape::WholeFile).await?;
    let path = route::path(route::WHOLE_FILE, &[&upload.asset_id]);
    let upload_url = format!("{origin}{path}?token={}", route::percent_encode(&token));
    Ok((StatusCode::CREATED, Json(CreateReleaseUploadResponse { upload_id: upload.id, upload_url })))
}

/// `POST /upload/release/{asset}?token=…`: the package, as the part `ipa` of a form; 204. The fields
/// `release_id`, `build_version` and `build_number` count before what the first call stated; others are ignored.
pub(crate) async fn receive<P: Platform>(
    State(platform): State<P>,
    Path(asset_id): Path<String>,
    UploadTokenHash(token_hash): UploadTokenHash,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<StatusCode, ApiError> {
    let form = FormParser::new(text(&headers, "content-type").unwrap_or_default()).map_err(bad_form)?;
    receive_package(&platform, &asset_id, token_hash, form, body).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PATCH …/release_uploads/{id}`: `committed` makes the release while the client waits, because these clients never poll;
/// `aborted` frees what was stored.
pub(crate) async fn update<P: Platform>(
    State(platform): State<P>,
    AppFor { app, owner, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
    Body(request): Body<ReleaseUploadRequest>,
) -> Result<Json<ReleaseUploadResponse>, ApiError> {
    let upload = find_upload(&platform, &app.id, &id).await?;
    if request.status == ReleaseUploadStatus::Aborted {
        cancel_upload(&platform, &upload).await?;
        return Ok(Json(ReleaseUploadResponse { release_id: None, release_url: None }));
    }
    let upload = commit_and_wait(&platform, upload).await?;
    match (upload.status, upload.release_id) {
        (UploadStatus::ReadyToBePublished, Some(number)) => Ok(Json(ReleaseUploadResponse {
            release_id: Some(number),
            release_url: Some(format!("v0.1/apps/{}/{}/releases/{number}", owner.name, app.name)),
        })),
        (UploadStatus::UploadCanceled, _) => {
            Err(ApiError::bad_request("the upload was cancelled; ask for a new upload_url"))
        }
        _ => Err(ApiError::bad_request(
            upload
                .error_details
                .unwrap_or_else(|| "the package could not be processed; upload it again".to_owned()),
        )),
    }
}
