use http::Method;
use protocol::{BasicRelease, Group, NIL_GROUP_ID, route};
use serde_json::{Value, json};
use testkit::Api;
use testkit::package::corpus;

fn api_with_release() -> Api {
    let api = Api::new();
    api.create_app("one", None);
    api.release("one");
    api
}

fn group_id(api: &Api, name: &str) -> String {
    let group: Group = api.get(&route::path(route::GROUP, &["ann", "one", name])).read();
    group.id
}

fn add_group(api: &Api, release: &str, id: &str) -> testkit::ApiResponse {
    api.post(&route::path(route::RELEASE_GROUPS, &["ann", "one", release]), &json!({"id": id}))
}

#[test]
fn a_release_goes_to_a_group_with_status_201() {
    let api = api_with_release();
    let id = group_id(&api, "Collaborators");
    let response = add_group(&api, "1", &id);
    assert_eq!(response.status, 201);
    assert_eq!(
        response.json(),
        json!({"id": id, "mandatory_update": false, "provisioning_status_url": null})
    );
    assert_eq!(add_group(&api, "1", &id).status, 201, "again changes nothing");
    let details = api.get("/v0.1/apps/ann/one/releases/1").json();
    assert_eq!(details["destinations"].as_array().unwrap().len(), 1);
    assert_eq!(
        details["distribution_groups"],
        json!([{"id": id, "name": "Collaborators", "is_latest": true}])
    );
}

#[test]
fn the_nil_id_means_collaborators() {
    let api = api_with_release();
    let response = add_group(&api, "1", NIL_GROUP_ID);
    assert_eq!(response.json()["id"], group_id(&api, "Collaborators"));
}

#[test]
fn an_unknown_group_id_is_404() {
    let response = add_group(&api_with_release(), "1", "8f8f8f8f-0000-4000-8000-000000000000");
    assert_eq!(
        (response.status.as_u16(), &response.json()["code"]),
        (404, &"distribution_group_not_found".into())
    );
}

