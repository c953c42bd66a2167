//! Destinations of releases: groups and their members, testers, stores; and the notifications and webhooks that follow.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use protocol::{header, route};
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::{Api, Fault, When};

/// An app `one` with the release 1 and the group `QA` of two people.
fn api() -> Api {
    let api = Api::new();
    api.create_app("one", None);
    api.release("one");
    api.post(&app(route::GROUPS, &[]), &json!({"name": "QA"}));
    let emails = json!({"user_emails": ["Tess@slipway.example", "tom@slipway.example"]});
    assert_eq!(api.post(&app(route::MEMBERS, &["QA"]), &emails).status, 200);
    api.run_jobs();
    api
}

/// A path of the app.
fn app(template: &str, segments: &[&str]) -> String {
    route::path(template, &[&["ann", "one"], segments].concat())
}

fn group_id(api: &Api, name: &str) -> String {
    api.get(&app(route::GROUP, &[name])).json()["id"].as_str().expect("a group").to_owned()
}

/// The addresses of all e-mails since the first `n_before`.
fn notified(api: &Api, n_before: usize) -> Vec<String> {
    api.run_jobs();
    let emails = api.platform.emails();
    emails[n_before..].iter().map(|mail| mail.to.clone()).collect()
}

#[test]
fn members_are_added_listed_and_removed_with_a_status_for_each() {
    let api = api();
    let path = app(route::MEMBERS, &["qa"]);
    let listed = api.get(&path).json();
    assert_eq!(
        (&listed[0]["email"], &listed[0]["invite_pending"]),
        (&json!("tess@slipway.example"), &json!(true))
    );
    assert_eq!(api.get(&format!("{path}?exclude_pending_invitations=true")).json(), json!([]));
    let added = api.post(&path, &json!({"user_emails": ["ann@slipway.example", "nonsense"]})).json();
    assert_eq!((&added[0]["status"], &added[0]["invite_pending"]), (&json!(200), &json!(false)));
    assert_eq!((&added[1]["status"], &added[1]["user_email"]), (&json!(400), &json!("nonsense")));
    assert_eq!(api.get(&path).json().as_array().unwrap().len(), 3);
    let emails = json!({"user_emails": ["TOM@slipway.example", "who@slipway.example"]});
    let removed = api.post(&app(route::MEMBERS_BULK_DELETE, &["QA"]), &emails).json();
    assert_eq!((&removed[0]["status"], &removed[1]["status"]), (&json!(200), &json!(404)));
    assert_eq!(api.get(&path).json().as_array().unwrap().len(), 2);
    assert_eq!(api.post(&path, &json!({"user_emails": []})).status, 400);
}

#[test]
fn new_members_get_one_email() {
    let api = api();
    assert_eq!(notified(&api, 0), ["tess@slipway.example", "tom@slipway.example"]);
    api.post(&app(route::MEMBERS, &["QA"]), &json!({"user_emails": ["tess@slipway.example"]}));
    assert_eq!(notified(&api, 2), Vec::<String>::new());
    let again = json!({"user_emails": ["tess@slipway.example", "who@slipway.example"]});
    api.platform.advance(protocol::limit::SAME_EMAIL_MS + 1);
    assert_eq!(api.post(&app(route::RESEND_INVITE, &["QA"]), &again).status, 204);
    assert_eq!(notified(&api, 2), ["tess@slipway.example"]);
}

#[test]
fn every_app_keeps_its_first_group_and_others_are_renamed_and_deleted() {
    let api = api();
    let first = app(route::GROUP, &["collaborators"]);
    assert_eq!(api.call(Method::DELETE, &first, &Value::Null).status, 409);
    assert_eq!(api.call(Method::PATCH, &first, &json!({"name": "X"})).status, 409);
    assert_eq!(api.get(&app(route::MEMBERS, &["Collaborators"])).json()[0]["email"], "ann@slipway.example");
    let path = app(route::GROUP, &["QA"]);
    let changed = api.call(Method::PATCH, &path, &json!({"name": "QA team", "is_public": true})).json();
    assert_eq!((&changed["name"], &changed["is_public"]), (&json!("QA team"), &json!(true)));
    assert_eq!(api.get(&path).status, 404);
    let path = app(route::GROUP, &["QA team"]);
    assert_eq!(api.call(Method::PATCH, &path, &json!({"name": "collaborators"})).status, 409);
    assert_eq!(api.call(Method::DELETE, &path, &Value::Null).status, 204);
    assert_eq!(api.get(&app(route::GROUPS, &[])).json().as_array().unwrap().len(), 1);
}

