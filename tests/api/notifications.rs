//! Notifications about releases: recipients, repetitions, and destinations that are deleted meanwhile.

use http::Method;
use protocol::route;
use serde_json::{Value, json};
use testkit::Api;

/// A path of ann's app `one`.
fn app(template: &str, segments: &[&str]) -> String {
    route::path(template, &[&["ann", "one"], segments].concat())
}

/// The app `one` with the release 1 and the group `QA`, whose member is tess.
fn api() -> Api {
    let api = Api::new();
    api.create_app("one", None);
    release(&api, "1.0");
    api.post(&app(route::GROUPS, &[]), &json!({"name": "QA"}));
    api.post(&app(route::MEMBERS, &["QA"]), &json!({"user_emails": ["tess@slipway.example"]}));
    api.run_jobs();
    api
}

/// One more release.
fn release(api: &Api, version: &str) {
    let external = json!({"external_download_url": format!("https://dl.mycorp.com/{version}"), "build_version": version});
    assert_eq!(api.post(&app(route::RELEASES, &[]), &external).status, 201);
}

fn group(api: &Api, name: &str) -> String {
    api.get(&app(route::GROUP, &[name])).json()["id"].as_str().unwrap().to_owned()
}

/// Distributes a release to a group.
fn distribute(api: &Api, release: &str, group: &str) {
    assert_eq!(api.post(&app(route::RELEASE_GROUPS, &[release]), &json!({ "id": group })).status, 201);
}

/// An account with the permission of a viewer.
fn collaborator(api: &Api, name: &str) {
    api.platform.sqlite().execute(&format!(
        "INSERT INTO accounts (id, name, display_name, email, created_at) \
         VALUES ('{name}', '{name}', '{name}', '{name}@slipway.example', 0); \
         INSERT INTO app_collaborators SELECT id, '{name}', 'viewer', 0 FROM apps WHERE name = 'one'"
    ));
}

/// The recipients of all e-mails since the first `n_before`, sorted.
fn notified(api: &Api, n_before: usize) -> Vec<String> {
    api.run_jobs();
    let mut notified: Vec<_> = api.platform.emails()[n_before..].iter().map(|mail| mail.to.clone()).collect();
    notified.sort();
    notified
}

#[test]
fn everyone_with_access_to_an_app_is_notified_with_its_collaborators() {
    let api = api();
    collaborator(&api, "cara");
    let before = api.platform.emails().len();
    distribute(&api, "1", &group(&api, "Collaborators"));
    assert_eq!(notified(&api, before), ["ann@slipway.example", "cara@slipway.example"]);
    let mine = api.get(&app(route::RELEASES_BY_TESTER, &[])).json();
    assert_eq!(mine[0]["id"], 1, "the owner gets it as a tester: {mine}");
    let testers = api.get(&app(route::APP_TESTERS, &[])).text();
    assert!(testers.contains("ann@slipway.example") && testers.contains("cara@slipway.example"), "{testers}");
}

#[test]
fn the_admins_of_an_organization_are_collaborators_of_its_apps() {
    let api = Api::new();
    api.post(route::ORGS, &json!({"name": "acme"}));
    let made = json!({"display_name": "one", "os": "Android", "platform": "Java"});
    assert_eq!(api.post(&route::path(route::ORG_APPS, &["acme"]), &made).status, 201);
    api.platform.sqlite().execute(
        "INSERT INTO accounts (id, name, display_name, email, created_at) VALUES \
         ('amy', 'amy', 'Amy', 'amy@slipway.example', 0), ('moe', 'moe', 'Moe', 'moe@slipway.example', 0); \
         INSERT INTO org_members SELECT id, 'amy', 'admin', 0 FROM accounts WHERE name = 'acme'; \
         INSERT INTO org_members SELECT id, 'moe', 'member', 0 FROM accounts WHERE name = 'acme'",
    );
    let external = json!({"external_download_url": "https://dl.mycorp.com/1", "build_version": "1.0"});
    api.post(&route::path(route::RELEASES, &["acme", "one"]), &external);
    let members = api.get(&route::path(route::MEMBERS, &["acme", "one", "Collaborators"])).json();
    let emails: Vec<_> = members.as_array().unwrap().iter().map(|member| &member["email"]).collect();
    assert_eq!(emails, ["amy@slipway.example", "ann@slipway.example"]);
    let nil = json!({ "id": protocol::NIL_GROUP_ID });
    assert_eq!(api.post(&route::path(route::RELEASE_GROUPS, &["acme", "one", "1"]), &nil).status, 201);
    assert_eq!(notified(&api, 0), ["amy@slipway.example", "ann@slipway.example"]);
    let testers = api.get(&route::path(route::ORG_TESTERS, &["acme"])).text();
    assert!(testers.contains("amy@slipway.example") && !testers.contains("moe@slipway.example"), "{testers}");
}

