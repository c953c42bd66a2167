//! Scenarios: for every kind of write, a state and the calls of a client from there. The client repeats calls that
//! fail.

mod accounts;
mod releases;

use std::cell::RefCell;
use std::collections::BTreeSet;

use bytes::Bytes;
use http::Method;
use protocol::{header, route as r};
use serde_json::{Value, json};
use testkit::{Api, ApiResponse, When, WriteFault};

/// A client that repeats a call when it fails.
pub(crate) struct Client {
    pub(crate) api: Api,
    fault: Option<WriteFault>,
    /// The method and the template of every call since [`Client::count_writes`].
    pub(crate) calls: RefCell<BTreeSet<(String, &'static str)>>,
    /// The responses to them.
    pub(crate) answers: RefCell<Vec<(String, &'static str, Value)>>,
}

/// One scenario.
pub(crate) type Scenario = fn(&Client);

/// All of them.
pub(crate) const SCENARIOS: &[(&str, Scenario)] = &[
    ("profile", accounts::profile),
    ("tokens", accounts::tokens),
    ("app tokens", accounts::app_tokens),
    ("organization", accounts::organization),
    ("people of an organization", accounts::org_people),
    ("invitations to an organization", accounts::org_invitations),
    ("invitations to an app", accounts::app_invitations),
    ("accepted invitations", accounts::accepted),
    ("rejected invitations", accounts::rejected),
    ("sign-up", accounts::sign_up),
    ("people of an app", accounts::app_people),
    ("apps", accounts::apps),
    ("deleted app", accounts::deleted_app),
    ("app deleted under way", releases::app_deleted_under_way),
    ("avatar", accounts::avatar),
    ("transferred apps", accounts::transferred),
    ("chunked upload", releases::chunked),
    ("cancelled uploads", releases::cancelled),
    ("abandoned uploads", releases::abandoned),
    ("lost job", releases::lost_job),
    ("bad package", releases::bad_package),
    ("three calls", releases::three_calls),
    ("aborted three calls", releases::aborted),
    ("replaced package", releases::replaced),
    ("external release", releases::external),
    ("edited release", releases::edited),
    ("deleted release", releases::deleted_release),
    ("release to groups", releases::to_groups),
    ("release to testers", releases::to_testers),
    ("release to stores", releases::to_stores),
    ("release to several", releases::to_several),
    ("install links", accounts::install_links),
    ("groups", accounts::groups),
    ("members", accounts::members),
    ("shared groups", accounts::shared_groups),
    ("stores", accounts::stores),
    ("webhooks", accounts::webhooks),
    ("unsubscribed", accounts::unsubscribed),
];

impl Client {
    pub(crate) fn new(fault: Option<WriteFault>) -> Client {
        Client { api: Api::new(), fault, calls: RefCell::default(), answers: RefCell::default() }
    }

    /// Ends the preparation: from here on writes are counted, and one may fail.
    fn count_writes(&self) {
        self.api.run_jobs();
        self.api.platform.count_writes(self.fault);
    }

    fn call(&self, method: &str, template: &'static str, segments: &[&str], body: &Value) -> ApiResponse {
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        self.send(
            method,
            template,
            &r::path(template, segments),
            &[(header::API_TOKEN, testkit::api::TOKEN)],
            body,
        )
    }

    /// A call to ann's app `one`.
    fn app(
        &self,
        method: &str,
        template: &'static str,
        segments: &[&str],
        body: impl Into<Value>,
    ) -> ApiResponse {
        self.call(method, template, &[&["ann", "one"], segments].concat(), &body.into())
    }

    fn send(
        &self,
        method: &str,
        template: &'static str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> ApiResponse {
        let body = body.into();
        let name = method.to_owned();
        self.calls.borrow_mut().insert((name.clone(), template));
        let make = || {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let response = self.api.send(method, path, headers, body.clone());
            self.api.platform.restart();
            self.answers.borrow_mut().push((name.clone(), template, response.json()));
            response
        };
        let has_failed =
            |response: &ApiResponse| response.status.is_server_error() || response.json()["error"] == true;
        let response = make();
        if !has_failed(&response) {
            assert!(response.status.as_u16() < 400, "{method} {path}: {response:?}");
            return response;
        }
        let again = make();
        // A call that took effect the first time may be refused now; the state afterwards is compared.
        let took_effect = self.fault.is_some_and(|fault| fault.when != When::Before);
        let is_fit = again.status.as_u16() < 400 && !has_failed(&again);
        assert!(
            is_fit || took_effect && again.status.is_client_error(),
            "{method} {path}: {response:?} {again:?}"
        );
        again
    }

    /// The id of the record with this value in a list of ann's app.
    fn id(&self, path: &str, key: &str, value: &str) -> String {
        let list = self.api.get(path).json();
        let list = list.as_array().unwrap_or_else(|| panic!("{path}: {list}"));
        let found = list.iter().find(|item| item[key] == value).unwrap_or_else(|| panic!("{path}: {list:?}"));
        found["id"].as_str().unwrap().to_owned()
    }

    fn group(&self, name: &str) -> String {
        self.id(&one(r::GROUPS, &[]), "name", name)
    }

    /// The token in the newest e-mail that has an invitation.
    fn invitation(&self) -> String {
        self.api.run_jobs();
        let link =
            |text: &str| text.lines().find_map(|line| Some(line.split_once("/invitations/")?.1.to_owned()));
        self.api.platform.emails().iter().rev().find_map(|mail| link(&mail.text)).expect("an invitation")
    }
}

fn one(template: &str, segments: &[&str]) -> String {
    r::path(template, &[&["ann", "one"], segments].concat())
}

fn sql(client: &Client, sql: &str) {
    client.api.platform.sqlite().execute(sql);
}

/// Bob, a member of ann's organization `acme`.
fn acme(client: &Client) {
    client.api.post(r::ORGS, &json!({"name": "acme"}));
    sql(
        client,
        "INSERT INTO accounts (id, name, display_name, email, created_at) \
         VALUES ('bob', 'bob', 'Bob', 'bob@slipway.example', 0); \
         INSERT INTO org_members SELECT id, 'bob', 'member', 0 FROM accounts WHERE name = 'acme'",
    );
}

/// The app `one` with an external release, and with the group `QA` of two people.
fn release_external(client: &Client) {
    client.api.create_app("one", None);
    let external = json!({"external_download_url": "https://dl.mycorp.com/1", "build_version": "1.0"});
    assert_eq!(client.api.post(&one(r::RELEASES, &[]), &external).status, 201);
    client.api.post(&one(r::GROUPS, &[]), &json!({"name": "QA"}));
    let emails = json!({"user_emails": ["tess@slipway.example", "tom@slipway.example"]});
    client.api.post(&one(r::MEMBERS, &["QA"]), &emails);
}