#[test]
fn a_group_is_notified_of_a_release_once() {
    let api = api();
    let add = json!({"id": group_id(&api, "QA")});
    for _ in 0..2 {
        assert_eq!(api.post(&app(route::RELEASE_GROUPS, &["1"]), &add).status, 201);
    }
    assert_eq!(notified(&api, 2), ["tess@slipway.example", "tom@slipway.example"]);
    let email = &api.platform.emails()[2];
    assert!(email.subject.contains("one Version 1.0 (1)"), "{}", email.subject);
    let install = email.text.lines().find(|line| line.contains("/install/")).unwrap();
    let page =
        api.send(Method::GET, install.strip_prefix("https://slipway.example").unwrap(), &[], Bytes::new());
    assert_eq!(page.status, 200);
    assert!(email.html.contains(install));
}

#[test]
fn unsubscribed_testers_are_not_notified() {
    let api = api();
    let quiet = json!({"id": group_id(&api, "QA"), "notify_testers": false});
    api.post(&app(route::RELEASE_GROUPS, &["1"]), &quiet);
    assert_eq!(notified(&api, 2), Vec::<String>::new());
    api.post(&app(route::RELEASE_GROUPS, &["1"]), &json!({"id": group_id(&api, "QA")}));
    assert_eq!(notified(&api, 2).len(), 2);
    let stop = api.platform.emails()[2].unsubscribe.clone().unwrap();
    let stop = stop.strip_prefix("https://slipway.example").unwrap();
    let call =
        |method| api.send(method, stop, &[], Bytes::from("List-Unsubscribe=One-Click")).status.as_u16();
    assert_eq!(call(Method::GET), 200);
    api.release("one");
    api.post(&app(route::RELEASE_GROUPS, &["2"]), &json!({"id": group_id(&api, "QA")}));
    assert_eq!(notified(&api, 4).len(), 2, "a link that was only opened ends nothing");
    assert_eq!(call(Method::POST), 200);
    api.release("one");
    api.post(&app(route::RELEASE_GROUPS, &["3"]), &json!({"id": group_id(&api, "QA")}));
    assert_eq!(notified(&api, 6), ["tom@slipway.example"]);
    let forged = format!("{stop}x");
    assert_eq!(api.send(Method::POST, &forged, &[], Bytes::new()).status, 404);
}

#[test]
fn a_large_group_is_notified_whatever_fails() {
    for (operation, when) in [("send", When::Before), ("send", When::After), ("batch", When::Before)] {
        let api = api();
        let emails: Vec<String> = (0..250).map(|n| format!("t{n:03}@slipway.example")).collect();
        api.post(&app(route::MEMBERS, &["QA"]), &json!({ "user_emails": emails }));
        api.run_jobs();
        let before = api.platform.emails().len();
        api.post(&app(route::RELEASE_GROUPS, &["1"]), &json!({"id": group_id(&api, "QA")}));
        api.platform.fail(Fault { operation, when, times: 1 });
        let mut notified = notified(&api, before);
        notified.sort();
        notified.dedup();
        assert_eq!(notified.len(), 252, "{operation} {when:?}");
    }
}

#[test]
fn a_tester_gets_a_release_by_email_address_and_can_be_removed() {
    let api = api();
    let path = app(route::RELEASE_TESTERS, &["1"]);
    let given = api.post(&path, &json!({"email": "tina@slipway.example", "mandatory_update": true}));
    assert_eq!((given.status.as_u16(), &given.json()["mandatory_update"]), (201, &json!(true)));
    assert_eq!(notified(&api, 2), ["tina@slipway.example"]);
    let id = given.json()["id"].as_str().unwrap().to_owned();
    let release = api.get(&app(route::RELEASE, &["1"])).json();
    assert_eq!(release["destinations"][0]["destination_type"], "tester");
    assert_eq!(release["destinations"][0]["name"], "tina@slipway.example");
    assert_eq!(
        api.post(&path, &json!({"email": "TINA@slipway.example"})).json()["id"],
        json!(id),
        "the same tester"
    );
    assert!(api.get(&app(route::APP_TESTERS, &[])).text().contains("tina@slipway.example"));
    let one = app(route::RELEASE_TESTER, &["1", &id]);
    assert_eq!(api.call(Method::PUT, &one, &json!({"mandatory_update": false})).status, 200);
    assert_eq!(api.call(Method::DELETE, &one, &Value::Null).status, 200);
    assert_eq!(api.call(Method::DELETE, &one, &Value::Null).status, 404);
    assert_eq!(api.call(Method::DELETE, &app(route::APP_TESTER, &[&id]), &Value::Null).status, 200);
}