#[test]
fn a_collaborator_who_is_in_the_group_as_well_is_notified_once() {
    let api = api();
    let emails = json!({"user_emails": ["ANN@slipway.example"]});
    api.post(&app(route::MEMBERS, &["Collaborators"]), &emails);
    api.run_jobs();
    let before = api.platform.emails().len();
    distribute(&api, "1", &group(&api, "Collaborators"));
    assert_eq!(notified(&api, before), ["ann@slipway.example"]);
    assert_eq!(api.get(&app(route::MEMBERS, &["Collaborators"])).json().as_array().unwrap().len(), 1);
}

#[test]
fn the_remains_of_a_deleted_destination_do_not_break_the_list() {
    let api = api();
    distribute(&api, "1", &group(&api, "QA"));
    api.platform.sqlite().execute(
        "INSERT INTO release_destinations (app_id, release_id, kind, destination_id, distributed_at) \
         SELECT id, 1, 'group', 'gone', 0 FROM apps",
    );
    let listed = api.get(&app(route::RELEASES, &[]));
    assert_eq!(listed.status, 200, "{}", listed.text());
    assert_eq!(listed.json()[0]["destinations"].as_array().unwrap().len(), 1);
    assert_eq!(api.get(&app(route::RELEASE, &["1"])).status, 200);
}

#[test]
fn a_group_that_is_deleted_during_distribution_gets_nothing() {
    let api = api();
    api.platform.sqlite().execute(
        "CREATE TRIGGER meanwhile AFTER UPDATE ON releases BEGIN \
         DELETE FROM group_members WHERE group_id IN (SELECT id FROM distribution_groups WHERE name = 'QA'); \
         DELETE FROM distribution_groups WHERE name = 'QA'; END",
    );
    let body = json!({"destinations": [{"name": "QA"}, {"name": "Collaborators"}]});
    let response = api.call(Method::PATCH, &app(route::RELEASE, &["1"]), &body);
    assert_eq!((response.status.as_u16(), &response.json()["code"]), (404, &json!("not_found")));
    let release = api.get(&app(route::RELEASE, &["1"])).json();
    assert_eq!(release["destinations"].as_array().unwrap().len(), 1);
    assert_eq!(api.platform.sqlite().rows("SELECT 1 FROM release_destinations").len(), 1);
}

#[test]
fn a_destination_that_is_named_twice_is_notified_once() {
    let api = api();
    let hook = json!({"name": "chat", "url": "https://hooks.mycorp.com/T1"});
    assert_eq!(api.post(&app(route::WEBHOOKS, &[]), &hook).status, 201);
    let before = api.platform.emails().len();
    let body = json!({"destinations": [{"name": "QA"}, {"id": group(&api, "QA")}], "destination_name": "qa"});
    api.platform.count_writes(None);
    assert_eq!(api.call(Method::PATCH, &app(route::RELEASE, &["1"]), &body).status, 200);
    assert_eq!(api.platform.writes(), ["batch", "send"], "one job");
    assert_eq!(notified(&api, before), ["tess@slipway.example"]);
    assert_eq!(api.platform.webhook_requests().len(), 1);
    let many: Vec<Value> = (0..101).map(|_| json!({"name": "QA"})).collect();
    let refused = api.call(Method::PATCH, &app(route::RELEASE, &["1"]), &json!({ "destinations": many }));
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("at most 100 destinations"), "{}", refused.text());
}

