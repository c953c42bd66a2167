//! The link that unsubscribes one address from the e-mails about an app. Mail programs open links by themselves, so GET only
//! asks and POST does it (RFC 8058).

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

use crate::db::{self, AppRow};
use crate::error::ApiError;
use crate::pages;
use crate::platform::Platform;
use crate::secret;

/// `GET /unsubscribe/{token}`.
pub(crate) async fn page<P: Platform>(
    State(platform): State<P>,
    Path(token): Path<String>,
) -> Result<Response, ApiError> {
    let Some((app, email)) = open_link(&platform, &token).await? else { return Ok(not_available()) };
    Ok(Html(pages::unsubscribe(&app, &email, false)).into_response())
}

/// `POST /unsubscribe/{token}`.
pub(crate) async fn end<P: Platform>(
    State(platform): State<P>,
    Path(token): Path<String>,
) -> Result<Response, ApiError> {
    let Some((app, email)) = open_link(&platform, &token).await? else { return Ok(not_available()) };
    db::unsubscribe(platform.database(), &app.id, &email, platform.now()).await?;
    Ok(Html(pages::unsubscribe(&app, &email, true)).into_response())
}

async fn open_link<P: Platform>(platform: &P, token: &str) -> Result<Option<(AppRow, String)>, ApiError> {
    let Some((app_id, email)) = secret::read_unsubscribe_token(platform, token) else { return Ok(None) };
    let app = db::app_by_id(platform.database(), &app_id).await?;
    Ok(app.map(|app| (app, email)))
}

fn not_available() -> Response {
    (StatusCode::NOT_FOUND, Html(pages::link_not_available())).into_response()
}
