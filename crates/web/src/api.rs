//! The calls of the portal: same origin, with the session's cookie.

use gloo_net::http::{Method, RequestBuilder, Response};
use protocol::{
    AddGroupRequest, App, BasicRelease, CreateAppRequest, CreateGroupRequest, ErrorBody, Group, InstallLink,
    ReleaseDetails, Session, UpdateReleaseRequest, header, route,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{problem::ApiError, wizard::AppKey};

/// Signs in, or finds out who is.
pub(crate) async fn open_session() -> Result<Session, ApiError> {
    body(once(Method::POST, route::SESSION, None).await?).await
}

/// The account's apps.
pub(crate) async fn apps() -> Result<Vec<App>, ApiError> {
    fetch(route::APPS).await
}

/// One app.
pub(crate) async fn app(key: &AppKey) -> Result<App, ApiError> {
    fetch(&route::path(route::APP, &[&key.owner, &key.name])).await
}

/// Creates an app.
pub(crate) async fn create_app(request: &CreateAppRequest) -> Result<App, ApiError> {
    body(call(Method::POST, route::APPS, Some(json(request))).await?).await
}

/// All of an app's releases, newest first.
pub(crate) fn all_releases(key: &AppKey) -> impl Future<Output = ReleaseList> + use<> {
    releases_at(route::path(route::RELEASES, &[&key.owner, &key.name]))
}

/// An app's releases that were distributed, newest first. One that never was is nobody's concern yet.
pub(crate) fn releases(key: &AppKey) -> impl Future<Output = ReleaseList> + use<> {
    let path = route::path(route::RELEASES, &[&key.owner, &key.name]);
    releases_at(format!("{path}?published_only=true"))
}

type ReleaseList = Result<Vec<BasicRelease>, ApiError>;

/// One future for both, so that its code is there once.
async fn releases_at(path: String) -> ReleaseList {
    fetch(&path).await
}

/// One release, by number or `latest`.
pub(crate) async fn release(key: &AppKey, release: &str) -> Result<ReleaseDetails, ApiError> {
    fetch(&route::path(route::RELEASE, &[&key.owner, &key.name, release])).await
}

/// Writes a release's notes.
pub(crate) async fn write_notes(key: &AppKey, release: i64, notes: String) -> Result<(), ApiError> {
    let path = route::path(route::RELEASE, &[&key.owner, &key.name, &release.to_string()]);
    let request = UpdateReleaseRequest { release_notes: Some(notes), ..UpdateReleaseRequest::default() };
    call(Method::PUT, &path, Some(json(&request))).await.map(drop)
}

/// Gives a release to a group.
pub(crate) async fn add_group(key: &AppKey, release: i64, request: &AddGroupRequest) -> Result<(), ApiError> {
    let path = route::path(route::RELEASE_GROUPS, &[&key.owner, &key.name, &release.to_string()]);
    call(Method::POST, &path, Some(json(request))).await.map(drop)
}

/// An app's groups.
pub(crate) async fn groups(key: &AppKey) -> Result<Vec<Group>, ApiError> {
    fetch(&route::path(route::GROUPS, &[&key.owner, &key.name])).await
}

/// Creates a group.
pub(crate) async fn create_group(key: &AppKey, name: String) -> Result<Group, ApiError> {
    let path = route::path(route::GROUPS, &[&key.owner, &key.name]);
    let request = CreateGroupRequest { name, display_name: None };
    body(call(Method::POST, &path, Some(json(&request))).await?).await
}

/// A release's install links.
pub(crate) async fn install_links(key: &AppKey, release: i64) -> Result<Vec<InstallLink>, ApiError> {
    fetch(&links_path(key, release)).await
}

/// Makes one more install link.
pub(crate) async fn create_install_link(key: &AppKey, release: i64) -> Result<(), ApiError> {
    call(Method::POST, &links_path(key, release), None).await.map(drop)
}

/// Makes an install link open nothing.
pub(crate) async fn revoke_install_link(key: &AppKey, release: i64, link: &str) -> Result<(), ApiError> {
    let segments = [key.owner.as_str(), &key.name, &release.to_string(), link];
    call(Method::DELETE, &route::path(route::INSTALL_LINK, &segments), None).await.map(drop)
}

fn links_path(key: &AppKey, release: i64) -> String {
    route::path(route::INSTALL_LINKS, &[&key.owner, &key.name, &release.to_string()])
}

async fn fetch<T: DeserializeOwned>(path: &str) -> Result<T, ApiError> {
    body(call(Method::GET, path, None).await?).await
}

/// A request that cannot be written cannot be sent either; `null` makes the server say so.
fn json(request: &impl Serialize) -> String {
    serde_json::to_string(request).unwrap_or_else(|_| "null".to_owned())
}

/// Calls, and once more with a fresh session if this one has ended.
async fn call(method: Method, path: &str, json: Option<String>) -> Result<Response, ApiError> {
    match once(method.clone(), path, json.clone()).await {
        Err(error) if error.is_unauthorized() => {
            open_session().await?;
            once(method, path, json).await
        }
        answer => answer,
    }
}

async fn once(method: Method, path: &str, json: Option<String>) -> Result<Response, ApiError> {
    let is_change = method != Method::GET;
    let mut builder = RequestBuilder::new(path).method(method).header("accept", "application/json");
    if is_change {
        builder = builder.header(header::REQUEST_MARK, header::REQUEST_MARK_VALUE);
    }
    let request = match json {
        Some(json) => builder.header("content-type", "application/json").body(json),
        None => builder.build(),
    };
    let response =
        request.map_err(|_| ApiError::Unreachable)?.send().await.map_err(|_| ApiError::Unreachable)?;
    if response.ok() { Ok(response) } else { Err(refusal(response).await) }
}

async fn refusal(response: Response) -> ApiError {
    match response.json::<ErrorBody>().await {
        Ok(body) => ApiError::Refused(body),
        Err(_) => ApiError::Foreign { status: response.status() },
    }
}

async fn body<T: DeserializeOwned>(response: Response) -> Result<T, ApiError> {
    response.json().await.map_err(|_| ApiError::Unreadable)
}
