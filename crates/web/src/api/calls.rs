//! The calls of the API that the portal makes.

use gloo_net::http::Method;
use protocol::{
    AddGroupRequest, CreateAppRequest, CreateGroupRequest, InstallLink, InvitationDetails, InvitedTo,
    SignUpRequest, UpdateReleaseRequest, route,
};

pub(crate) use super::http::open_session;
use super::{
    http::{ApiCall, get, json},
    types::{App, AppKey, BasicRelease, Group, ReleaseDetails, SignUpToken},
};

/// The account's apps.
pub(crate) fn apps() -> ApiCall<Vec<App>> {
    get(route::APPS.to_owned())
}

/// One app.
pub(crate) fn app(key: &AppKey) -> ApiCall<App> {
    get(route::path(route::APP, &[&key.owner, &key.name]))
}

/// Creates an app.
pub(crate) fn create_app(request: &CreateAppRequest) -> ApiCall<App> {
    ApiCall::new(Method::POST, route::APPS.to_owned(), Some(json(request)))
}

/// All of an app's releases, newest first.
pub(crate) fn all_releases(key: &AppKey) -> ApiCall<Vec<BasicRelease>> {
    get(route::path(route::RELEASES, &[&key.owner, &key.name]))
}

/// An app's releases that were distributed, newest first. Lists do not show one that only was uploaded.
pub(crate) fn releases(key: &AppKey) -> ApiCall<Vec<BasicRelease>> {
    let path = route::path(route::RELEASES, &[&key.owner, &key.name]);
    get(format!("{path}?published_only=true"))
}

/// One release, by number or `latest`.
pub(crate) fn release(key: &AppKey, release: &str) -> ApiCall<ReleaseDetails> {
    get(route::path(route::RELEASE, &[&key.owner, &key.name, release]))
}

/// Writes a release's notes.
pub(crate) fn write_notes(key: &AppKey, release: i64, notes: String) -> ApiCall<()> {
    let path = route::path(route::RELEASE, &[&key.owner, &key.name, &release.to_string()]);
    let request = UpdateReleaseRequest { release_notes: Some(notes), ..UpdateReleaseRequest::default() };
    ApiCall::new(Method::PUT, path, Some(json(&request)))
}

/// Distributes a release to a group.
pub(crate) fn add_group(key: &AppKey, release: i64, request: &AddGroupRequest) -> ApiCall<()> {
    let path = route::path(route::RELEASE_GROUPS, &[&key.owner, &key.name, &release.to_string()]);
    ApiCall::new(Method::POST, path, Some(json(request)))
}

/// An app's groups.
pub(crate) fn groups(key: &AppKey) -> ApiCall<Vec<Group>> {
    get(route::path(route::GROUPS, &[&key.owner, &key.name]))
}

/// Creates a group.
pub(crate) fn create_group(key: &AppKey, name: String) -> ApiCall<Group> {
    let path = route::path(route::GROUPS, &[&key.owner, &key.name]);
    let request = CreateGroupRequest { name, display_name: None };
    ApiCall::new(Method::POST, path, Some(json(&request)))
}

/// A release's install links.
pub(crate) fn install_links(key: &AppKey, release: i64) -> ApiCall<Vec<InstallLink>> {
    get(links_path(key, release))
}

/// Makes one more install link.
pub(crate) fn create_install_link(key: &AppKey, release: i64) -> ApiCall<()> {
    ApiCall::new(Method::POST, links_path(key, release), None)
}

/// Makes an install link open nothing.
pub(crate) fn revoke_install_link(key: &AppKey, release: i64, link: &str) -> ApiCall<()> {
    let segments = [key.owner.as_str(), &key.name, &release.to_string(), link];
    ApiCall::new(Method::DELETE, route::path(route::INSTALL_LINK, &segments), None)
}

/// What an invitation is to.
pub(crate) fn invitation(token: &str) -> ApiCall<InvitationDetails> {
    get(route::path(route::INVITATION, &[token]))
}

/// Accepts an invitation, or declines it, as the account that is signed in.
pub(crate) fn answer_invitation(kind: InvitedTo, token: &str, accept: bool) -> ApiCall<()> {
    ApiCall::new(Method::POST, answer_path(kind, token, accept), None)
}

/// The path of the call that accepts or declines an invitation.
pub(crate) fn answer_path(kind: InvitedTo, token: &str, accept: bool) -> String {
    let template = match (kind, accept) {
        (InvitedTo::App, true) => route::APP_INVITATION_ACCEPT,
        (InvitedTo::App, false) => route::APP_INVITATION_REJECT,
        (InvitedTo::Org, true) => route::ORG_INVITATION_ACCEPT,
        (InvitedTo::Org, false) => route::ORG_INVITATION_REJECT,
    };
    route::path(template, &[token])
}

/// Accepts an invitation and creates the account for it. An empty display name means the name.
pub(crate) fn sign_up(token: &str, name: String, display_name: String) -> ApiCall<SignUpToken> {
    let display_name = Some(display_name).filter(|name| !name.trim().is_empty());
    let request = SignUpRequest { name, display_name };
    ApiCall::new(Method::POST, route::path(route::SIGN_UP, &[token]), Some(json(&request)))
}

fn links_path(key: &AppKey, release: i64) -> String {
    route::path(route::INSTALL_LINKS, &[&key.owner, &key.name, &release.to_string()])
}
