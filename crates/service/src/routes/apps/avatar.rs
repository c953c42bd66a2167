//! A picture that a manager uploads for an app, shown in place of its releases' icon.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use http::HeaderMap;
use protocol::{App, ErrorCode};

use super::view::app_view;
use crate::db;
use crate::error::ApiError;
use crate::garbage;
use crate::http::access::{AppFor, Manage};
use crate::http::extract::{Origin, text};
use crate::http::form::{FormEvent, FormParser};
use crate::platform::{ObjectKey, ObjectStorage, Platform};
use crate::secret;

/// The form's field.
const FIELD: &str = "avatar";

/// Longest picture, in bytes: what an icon of 512 pixels takes. The body's own limit is a little more.
const MAX_BYTES: usize = 200 * 1024;

/// After so many milliseconds a picture that is stored and belongs to no app is garbage.
const STORING_MS: i64 = 60 * 60 * 1000;

/// `POST …/avatar`: a PNG, JPEG or WebP as the part `avatar` of a form.
pub(crate) async fn set<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { mut app, owner, right, .. }: AppFor<Manage>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<App>, ApiError> {
    let picture = picture(text(&headers, "content-type").unwrap_or_default(), &body)?;
    let media_type = media_type(&picture).ok_or_else(|| {
        ApiError::bad_request("expected a PNG, JPEG or WebP picture; convert it to one of these")
    })?;
    let asset_id = secret::uuid(&platform);
    let now = platform.now();
    db::note_garbage(platform.database(), &asset_id, now + STORING_MS).await?;
    platform.object_storage().put(&ObjectKey::Icon(asset_id.clone()), picture).await?;
    db::set_avatar(platform.database(), &app.id, Some((&asset_id, media_type)), now).await?;
    garbage::sweep_soon(&platform).await;
    (app.avatar_asset_id, app.updated_at) = (Some(asset_id), now);
    Ok(Json(app_view(&platform, &origin, app, &owner, right)))
}

/// `DELETE …/avatar`: the newest release's icon is shown again.
pub(crate) async fn remove<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { mut app, owner, right, .. }: AppFor<Manage>,
) -> Result<Json<App>, ApiError> {
    let now = platform.now();
    db::set_avatar(platform.database(), &app.id, None, now).await?;
    garbage::sweep_soon(&platform).await;
    (app.avatar_asset_id, app.updated_at) = (None, now);
    Ok(Json(app_view(&platform, &origin, app, &owner, right)))
}

fn picture(content_type: &str, body: &[u8]) -> Result<Vec<u8>, ApiError> {
    let bad =
        |error| ApiError::bad_request(format!("{error}; send the picture as the part `{FIELD}` of a form"));
    let mut form = FormParser::new(content_type).map_err(bad)?;
    let events = form.push(body).map_err(bad)?;
    form.finish().map_err(bad)?;
    let mut picture = Vec::new();
    let mut is_picture = false;
    for event in events {
        match event {
            FormEvent::Begin { name, .. } => is_picture = name == FIELD,
            FormEvent::Bytes(bytes) if is_picture => picture.extend(bytes),
            FormEvent::Bytes(_) | FormEvent::End => {}
        }
    }
    if picture.len() > MAX_BYTES {
        let message =
            format!("expected a picture of at most {} KiB; scale it to 512 pixels", MAX_BYTES / 1024);
        return Err(ApiError::Refused(ErrorCode::TooLarge, message));
    }
    Ok(picture)
}

/// What a picture is, by its first bytes. An SVG is none: it could carry a script.
fn media_type(picture: &[u8]) -> Option<&'static str> {
    match picture {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
