use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::download;
use crate::db::{self, AppRow, ReleaseRow};
use crate::error::ApiError;
use crate::pages;
use crate::platform::Platform;
use crate::releases::links::icon_url;

/// Shown for packages without an icon, as in the portal.
const NO_ICON: &str = "/app.svg";

/// `GET /install/{token}`: the page that a tester opens. It needs no account and no script.
pub(crate) async fn page<P: Platform>(
    State(platform): State<P>,
    Path(token): Path<String>,
) -> Result<Response, ApiError> {
    let (status, html) = match installable(&platform, &token).await? {
        Some((app, release)) => {
            // Without the origin: the page's own.
            let package = release.icon_type.as_ref().and(release.package.as_ref());
            let icon = package.map(|package| icon_url(&platform, "", &package.asset_id));
            let icon = icon.as_deref().unwrap_or(NO_ICON);
            (StatusCode::OK, pages::install(&app, &release, &token, icon))
        }
        None => (StatusCode::NOT_FOUND, pages::link_not_available()),
    };
    Ok((status, page_headers(), Html(html)).into_response())
}

/// `GET /install/{token}/download`.
pub(crate) async fn download<P: Platform>(
    State(platform): State<P>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Some((_, release)) = installable(&platform, &token).await? else {
        return Ok((StatusCode::NOT_FOUND, page_headers(), Html(pages::link_not_available())).into_response());
    };
    match (release.package, release.external_url) {
        (Some(package), _) => {
            download::send_package(&platform, package.asset_id, &package.file_name, &headers).await
        }
        (None, url) => Ok((page_headers(), Redirect::temporary(&url.unwrap_or_default())).into_response()),
    }
}

/// The app and release of a link that works, if the release is enabled.
async fn installable<P: Platform>(
    platform: &P,
    token: &str,
) -> Result<Option<(AppRow, ReleaseRow)>, ApiError> {
    let database = platform.database();
    let Some(link) = db::install_link_by_token(database, token).await? else { return Ok(None) };
    let Some(app) = db::app_by_id(database, &link.app_id).await? else { return Ok(None) };
    let release = db::release_by_id(database, &app.id, link.release_id).await?;
    Ok(release.filter(|release| release.enabled != 0).map(|release| (app, release)))
}

/// The address is a secret: it goes into no cache and to no other site.
fn page_headers() -> [(http::HeaderName, HeaderValue); 3] {
    [
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (http::HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex")),
    ]
}
