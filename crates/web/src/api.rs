//! The calls of the portal: same origin, with the session's cookie.

use std::{marker::PhantomData, pin::Pin};

use gloo_net::http::{Method, RequestBuilder, Response};
use protocol::{
    AcceptAsNewcomerRequest, AddGroupRequest, CreateAppRequest, CreateGroupRequest, ErrorBody, InstallLink,
    InvitationDetails, InvitedTo, Session, UpdateReleaseRequest, header, route,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{
    facts::{App, BasicRelease, Destination, Group},
    problem::ApiError,
    wizard::AppKey,
};

/// A call that answers with a `T`, not made yet.
///
/// Whoever makes it gets text, which [`read`] makes a `T` of: futures and resources know nothing of `T`, so their code
/// is there once and not for each call, in a module that people wait for.
pub(crate) struct Call<T> {
    request: Request,
    answer: PhantomData<fn() -> T>,
}

/// What is sent.
#[derive(Clone)]
struct Request {
    method: Method,
    path: String,
    json: Option<String>,
}

/// The text of an answer, when it comes.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<String, ApiError>>>>;

impl<T> Call<T> {
    fn new(method: Method, path: String, json: Option<String>) -> Call<T> {
        Call { request: Request { method, path, json }, answer: PhantomData }
    }

    /// Makes the call.
    pub(crate) fn answer(self) -> Answer {
        Box::pin(answer(self.request))
    }
}

/// The value in the text of an answer.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    serde_json::from_str(text).map_err(|_| ApiError::Unreadable)
}

/// Signs in, or finds out who is.
pub(crate) fn open_session() -> Call<Session> {
    Call::new(Method::POST, route::SESSION.to_owned(), None)
}

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

/// What a release's page shows of [`protocol::ReleaseDetails`].
#[derive(Deserialize)]
pub(crate) struct ReleaseFacts {
    pub(crate) id: i64,
    pub(crate) version: String,
    pub(crate) short_version: String,
    pub(crate) enabled: bool,
    pub(crate) uploaded_at: String,
    pub(crate) destinations: Vec<Destination>,
    pub(crate) app_display_name: String,
    pub(crate) app_icon_url: Option<String>,
    pub(crate) release_notes: Option<String>,
    pub(crate) fingerprint: Option<String>,
    pub(crate) sha256: Option<String>,
    /// As text: a newer server may say of a package what this portal cannot read.
    pub(crate) artifact: Option<Box<RawValue>>,
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

/// What the portal reads of [`protocol::NewApiToken`].
#[derive(Deserialize)]
pub(crate) struct FirstToken {
    pub(crate) api_token: String,
}

/// Accepts an invitation for somebody who has no account yet. An empty display name is the name.
pub(crate) fn accept_as_newcomer(token: &str, name: String, display_name: String) -> Call<FirstToken> {
    let display_name = Some(display_name).filter(|name| !name.trim().is_empty());
    let request = AcceptAsNewcomerRequest { name, display_name };
    Call::new(Method::POST, route::path(route::ACCEPT_AS_NEWCOMER, &[token]), Some(json(&request)))
}

fn links_path(key: &AppKey, release: i64) -> String {
    route::path(route::INSTALL_LINKS, &[&key.owner, &key.name, &release.to_string()])
}

fn get<T>(path: String) -> Call<T> {
    Call::new(Method::GET, path, None)
}

/// A request that cannot be written cannot be sent either; `null` makes the server say so.
fn json(request: &impl Serialize) -> String {
    serde_json::to_string(request).unwrap_or_else(|_| "null".to_owned())
}

/// Calls, and once more with a fresh session if this one has ended.
async fn answer(request: Request) -> Result<String, ApiError> {
    match once(&request).await {
        Err(error) if error.is_unauthorized() && request.path != route::SESSION => {
            once(&open_session().request).await?;
            once(&request).await
        }
        answer => answer,
    }
}

async fn once(request: &Request) -> Result<String, ApiError> {
    let response = send(request)?.await.map_err(|_| ApiError::Unreachable)?;
    let text = response.text().await;
    if response.ok() {
        return text.map_err(|_| ApiError::Unreadable);
    }
    let refusal = text.ok().and_then(|text| read::<ErrorBody>(&text).ok());
    Err(refusal.map_or(ApiError::Foreign { status: response.status() }, ApiError::Refused))
}

fn send(
    Request { method, path, json }: &Request,
) -> Result<impl Future<Output = Result<Response, gloo_net::Error>> + use<>, ApiError> {
    let mut builder = RequestBuilder::new(path).method(method.clone()).header("accept", "application/json");
    if method != Method::GET {
        builder = builder.header(header::REQUEST_MARK, header::REQUEST_MARK_VALUE);
    }
    let request = match json {
        Some(json) => builder.header("content-type", "application/json").body(json),
        None => builder.build(),
    };
    request.map(gloo_net::http::Request::send).map_err(|_| ApiError::Unreachable)
}

#[cfg(test)]
mod tests {
    use protocol::{BasicRelease, ReleaseDetails};

    use super::*;

    fn details() -> ReleaseDetails {
        let release = BasicRelease {
            id: 7,
            version: "34".to_owned(),
            short_version: "1.2".to_owned(),
            origin: "appcenter".to_owned(),
            enabled: true,
            uploaded_at: "2026-01-02T03:04:05.678Z".to_owned(),
            destination_type: None,
            distribution_groups: Vec::new(),
            distribution_stores: Vec::new(),
            destinations: Vec::new(),
            build: None,
            is_external_build: false,
            file_extension: None,
        };
        ReleaseDetails {
            release,
            app_name: "demo".to_owned(),
            mandatory_update: false,
            distribution_group_id: None,
            app_display_name: "Demo".to_owned(),
            app_os: "Android".to_owned(),
            app_icon_url: None,
            release_notes: None,
            size: None,
            min_os: None,
            android_min_api_level: None,
            bundle_identifier: None,
            fingerprint: None,
            sha256: None,
            package_hashes: Vec::new(),
            download_url: None,
            install_url: None,
            status: "available".to_owned(),
            artifact: Some(serde_json::json!({"format": "of next year"})),
            android_file_extension: None,
        }
    }

    #[test]
    fn the_facts_of_a_release_are_found_in_its_details() {
        let facts: ReleaseFacts = read(&json(&details())).unwrap();
        assert_eq!((facts.id, facts.short_version.as_str(), facts.version.as_str()), (7, "1.2", "34"));
        assert_eq!((facts.app_display_name.as_str(), facts.sha256), ("Demo", None));
    }

    #[test]
    fn a_package_of_an_unknown_format_does_not_hide_its_release() {
        let facts: ReleaseFacts = read(&json(&details())).unwrap();
        assert_eq!(facts.artifact.unwrap().get(), r#"{"format":"of next year"}"#);
    }
}