#[test]
fn one_call_distributes_a_release_to_several_groups_and_changes_it() {
    let api = api();
    let body = json!({"destinations": [{"name": "qa"}, {"name": "Collaborators"}], "release_notes": "new",
                      "mandatory_update": true, "build": {"branch_name": "main", "commit_hash": "abc"}});
    let response = api.call(Method::PATCH, &app(route::RELEASE, &["1"]), &body);
    assert_eq!((response.status.as_u16(), &response.json()["release_notes"]), (200, &json!("new")));
    let release = api.get(&app(route::RELEASE, &["1"])).json();
    assert_eq!(release["distribution_groups"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&release["mandatory_update"], &release["build"]["branch_name"]),
        (&json!(true), &json!("main"))
    );
    let unknown = json!({"destinations": [{"name": "QA"}, {"name": "unknown"}], "release_notes": "lost"});
    let refused = api.call(Method::PATCH, &app(route::RELEASE, &["1"]), &unknown);
    assert_eq!(refused.status, 400);
    assert_eq!(
        api.get(&app(route::RELEASE, &["1"])).json()["release_notes"],
        "new",
        "nothing is done by half"
    );
}

#[test]
fn a_group_lists_its_releases() {
    let api = api();
    let id = group_id(&api, "QA");
    api.post(&app(route::RELEASE_GROUPS, &["1"]), &json!({"id": id, "mandatory_update": true}));
    let listed = api.get(&app(route::GROUP_RELEASES, &["QA"])).json();
    assert_eq!((&listed[0]["id"], &listed[0]["mandatory_update"]), (&json!(1), &json!(true)));
    let latest = api.get(&app(route::GROUP_RELEASE, &["QA", "latest"])).json();
    assert_eq!((&latest["id"], &latest["distribution_group_id"]), (&json!(1), &json!(id)));
    api.call(Method::PUT, &app(route::RELEASE, &["1"]), &json!({"enabled": false}));
    assert_eq!(api.get(&app(route::GROUP_RELEASE, &["QA", "latest"])).status, 404, "it is switched off");
    assert_eq!(api.get(&app(route::GROUP_RELEASE, &["QA", "1"])).status, 200);
    assert_eq!(api.call(Method::DELETE, &app(route::GROUP_RELEASE, &["QA", "1"]), &Value::Null).status, 200);
    assert_eq!(api.get(&app(route::GROUP_RELEASES, &["QA"])).json(), json!([]));
}

#[test]
fn a_deleted_release_frees_its_package_and_its_number_is_not_reused() {
    let api = api();
    api.post(&app(route::RELEASE_GROUPS, &["1"]), &json!({"id": group_id(&api, "QA")}));
    api.post(&app(route::INSTALL_LINKS, &["1"]), &Value::Null);
    assert_eq!(api.call(Method::DELETE, &app(route::RELEASE, &["1"]), &Value::Null).status, 200);
    api.run_jobs();
    assert_eq!(api.platform.object_storage().paths(), Vec::<String>::new());
    assert_eq!(api.get(&app(route::RELEASE, &["1"])).status, 404);
    assert_eq!(api.release("one"), 2);
}

