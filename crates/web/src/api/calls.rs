//! The calls of the API that the portal makes.

use gloo_net::http::Method;
use protocol::{
    AddGroupRequest, CreateAppRequest, CreateGroupRequest, InstallLink, InvitationDetails, InvitedTo,
    SignUpRequest, UpdateReleaseRequest, route,
};

pub(crate) use super::http::open_session;
use super::{
    http::{Call, get, json},
    types::{App, AppKey, BasicRelease, FirstToken, Group, ReleaseFacts},
};

/// The account's apps.
pub(crate) fn apps() -> Call<Vec<App>> {
    get(route::APPS.to_owned())
}

/// One app.
pub(crate) fn app(key: &AppKey) -> Call<App> {
    get(route::path(route::APP, &[&key.owner, &key.name]))
}

/// Creates an app.
pub(crate) fn create_app(request: &CreateAppRequest) -> Call<App> {
    Call::new(Method::POST, route::APPS.to_owned(), Some(json(request)))
}

/// All of an app's releases, newest first.
pub(crate) fn all_releases(key: &AppKey) -> Call<Vec<BasicRelease>> {
    get(route::path(route::RELEASES, &[&key.owner, &key.name]))
}

/// An app's releases that were distributed, newest first. One that never was is nobody's concern yet.
pub(crate) fn releases(key: &AppKey) -> Call<Vec<BasicRelease>> {
    let path = route::path(route::RELEASES, &[&key.owner, &key.name]);
    get(format!("{path}?published_only=true"))
}

/// One release, by number or `latest`.
pub(crate) fn release(key: &AppKey, release: &str) -> Call<ReleaseFacts> {
    get(route::path(route::RELEASE, &[&key.owner, &key.name, release]))
}

/// Writes a release's notes.
pub(crate) fn write_notes(key: &AppKey, release: i64, notes: String) -> Call<()> {
    let path = route::path(route::RELEASE, &[&key.owner, &key.name, &release.to_string()]);
    let request = UpdateReleaseRequest { release_notes: Some(notes), ..UpdateReleaseRequest::default() };
    Call::new(Method::PUT, path, Some(json(&request)))
}

/// Gives a release to a group.
pub(crate) fn add_group(key: &AppKey, release: i64, request: &AddGroupRequest) -> Call<()> {
    let path = route::path(route::RELEASE_GROUPS, &[&key.owner, &key.name, &release.to_string()]);
    Call::new(Method::POST, path, Some(json(request)))
}

/// An app's groups.
pub(crate) fn groups(key: &AppKey) -> Call<Vec<Group>> {
    get(route::path(route::GROUPS, &[&key.owner, &key.name]))
}

/// Creates a group.
pub(crate) fn create_group(key: &AppKey, name: String) -> Call<Group> {
    let path = route::path(route::GROUPS, &[&key.owner, &key.name]);
    let request = CreateGroupRequest { name, display_name: None };
    Call::new(Method::POST, path, Some(json(&request)))
}

/// A release's install links.
pub(crate) fn install_links(key: &AppKey, release: i64) -> Call<Vec<InstallLink>> {
    get(links_path(key, release))
}

/// Makes one more install link.
pub(crate) fn create_install_link(key: &AppKey, release: i64) -> Call<()> {
    Call::new(Method::POST, links_path(key, release), None)
}

/// Makes an install link open nothing.
pub(crate) fn revoke_install_link(key: &AppKey, release: i64, link: &str) -> Call<()> {
    let segments = [key.owner.as_str(), &key.name, &release.to_string(), link];
    Call::new(Method::DELETE, route::path(route::INSTALL_LINK, &segments), None)
}

/// What an invitation is to.
pub(crate) fn invitation(token: &str) -> Call<InvitationDetails> {
    get(route::path(route::INVITATION, &[token]))
}

/// Accepts an invitation, or declines it, for whoever is signed in.
pub(crate) fn answer_invitation(kind: InvitedTo, token: &str, is_yes: bool) -> Call<()> {
    Call::new(Method::POST, answer_path(kind, token, is_yes), None)
}

/// Where an invitation is answered.
pub(crate) fn answer_path(kind: InvitedTo, token: &str, is_yes: bool) -> String {
    let template = match (kind, is_yes) {
        (InvitedTo::App, true) => route::APP_INVITATION_ACCEPT,
        (InvitedTo::App, false) => route::APP_INVITATION_REJECT,
        (InvitedTo::Org, true) => route::ORG_INVITATION_ACCEPT,
        (InvitedTo::Org, false) => route::ORG_INVITATION_REJECT,
    };
    route::path(template, &[token])
}

/// Accepts an invitation for somebody who has no account yet. An empty display name is the name.
pub(crate) fn accept_as_newcomer(token: &str, name: String, display_name: String) -> Call<FirstToken> {
    let display_name = Some(display_name).filter(|name| !name.trim().is_empty());
    let request = SignUpRequest { name, display_name };
    Call::new(Method::POST, route::path(route::SIGN_UP, &[token]), Some(json(&request)))
}

fn links_path(key: &AppKey, release: i64) -> String {
    route::path(route::INSTALL_LINKS, &[&key.owner, &key.name, &release.to_string()])
}