#[test]
fn releases_are_listed_newest_first_and_only_the_newest_is_latest() {
    let api = api_with_release();
    api.release("one");
    api.release("one");
    for release in ["1", "2"] {
        add_group(&api, release, NIL_GROUP_ID);
    }
    let releases: Vec<BasicRelease> = api.get("/v0.1/apps/ann/one/releases").read();
    let latest = |release: &BasicRelease| release.distribution_groups.first().map(|group| group.is_latest);
    let seen: Vec<_> = releases.iter().map(|release| (release.id, latest(release))).collect();
    assert_eq!(seen, [(3, None), (2, Some(true)), (1, Some(false))]);
    let published: Vec<BasicRelease> = api.get("/v0.1/apps/ann/one/releases?published_only=true").read();
    assert_eq!(published.iter().map(|release| release.id).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn notes_are_kept_up_to_their_limit() {
    let api = api_with_release();
    let put = |body: &Value| api.call(Method::PUT, "/v0.1/apps/ann/one/releases/1", body);
    assert_eq!(put(&json!({"release_notes": "# New\n- a thing"})).status, 200);
    assert_eq!(api.get("/v0.1/apps/ann/one/releases/1").json()["release_notes"], "# New\n- a thing");
    // appcenter-cli treats a 400 as success, so longer notes are truncated instead.
    assert_eq!(put(&json!({"release_notes": "é".repeat(5001)})).status, 200);
    assert_eq!(api.get("/v0.1/apps/ann/one/releases/1").json()["release_notes"], "é".repeat(5000));
}

#[test]
fn an_update_leaves_what_it_does_not_name() {
    let api = api_with_release();
    let put = |body: &Value| api.call(Method::PUT, "/v0.1/apps/ann/one/releases/1", body).json();
    put(&json!({"enabled": false, "build": {"commit_hash": "abc"}}));
    let response = put(&json!({"release_notes": "new"}));
    assert_eq!((&response["enabled"], &response["release_notes"]), (&json!(false), &json!("new")));
    assert_eq!(api.get("/v0.1/apps/ann/one/releases/1").json()["build"]["commit_hash"], "abc");
}

#[test]
fn build_metadata_is_stored_in_either_spelling() {
    let api = api_with_release();
    for key in ["branch", "branch_name"] {
        let body = json!({"build": {"id": "7", key: "main", "commit_hash": "abc"}});
        assert_eq!(api.call(Method::PUT, "/v0.1/apps/ann/one/releases/1", &body).status, 200);
        let build = &api.get("/v0.1/apps/ann/one/releases/1").json()["build"];
        assert_eq!(*build, json!({"branch_name": "main", "commit_hash": "abc"}));
    }
}

#[test]
fn a_missing_release_is_404_and_an_invalid_number_400() {
    let api = api_with_release();
    assert_eq!(api.get("/v0.1/apps/ann/one/releases/9").status, 404);
    assert_eq!(api.get("/v0.1/apps/ann/one/releases/nine").status, 400);
    api.create_app("empty", None);
    let response = api.get("/v0.1/apps/ann/empty/releases/latest");
    assert_eq!((response.status.as_u16(), &response.json()["code"]), (404, &"no_releases_for_app".into()));
}

#[test]
fn the_sdks_find_the_keys_that_they_require() {
    let api = api_with_release();
    let details = api.get("/v0.1/apps/ann/one/releases/1").json();
    assert_eq!((&details["fileExtension"], &details["status"]), (&json!("apk"), &json!("available")));
    assert!(details["app_icon_url"].as_str().is_some_and(|url| url.contains("/icon/")));
    assert!(api.get("/v0.1/apps/ann/one").json()["icon_url"].is_string());
    assert_eq!(details["package_hashes"].as_array().unwrap().len(), 1);
    assert_eq!(details["uploaded_at"], "2026-01-01T00:00:00.000Z");
}

/// An app with a release of that ipa, and the release's details.
fn released_ipa(file: &str) -> (Api, Value) {
    let api = Api::new();
    api.create_app_for("iOS", "ios", None);
    let upload = api.upload("ios", "app.ipa", &corpus(file));
    assert_eq!(upload["release_distinct_id"], 1, "{upload}");
    let details = api.get("/v0.1/apps/ann/ios/releases/1").json();
    (api, details)
}

/// The SDKs hash values of the running app: on Android its package, version name and version code, on Apple's systems
/// the UUID of each executable, the version and the build.
#[test]
fn package_hashes_are_those_that_the_sdks_compute() {
    let android = api_with_release().get("/v0.1/apps/ann/one/releases/1").json();
    let expected = service::token_hash("com.example.helloworld:1.0:1");
    assert_eq!(android["package_hashes"], json!([expected]));
    let (_, apple) = released_ipa("ipa/app-info__iphone.ipa");
    let expected = [
        service::token_hash("1eb90b40-b774-3154-8420-5691a769e073:1.2.3:5"),
        service::token_hash("cb190b95-6979-3104-8a61-85d741f41fff:1.2.3:5"),
    ];
    assert_eq!(apple["package_hashes"], json!(expected));
}

#[test]
fn a_provisioning_profile_is_shown_of_an_ipa_and_of_nothing_else() {
    let (api, _) = released_ipa("ipa/app-info__iphone.ipa");
    let profile = api.get("/v0.1/apps/ann/ios/releases/1/provisioning_profile").json();
    assert_eq!(profile["provisioning_profile_type"], "other", "it is for development");
    assert_eq!(profile["provisioning_profile_name"], "iOS Team Provisioning Profile: *");
    assert_eq!(profile["team_identifier"], "5PJA6N5A3B");
    assert_eq!(profile["udids"].as_array().unwrap().len(), 100);
    let (api, _) = released_ipa("ipa/app-info__embedded.ipa");
    let profile = api.get("/v0.1/apps/ann/ios/releases/1/provisioning_profile").json();
    assert_eq!(profile["provisioning_profile_type"], "enterprise");
    let api = api_with_release();
    assert_eq!(api.get("/v0.1/apps/ann/one/releases/1/provisioning_profile").status, 400);
}

#[test]
fn the_recent_releases_are_the_newest_of_each_group() {
    let api = api_with_release();
    api.post("/v0.1/apps/ann/one/distribution_groups", &json!({"name": "QA"}));
    api.release("one");
    for (number, group) in [(1, "QA"), (1, "Collaborators"), (2, "Collaborators")] {
        let path = format!("/v0.1/apps/ann/one/releases/{number}/groups");
        assert_eq!(api.post(&path, &json!({"id": group_id(&api, group)})).status, 201);
    }
    let recent: Vec<BasicRelease> = api.get("/v0.1/apps/ann/one/recent_releases").read();
    let mut numbers: Vec<i64> = recent.iter().map(|release| release.id).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2], "the first is QA's newest");
    api.post("/v0.1/apps/ann/one/releases/2/groups", &json!({"id": group_id(&api, "QA")}));
    let recent: Vec<BasicRelease> = api.get("/v0.1/apps/ann/one/recent_releases").read();
    assert_eq!(recent.iter().map(|release| release.id).collect::<Vec<_>>(), [2]);
}
