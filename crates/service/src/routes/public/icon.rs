//! A package's icon, on its way out.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::db;
use crate::error::ApiError;
use crate::http::body::ResponseStream;
use crate::platform::{ObjectKey, ObjectStorage, Platform};
use crate::secret;

/// `GET /icon/{asset}/{signature}`.
pub(crate) async fn show<P: Platform>(
    State(platform): State<P>,
    Path((asset_id, signature)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("there is no such icon");
    if !secret::is_icon_signed(&platform, &asset_id, &signature) {
        return Err(missing());
    }
    let media_type = db::icon_type(platform.database(), &asset_id).await?.ok_or_else(missing)?;
    let object =
        platform.object_storage().open(&ObjectKey::Icon(asset_id), None).await?.ok_or_else(missing)?;
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    if let Ok(media_type) = HeaderValue::from_str(&media_type) {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400, immutable"));
    headers.insert(header::CONTENT_LENGTH, object.size.into());
    response.extensions_mut().insert(ResponseStream(object.stream));
    Ok(response)
}