#[test]
fn a_build_hosted_elsewhere_is_a_release_for_groups_and_testers() {
    let api = api();
    let request = json!({"external_download_url": "https://dl.mycorp.com/calc/42", "build_version": "1.12",
                         "build_number": "87324"});
    let made = api.post(&app(route::RELEASES, &[]), &request);
    assert_eq!(made.status, 201, "{}", made.text());
    let release = made.json();
    assert_eq!((&release["short_version"], &release["version"]), (&json!("1.12"), &json!("87324")));
    assert_eq!((&release["is_external_build"], &release["size"]), (&json!(true), &Value::Null));
    assert_eq!(
        (&release["download_url"], &release["fingerprint"]),
        (&request["external_download_url"], &Value::Null)
    );
    assert_eq!(
        api.post(&app(route::RELEASE_GROUPS, &["2"]), &json!({"id": group_id(&api, "QA")})).status,
        201
    );
    assert_eq!(notified(&api, 2).len(), 2);
    let link =
        api.post(&app(route::INSTALL_LINKS, &["2"]), &Value::Null).json()["url"].as_str().unwrap().to_owned();
    let path = link.strip_prefix("https://slipway.example").unwrap().to_owned() + "/download";
    let redirect = api.send(Method::GET, &path, &[], Bytes::new());
    assert_eq!(
        (redirect.status.as_u16(), redirect.headers["location"].to_str().unwrap()),
        (307, "https://dl.mycorp.com/calc/42")
    );
    for url in
        ["http://dl.mycorp.com/x", "https://127.0.0.1/x", "https://intranet.local/x", "javascript:alert(1)"]
    {
        let bad = json!({"external_download_url": url, "build_version": "1"});
        let refused = api.post(&app(route::RELEASES, &[]), &bad);
        assert_eq!(refused.status, 400, "{url}");
        assert!(refused.text().contains("external_download_url: expected"), "{}", refused.text());
    }
    assert_eq!(
        api.post(
            &app(route::RELEASES, &[]),
            &json!({"external_download_url": "https://a.com/", "build_version": ""})
        )
        .status,
        400
    );
}

#[test]
fn a_store_is_a_record_and_reports_that_no_connector_exists() {
    let api = api();
    let store = json!({"type": "googleplay", "track": "beta"});
    let made = api.post(&app(route::STORES, &[]), &store);
    assert_eq!((made.status.as_u16(), &made.json()["name"]), (201, &json!("Beta")));
    assert_eq!(api.post(&app(route::STORES, &[]), &store).status, 409);
    assert_eq!(api.post(&app(route::STORES, &[]), &json!({"type": "apple", "track": "gamma"})).status, 400);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(api.post(&app(route::RELEASE_STORES, &["1"]), &json!({ "id": id })).status, 201);
    let status = app(route::STORE_RELEASE_STATUS, &["beta", "1"]);
    assert_eq!(api.get(&status).json()["status"]["status"], "processing");
    api.run_jobs();
    assert_eq!(api.get(&status).json()["status"]["status"], "failed");
    let why = api.get(&app(route::STORE_RELEASE_ERROR, &["beta", "1"])).json();
    assert!(why["message"].as_str().unwrap().contains("no connector to Google Play"), "{why}");
    let release = api.get(&app(route::RELEASE, &["1"])).json();
    assert_eq!(release["distribution_stores"][0]["publishing_status"], "failed");
    api.post(
        &app(route::RELEASES, &[]),
        &json!({"external_download_url": "https://a.com/x", "build_version": "1"}),
    );
    let external = api.post(&app(route::RELEASE_STORES, &["2"]), &json!({ "id": id }));
    assert_eq!(external.status, 400);
    assert!(external.text().contains("hosted elsewhere"));
    assert_eq!(api.call(Method::DELETE, &app(route::STORE, &["beta"]), &Value::Null).status, 204);
    assert_eq!(api.get(&app(route::STORES, &[])).json(), json!([]));
}

