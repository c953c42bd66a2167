//! Limits: records of each kind, lengths of texts, and unrequested e-mails to one address.

use http::Method;
use protocol::{limit, route};
use serde_json::{Value, json};
use testkit::Api;

/// A path of ann's app `one`.
fn app(template: &str, segments: &[&str]) -> String {
    route::path(template, &[&["ann", "one"], segments].concat())
}

/// The app `one` with the release 1 and the group `QA`.
fn api() -> Api {
    let api = Api::new();
    api.create_app("one", None);
    let external = json!({"external_download_url": "https://dl.mycorp.com/1", "build_version": "1.0"});
    assert_eq!(api.post(&app(route::RELEASES, &[]), &external).status, 201);
    api.post(&app(route::GROUPS, &[]), &json!({"name": "QA"}));
    api
}

/// Fills a table up to `n_there` rows, of which `n_before` exist.
fn fill(api: &Api, n_there: i64, n_before: i64, insert: &str) {
    let n_rows = n_there - n_before;
    api.platform.sqlite().execute(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n_rows}) {insert}"
    ));
}

#[test]
fn every_kind_of_record_has_a_limit() {
    const APP: &str = "(SELECT id FROM apps WHERE name = 'one')";
    let webhook = json!({"name": "chat", "url": "https://hooks.mycorp.com/T1"});
    let store = json!({"type": "googleplay", "track": "beta"});
    let made = json!({"display_name": "two", "os": "Android", "platform": "Java"});
    let cases = [
        (
            route::path(route::GROUPS, &["ann", "one"]),
            json!({"name": "New"}),
            (limit::GROUPS, 2, "groups"),
            format!("INSERT INTO distribution_groups (id, app_id, name, created_at) SELECT 'g' || i, {APP}, 'g' || i, 0 FROM n"),
        ),
        (
            route::path(route::STORES, &["ann", "one"]),
            store,
            (limit::STORES_PER_APP, 0, "stores"),
            format!(
                "INSERT INTO stores (id, app_id, type, name, created_by, created_at) \
                 SELECT 's' || i, {APP}, 'apple', 's' || i, 'u1', 0 FROM n"
            ),
        ),
        (
            route::path(route::WEBHOOKS, &["ann", "one"]),
            webhook,
            (limit::WEBHOOKS_PER_APP, 0, "webhooks"),
            format!(
                "INSERT INTO webhooks (id, app_id, name, url, secret, created_at) \
                 SELECT 'w' || i, {APP}, 'w', 'https://a.com/', 's', 0 FROM n"
            ),
        ),
        (
            route::path(route::INSTALL_LINKS, &["ann", "one", "1"]),
            Value::Null,
            (limit::INSTALL_LINKS_PER_RELEASE, 0, "install links"),
            format!(
                "INSERT INTO install_links (id, token, app_id, release_id, created_at) \
                 SELECT 'l' || i, 'l' || i, {APP}, 1, 0 FROM n"
            ),
        ),
        (
            route::API_TOKENS.to_owned(),
            json!({}),
            (limit::TOKENS_PER_ACCOUNT, 1, "API tokens"),
            "INSERT INTO api_tokens (id, user_id, token_hash, scope, created_at) SELECT 'k' || i, 'u1', 'h' || i, 'all', 0 FROM n"
                .to_owned(),
        ),
        (
            route::APPS.to_owned(),
            made,
            (limit::APPS_PER_ACCOUNT, 1, "apps"),
            "INSERT INTO apps (id, app_secret, owner_id, name, display_name, os, platform, created_at, updated_at) \
             SELECT 'a' || i, 's' || i, 'u1', 'a' || i, 'a', 'Android', 'Java', 0, 0 FROM n"
                .to_owned(),
        ),
    ];
    for (path, body, (most, n_before, what), insert) in cases {
        let api = api();
        fill(&api, most - 1, n_before, &insert);
        let last = api.post(&path, &body);
        assert_eq!(last.status, 201, "{path}: {}", last.text());
        let mut other = body.clone();
        for key in ["name", "display_name", "track"] {
            if other[key].is_string() {
                other[key] = if key == "track" { json!("alpha") } else { json!("Other") };
            }
        }
        let refused = api.post(&path, &other);
        assert_eq!(refused.status, 409, "{path}: {}", refused.text());
        let expected = format!("there are {most} {what}");
        assert!(refused.text().contains(&expected), "{path}: {}", refused.text());
    }
}