#[test]
fn a_large_group_that_gets_a_release_several_times_is_notified_once() {
    let api = api();
    let hook = json!({"name": "chat", "url": "https://hooks.mycorp.com/T1"});
    assert_eq!(api.post(&app(route::WEBHOOKS, &[]), &hook).status, 201);
    let emails: Vec<String> = (0..250).map(|n| format!("t{n:03}@slipway.example")).collect();
    api.post(&app(route::MEMBERS, &["QA"]), &json!({ "user_emails": emails }));
    api.run_jobs();
    let before = api.platform.emails().len();
    for _ in 0..3 {
        distribute(&api, "1", &group(&api, "QA"));
    }
    let notified = notified(&api, before);
    assert_eq!(notified.len(), 251);
    assert!(notified.windows(2).all(|pair| pair[0] != pair[1]));
    let ids: Vec<_> = api.platform.sqlite().rows("SELECT id FROM webhook_deliveries");
    assert_eq!((api.platform.webhook_requests().len(), ids.len()), (1, 1));
}

#[test]
fn a_release_that_is_removed_and_distributed_again_is_notified_again() {
    let api = api();
    let hook = json!({"name": "chat", "url": "https://hooks.mycorp.com/T1"});
    api.post(&app(route::WEBHOOKS, &[]), &hook);
    let (before, qa) = (api.platform.emails().len(), group(&api, "QA"));
    distribute(&api, "1", &qa);
    api.run_jobs();
    api.call(Method::DELETE, &app(route::RELEASE_GROUP, &["1", &qa]), &Value::Null);
    api.platform.advance(1000);
    distribute(&api, "1", &qa);
    assert_eq!(notified(&api, before).len(), 2);
    assert_eq!(api.platform.webhook_requests().len(), 2);
}

#[test]
fn testers_are_not_notified_of_a_disabled_release_until_it_is_distributed_again() {
    let api = api();
    let (before, qa) = (api.platform.emails().len(), group(&api, "QA"));
    let switch = |on: bool| {
        api.call(Method::PUT, &app(route::RELEASE, &["1"]), &json!({ "enabled": on }));
    };
    switch(false);
    distribute(&api, "1", &qa);
    assert_eq!(notified(&api, before), [""; 0]);
    switch(true);
    distribute(&api, "1", &qa);
    assert_eq!(notified(&api, before), ["tess@slipway.example"]);
}

#[test]
fn webhooks_say_whether_the_update_is_mandatory_for_that_group() {
    let api = api();
    api.post(&app(route::WEBHOOKS, &[]), &json!({"name": "chat", "url": "https://hooks.mycorp.com/T1"}));
    let add = json!({"id": group(&api, "QA"), "mandatory_update": true});
    assert_eq!(api.post(&app(route::RELEASE_GROUPS, &["1"]), &add).status, 201);
    distribute(&api, "1", &group(&api, "Collaborators"));
    api.run_jobs();
    let mut received: Vec<(String, bool)> = Vec::new();
    for request in api.platform.webhook_requests() {
        let body: Value = serde_json::from_str(&request.body).unwrap();
        let id = body["distribution_group_id"].as_str().unwrap().to_owned();
        received.push((id, body["mandatory_update"].as_bool().unwrap()));
    }
    assert_eq!(received, [(group(&api, "QA"), true), (group(&api, "Collaborators"), false)]);
}

#[test]
fn the_delivery_log_of_a_webhook_keeps_the_newest_100() {
    let api = api();
    api.post(&app(route::WEBHOOKS, &[]), &json!({"name": "chat", "url": "https://hooks.mycorp.com/T1"}));
    api.platform.sqlite().execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150) \
         INSERT INTO webhook_deliveries (id, webhook_id, release_id, payload, attempts, created_at) \
         SELECT 'd' || i, (SELECT id FROM webhooks), 1, '{}', 7, i FROM n",
    );
    distribute(&api, "1", &group(&api, "QA"));
    api.run_jobs();
    let sqlite = api.platform.sqlite();
    assert_eq!(sqlite.rows("SELECT COUNT(*), MIN(created_at) FROM webhook_deliveries"), ["100 52"]);
    assert_eq!(sqlite.rows("SELECT 1 FROM webhook_deliveries WHERE delivered_at IS NOT NULL").len(), 1);
}

