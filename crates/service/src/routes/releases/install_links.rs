use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use protocol::{InstallLink, limit, route};

use crate::db::{self, InstallLinkRow};
use crate::error::ApiError;
use crate::http::access::{AppFor, Develop, Read};
use crate::http::extract::Origin;
use crate::platform::Platform;
use crate::releases::{find, links};
use crate::time::iso;

/// `GET …/releases/{id}/install_links`: those that work, oldest first.
pub(crate) async fn list<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Read>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Json<Vec<InstallLink>>, ApiError> {
    let release = find::release(&platform, &app, &id).await?;
    let links = db::install_links_of(platform.database(), &app.id, release.id).await?;
    Ok(Json(links.iter().map(|link| link_view(link, &origin)).collect()))
}

/// `POST …/releases/{id}/install_links`: 201 with a new link.
pub(crate) async fn create<P: Platform>(
    State(platform): State<P>,
    Origin(origin): Origin,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<(StatusCode, Json<InstallLink>), ApiError> {
    let release = find::release(&platform, &app, &id).await?;
    let link = links::new_install_link(&platform, &app.id, release.id);
    if !db::insert_install_link(platform.database(), &link).await? {
        return Err(ApiError::limit_reached(
            limit::INSTALL_LINKS_PER_RELEASE,
            "install links of the release",
        ));
    }
    Ok((StatusCode::CREATED, Json(link_view(&link, &origin))))
}

/// `DELETE …/releases/{id}/install_links/{link}`: 204; the link never works again.
pub(crate) async fn revoke<P: Platform>(
    State(platform): State<P>,
    AppFor { app, .. }: AppFor<Develop>,
    Path((_, _, id, link)): Path<(String, String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let release = find::release(&platform, &app, &id).await?;
    let now = platform.now();
    let was_there = db::revoke_install_link(platform.database(), &app.id, release.id, &link, now).await?;
    was_there
        .then_some(StatusCode::NO_CONTENT)
        .ok_or_else(|| ApiError::not_found("there is no such install link, or it was revoked already"))
}

fn link_view(link: &InstallLinkRow, origin: &str) -> InstallLink {
    InstallLink {
        id: link.id.clone(),
        url: format!("{origin}{}", route::path(route::INSTALL_PAGE, &[&link.token])),
        created_at: iso(link.created_at),
    }
}