#[test]
fn a_shared_group_reaches_the_apps_of_its_organization() {
    let api = Api::new();
    api.post(route::ORGS, &json!({"name": "acme"}));
    for name in ["one", "two"] {
        let app = json!({"display_name": name, "os": "Android", "platform": "Java"});
        assert_eq!(api.post(&route::path(route::ORG_APPS, &["acme"]), &app).status, 201);
    }
    let groups = route::path(route::ORG_GROUPS, &["acme"]);
    let id = api.post(&groups, &json!({"name": "Field"})).json()["id"].as_str().unwrap().to_owned();
    let apps = route::path(route::ORG_GROUP_APPS, &["acme", "field"]);
    for _ in 0..2 {
        assert_eq!(api.post(&apps, &json!({"apps": [{"name": "one"}]})).status, 204);
    }
    assert_eq!(api.post(&apps, &json!({"apps": [{"name": "none"}]})).status, 404);
    let members = route::path(route::ORG_GROUP_MEMBERS, &["acme", "Field"]);
    api.post(&members, &json!({"user_emails": ["tess@slipway.example"]}));
    let names = |app: &str| api.get(&route::path(route::GROUPS, &["acme", app])).json().to_string();
    assert!(names("one").contains("Field") && !names("two").contains("Field"));
    let foreign = route::path(route::GROUP, &["acme", "one", "Field"]);
    assert_eq!(api.call(Method::DELETE, &foreign, &Value::Null).status, 403, "it is the organization's");
    let external = json!({"external_download_url": "https://a.com/x", "build_version": "1"});
    for (app, expected) in [("one", 201), ("two", 404)] {
        api.post(&route::path(route::RELEASES, &["acme", app]), &external);
        let path = route::path(route::RELEASE_GROUPS, &["acme", app, "1"]);
        assert_eq!(api.post(&path, &json!({ "id": id })).status.as_u16(), expected);
    }
    let details = api.get(&route::path(route::ORG_GROUPS_DETAILS, &["acme"])).json();
    assert_eq!((&details[0]["total_apps_count"], &details[0]["total_users_count"]), (&json!(1), &json!(1)));
    let remove = route::path(route::ORG_GROUP_APPS_BULK_DELETE, &["acme", "Field"]);
    assert_eq!(api.post(&remove, &json!({"apps": [{"name": "one"}]})).status, 204);
    assert!(!names("one").contains("Field"));
    assert!(api.get(&route::path(route::ORG_TESTERS, &["acme"])).text().contains("tess@slipway.example"));
}

#[test]
fn webhooks_are_signed_and_delivered_again_until_they_succeed() {
    let api = api();
    let hooks = app(route::WEBHOOKS, &[]);
    assert_eq!(api.post(&hooks, &json!({"name": "chat", "url": "https://localhost/x"})).status, 400);
    let made = api.post(&hooks, &json!({"name": "chat", "url": "https://hooks.mycorp.com/T1"}));
    assert_eq!(made.status, 201);
    let (id, secret) =
        (made.json()["id"].as_str().unwrap().to_owned(), made.json()["secret"].as_str().unwrap().to_owned());
    assert!(!api.get(&hooks).text().contains(&secret), "it is shown once");
    api.platform.respond_to_webhooks(&[500, 302]);
    api.post(&app(route::RELEASE_GROUPS, &["1"]), &json!({"id": group_id(&api, "QA")}));
    api.run_jobs();
    let sent = api.platform.webhook_requests();
    assert_eq!(sent.len(), 3, "a redirect is no response either");
    assert!(
        sent.iter().all(|request| request.body == sent[0].body && request.headers[1] == sent[0].headers[1])
    );
    let signature = &sent[0].headers[0].1;
    let (seconds, hex) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{seconds}.{}", sent[0].body).as_bytes());
    let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((sent[0].headers[0].0, hex), (header::SIGNATURE, expected.as_str()));
    let body: Value = serde_json::from_str(&sent[0].body).unwrap();
    assert_eq!((&body["release_id"], &body["platform"]), (&json!("1"), &json!("Android")));
    assert_eq!(body["bundle_identifier"], "com.example.helloworld");
    let log = api.get(&app(route::WEBHOOK_DELIVERIES, &[&id])).json();
    assert_eq!((&log[0]["attempts"], &log[0]["status"]), (&json!(3), &json!(200)));
    assert_ne!(log[0]["delivered_at"], Value::Null);
    api.platform.respond_to_webhooks(&[500; 20]);
    api.release("one");
    api.post(&app(route::RELEASE_GROUPS, &["2"]), &json!({"id": group_id(&api, "QA")}));
    api.run_jobs();
    assert_eq!(api.platform.webhook_requests().len(), 3 + 7, "it is dropped after seven attempts");
    assert_eq!(api.call(Method::DELETE, &app(route::WEBHOOK, &[&id]), &Value::Null).status, 204);
}