#[test]
fn a_full_group_accepts_no_member_and_keeps_those_it_has() {
    let api = api();
    fill(
        &api,
        limit::MEMBERS_PER_GROUP - 1,
        0,
        "INSERT INTO group_members (group_id, email, created_at, welcomed_at) \
         SELECT (SELECT id FROM distribution_groups WHERE name = 'QA'), 'm' || i || '@slipway.example', 0, 0 FROM n",
    );
    let add = |emails: &[&str]| {
        api.post(&app(route::MEMBERS, &["QA"]), &json!({ "user_emails": emails })).status.as_u16()
    };
    assert_eq!(add(&["una@slipway.example", "uwe@slipway.example"]), 409, "all of them or none");
    assert_eq!(add(&["una@slipway.example", "UNA@slipway.example", "m1@slipway.example"]), 200);
    assert_eq!(add(&["uwe@slipway.example"]), 409);
    assert_eq!(add(&["m2@slipway.example"]), 200, "a member stays a member");
    api.run_jobs();
    assert_eq!(api.platform.emails().len(), 1);
}

#[test]
fn an_address_that_is_listed_often_gets_one_email() {
    let api = api();
    let many = json!({ "user_emails": vec!["tess@slipway.example"; 100] });
    let added = api.post(&app(route::MEMBERS, &["QA"]), &many).json();
    assert_eq!(added.as_array().unwrap().len(), 100, "each is answered");
    for _ in 0..3 {
        assert_eq!(api.post(&app(route::RESEND_INVITE, &["QA"]), &many).status, 204);
    }
    api.run_jobs();
    assert_eq!(api.platform.emails().len(), 1, "the e-mail was sent a moment ago");
    api.platform.advance(limit::SAME_EMAIL_MS + 1);
    for _ in 0..3 {
        api.post(&app(route::RESEND_INVITE, &["QA"]), &many);
    }
    api.run_jobs();
    assert_eq!(api.platform.emails().len(), 2);
    let more = json!({ "user_emails": vec!["tess@slipway.example"; 501] });
    assert_eq!(api.post(&app(route::MEMBERS, &["QA"]), &more).status, 400);
}

#[test]
fn an_unsubscribed_address_gets_no_welcome_email() {
    let api = api();
    api.platform.sqlite().execute(
        "INSERT INTO unsubscribed SELECT id, 'tess@slipway.example', 0 FROM apps WHERE name = 'one'",
    );
    let emails = json!({"user_emails": ["Tess@slipway.example", "tom@slipway.example"]});
    assert_eq!(api.post(&app(route::MEMBERS, &["QA"]), &emails).json()[0]["status"], 200);
    api.platform.advance(limit::SAME_EMAIL_MS + 1);
    assert_eq!(api.post(&app(route::RESEND_INVITE, &["QA"]), &emails).status, 204);
    api.run_jobs();
    let notified: Vec<String> = api.platform.emails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(notified, ["tom@slipway.example", "tom@slipway.example"]);
}

#[test]
fn an_email_field_accepts_one_address_only() {
    let api = api();
    let bad = ["a@x.com,b@y.com", "<a>b@y.com", "a@b@c.de", "a..b@c.de", "a@-b.de", "a@b", "ä@c.de"];
    let answers = api.post(&app(route::MEMBERS, &["QA"]), &json!({ "user_emails": bad })).json();
    for (email, response) in bad.iter().zip(answers.as_array().unwrap()) {
        assert_eq!(response["status"], 400, "{email}");
        let tester = api.post(&app(route::RELEASE_TESTERS, &["1"]), &json!({ "email": email }));
        assert_eq!(tester.status, 400, "{email}");
    }
}

#[test]
fn build_metadata_is_truncated_and_a_signature_is_not() {
    let api = api();
    let long = "é".repeat(5000);
    let body = json!({"build": {"branch_name": long, "commit_hash": long, "commit_message": long}});
    for method in [Method::PUT, Method::PATCH] {
        assert_eq!(api.call(method, &app(route::RELEASE, &["1"]), &body).status, 200);
        let build = &api.get(&app(route::RELEASE, &["1"])).json()["build"];
        let lengths = ["branch_name", "commit_hash", "commit_message"]
            .map(|key| build[key].as_str().unwrap().chars().count());
        assert_eq!(lengths, [255, 255, 1000]);
    }
    let signed = |length: usize| {
        let body = json!({"metadata": {"ed_signature": "a".repeat(length)}});
        api.call(Method::PATCH, &app(route::RELEASE, &["1"]), &body).status.as_u16()
    };
    assert_eq!((signed(1000), signed(1001)), (200, 400));
}

#[test]
fn a_track_is_validated_for_every_store() {
    let api = api();
    let make = |track: &str| {
        let store = json!({"type": "intune", "track": track, "intune_details": {}});
        api.post(&app(route::STORES, &[]), &store).status.as_u16()
    };
    assert_eq!(make("fieldwork"), 201);
    for bad in ["", "..", "a\u{7}b", &"a".repeat(101)] {
        assert_eq!(make(bad), 400, "{bad}");
    }
}