#[test]
fn the_ids_in_the_list_of_testers_are_those_that_remove_them() {
    let api = api();
    collaborator(&api, "cara");
    for email in ["tina@slipway.example", "cara@slipway.example", "tess@slipway.example"] {
        assert_eq!(api.post(&app(route::RELEASE_TESTERS, &["1"]), &json!({ "email": email })).status, 201);
    }
    let listed = api.get(&app(route::APP_TESTERS, &[])).json();
    let id = |email: &str| {
        let found = listed.as_array().unwrap().iter().find(|tester| tester["email"] == email);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let delete = |id: &str| api.call(Method::DELETE, &app(route::APP_TESTER, &[id]), &Value::Null).status;
    assert_eq!(delete(&id("tina@slipway.example")), 200);
    assert_eq!(delete("cara"), 200, "by the account");
    assert_eq!(delete("tess@slipway.example"), 200, "by the address");
    assert_eq!(delete("tess@slipway.example"), 404);
    assert_eq!(api.get(&app(route::RELEASE, &["1"])).json()["destinations"], json!([]));
}

#[test]
fn the_list_of_releases_is_limited_and_filtered_in_the_spellings_of_clients() {
    let api = api();
    for version in ["2.0", "3.0"] {
        release(&api, version);
    }
    distribute(&api, "2", &group(&api, "QA"));
    let ids = |query: &str| -> Vec<i64> {
        let listed = api.get(&format!("{}?{query}", app(route::RELEASES, &[]))).json();
        listed.as_array().unwrap().iter().map(|release| release["id"].as_i64().unwrap()).collect()
    };
    for (query, expected) in [
        ("", &[3, 2, 1][..]),
        ("top=2", &[3, 2]),
        ("top=0", &[]),
        ("published_only=True", &[2]),
        ("published_only=1&top=1", &[2]),
        ("published_only=false", &[3, 2, 1]),
        ("release_id=1", &[1]),
        ("release_id=9", &[]),
    ] {
        assert_eq!(ids(query), expected, "{query}");
    }
    let listed = api.get(&format!("{}?release_id=2", app(route::RELEASES, &[]))).json();
    assert_eq!(listed[0]["distribution_groups"][0]["name"], "QA");
    assert_eq!(api.get(&format!("{}?published_only=maybe", app(route::RELEASES, &[]))).status, 400);
    assert_eq!(api.get(&app(route::GROUP_RELEASE, &["QA", "3"])).status, 404);
    assert_eq!(api.get(&app(route::GROUP_RELEASE, &["QA", "two"])).status, 404);
}

#[test]
fn an_app_that_is_named_twice_is_shared_with_once() {
    let api = Api::new();
    api.post(route::ORGS, &json!({"name": "acme"}));
    let made = json!({"display_name": "one", "os": "Android", "platform": "Java"});
    api.post(&route::path(route::ORG_APPS, &["acme"]), &made);
    api.post(&route::path(route::ORG_GROUPS, &["acme"]), &json!({"name": "Field"}));
    let path = route::path(route::ORG_GROUP_APPS, &["acme", "Field"]);
    assert_eq!(api.post(&path, &json!({"apps": [{"name": "one"}, {"name": "ONE"}]})).status, 204);
    assert_eq!(api.get(&path).json().as_array().unwrap().len(), 1);
    let many: Vec<Value> = (0..501).map(|n| json!({"name": format!("a{n}")})).collect();
    assert_eq!(api.post(&path, &json!({ "apps": many })).status, 400);
}

#[test]
fn no_group_and_no_store_has_a_name_that_urls_drop() {
    let api = api();
    for name in [".", ".."] {
        assert_eq!(api.post(&app(route::GROUPS, &[]), &json!({ "name": name })).status, 400);
        let store = json!({"type": "googleplay", "track": "beta", "name": name});
        assert_eq!(api.post(&app(route::STORES, &[]), &store).status, 400);
        let renamed = api.call(Method::PATCH, &app(route::GROUP, &["QA"]), &json!({ "name": name }));
        assert_eq!(renamed.status, 400);
    }
}
