//! Responses that look right and break real clients. Each was found by running a client or reading its source.

use bytes::Bytes;
use http::Method;
use protocol::{NIL_GROUP_ID, header, route};
use serde_json::{Value, json};
use testkit::api::TOKEN;
use testkit::package::{HELLO_WORLD, corpus};
use testkit::{Api, ApiResponse};

/// Calls, and fails on any other status.
#[track_caller]
fn check(api: &Api, status: u16, method: &Method, path: &str, body: &Value) -> Value {
    let response = api.call(method.clone(), path, body);
    assert_eq!(response.status, status, "{method} {path}: {}", response.text());
    response.json()
}

fn app(template: &str, rest: &[&str]) -> String {
    route::path(template, &[&["ann", "one"], rest].concat())
}

/// The generated clients of appcenter-cli 3 treat any other status as a failure, even a 200 in place of a 201.
#[test]
fn every_call_of_a_release_responds_with_the_exact_status_that_clients_expect() {
    use Method as M;
    let api = Api::new();
    let none = &Value::Null;
    check(
        &api,
        201,
        &M::POST,
        route::APPS,
        &json!({"display_name": "one", "os": "Android", "platform": "Java"}),
    );
    check(&api, 200, &M::GET, &app(route::APP, &[]), none);
    assert_eq!(api.release("one"), 1);
    let group = check(&api, 201, &M::POST, &app(route::GROUPS, &[]), &json!({"name": "QA"}));
    let group = group["id"].as_str().expect("an id").to_owned();
    let emails = &json!({"user_emails": ["eve@slipway.example"]});
    check(&api, 200, &M::POST, &app(route::MEMBERS, &["QA"]), emails);
    check(&api, 200, &M::GET, &app(route::MEMBERS, &["QA"]), none);
    check(&api, 200, &M::POST, &app(route::MEMBERS_BULK_DELETE, &["QA"]), emails);
    check(&api, 200, &M::PATCH, &app(route::GROUP, &["QA"]), &json!({"is_public": true}));
    let store = json!({"type": "googleplay", "name": "Production", "track": "production"});
    let store = check(&api, 201, &M::POST, &app(route::STORES, &[]), &store);
    check(&api, 200, &M::GET, &app(route::STORE, &["Production"]), none);

    check(&api, 200, &M::GET, &app(route::RELEASES, &[]), none);
    check(&api, 200, &M::GET, &app(route::RELEASE, &["1"]), none);
    check(&api, 200, &M::PUT, &app(route::RELEASE, &["1"]), &json!({"release_notes": "notes"}));
    check(&api, 201, &M::POST, &app(route::RELEASE_GROUPS, &["1"]), &json!({"id": group}));
    let tester = json!({"email": "mia@slipway.example"});
    let tester = check(&api, 201, &M::POST, &app(route::RELEASE_TESTERS, &["1"]), &tester);
    check(&api, 201, &M::POST, &app(route::RELEASE_STORES, &["1"]), &json!({"id": store["id"]}));
    check(&api, 200, &M::PATCH, &app(route::RELEASE, &["1"]), &json!({"destinations": [{"name": "QA"}]}));
    check(&api, 200, &M::PUT, &app(route::RELEASE_GROUP, &["1", &group]), &json!({"mandatory_update": true}));
    check(&api, 200, &M::GET, &app(route::GROUP_RELEASES, &["QA"]), none);
    check(&api, 200, &M::GET, &app(route::GROUP_RELEASE, &["QA", "latest"]), none);
    let tester = tester["id"].as_str().expect("an id");
    check(&api, 200, &M::DELETE, &app(route::RELEASE_TESTER, &["1", tester]), none);
    check(&api, 200, &M::DELETE, &app(route::RELEASE_GROUP, &["1", &group]), none);
    check(&api, 200, &M::DELETE, &app(route::RELEASE, &["1"]), none);

    let external =
        json!({"external_download_url": "https://downloads.yourcompany.com/42", "build_version": "1.12"});
    check(&api, 201, &M::POST, &app(route::RELEASES, &[]), &external);
    check(&api, 204, &M::DELETE, &app(route::GROUP, &["QA"]), none);
    check(&api, 204, &M::DELETE, &app(route::STORE, &["Production"]), none);
    check(&api, 201, &M::POST, &app(route::APP_TOKENS, &[]), &json!({}));
    let token = check(&api, 201, &M::POST, route::API_TOKENS, &json!({"description": "ci"}));
    let token = route::path(route::API_TOKEN, &[token["id"].as_str().expect("an id")]);
    check(&api, 204, &M::DELETE, &token, none);
    check(&api, 201, &M::POST, route::ORGS, &json!({"name": "acme", "display_name": "Acme"}));
    check(&api, 204, &M::DELETE, &app(route::APP, &[]), none);
}

/// On `true` appcenter-cli calls a handler that it does not have.
#[test]
fn no_plan_ever_asks_for_a_restart() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = api.create_upload("one");
    let file = corpus(HELLO_WORLD);
    let plan = || upload.set_metadata(&api, "a.apk", file.len() as u64).json();
    assert_eq!([&plan()["resume_restart"], &plan()["chunk_list"]], [&json!(false), &json!([1])]);
    upload.chunk(&api, 1, &file);
    assert_eq!([&plan()["resume_restart"], &plan()["chunk_list"]], [&json!(false), &json!([])]);
}

/// With any other value than `error`, appcenter-cli and fastlane poll for ever.
#[test]
fn every_refused_package_ends_its_upload_with_error_and_a_reason() {
    let api = Api::new();
    api.create_app("one", None);
    api.create_app("other", None);
    api.create_app_for("Custom", "archive", None);
    assert_eq!(api.release("other"), 1);
    let apk = corpus(HELLO_WORLD);
    let ipa = corpus("ipa/app-info__iphone.ipa");
    let zip = corpus("zip/zip2__files_and_dirs.zip");
    let text = b"milk, bread\n".to_vec();
    let cases = [("one", text), ("one", apk[..9000].to_vec()), ("one", ipa), ("one", apk), ("archive", zip)];
    for (app, package) in cases {
        let status = api.upload(app, "a.apk", &package);
        assert_eq!(status["upload_status"], "error", "{status}");
        assert!(status["error_details"].as_str().is_some_and(|details| details.len() > 20), "{status}");
        assert_eq!(status["release_distinct_id"], Value::Null, "{status}");
    }
}

/// The old Azure task sends it.
#[test]
fn aborted_is_another_word_for_canceled() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = api.create_upload("one");
    assert_eq!(upload.patch(&api, &json!({"upload_status": "aborted"})).status, 200);
    assert_eq!(upload.status(&api)["upload_status"], "uploadCanceled");
}

/// appcenter-cli prints the top-level `message`, and treats a `statusCode` in a response as a failure.
#[test]
fn a_refused_upload_has_its_reason_at_the_top_level_and_a_created_one_has_no_error_keys() {
    let api = Api::new();
    let path = app(route::UPLOADS, &[]);
    for (token, status) in [(TOKEN, 404), ("wrong", 401)] {
        let headers = [(header::API_TOKEN, token)];
        let refused = api.send(Method::POST, &path, &headers, Bytes::from("{}"));
        assert_eq!((refused.status.as_u16(), &refused.json()["statusCode"]), (status, &json!(status)));
        assert!(refused.json()["message"].as_str().is_some_and(|message| message.len() > 20));
    }
    api.create_app("one", None);
    let created = check(&api, 201, &Method::POST, &path, &json!({}));
    let keys: Vec<_> = created.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["id", "package_asset_id", "token", "upload_domain", "url_encoded_token"]);
}

/// Clients put it behind `token=` unchanged, some before and some after the other parameters.
#[test]
fn the_encoded_token_decodes_once_to_the_token_and_may_be_anywhere_in_the_query() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = api.create_upload("one");
    let token = &upload.created.url_encoded_token;
    let query = axum::http::Uri::try_from(format!("/?token={token}")).expect("it fits into an address");
    let decoded = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&query).expect("a query").0;
    assert_eq!(decoded, [("token".to_owned(), upload.created.token.clone())]);
    let path = route::path(route::SET_METADATA, &[&upload.created.package_asset_id]);
    for query in [
        format!("token={token}&file_name=a.apk&file_size=9"),
        format!("file_name=a.apk&token={token}&file_size=9&content_type=x"),
        format!("file_name=a.apk&file_size=9&token={token}"),
    ] {
        let response = api.send(Method::POST, &format!("{path}?{query}"), &[], Bytes::new());
        assert_eq!(response.json()["error"], json!(false), "{query}: {}", response.text());
    }
}

/// The documented commands send the word POST, with JSON as its type.
#[test]
fn a_word_in_place_of_a_body_is_ignored() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = api.create_upload("one");
    let file = corpus(HELLO_WORLD);
    let call = |template, query: &str| -> ApiResponse {
        let path = route::path(template, &[&upload.created.package_asset_id]);
        let path = format!("{path}?token={}{query}", upload.created.url_encoded_token);
        api.send(Method::POST, &path, &[("content-type", "application/json")], Bytes::from("POST"))
    };
    let plan = call(route::SET_METADATA, &format!("&file_name=a.apk&file_size={}", file.len()));
    assert_eq!((plan.status.as_u16(), &plan.json()["error"]), (200, &json!(false)));
    upload.chunk(&api, 1, &file);
    let finished = call(route::FINISHED, "");
    assert_eq!((finished.status.as_u16(), &finished.json()["state"]), (200, &json!("Done")));
}

/// fastlane reads JSON only where the type ends in `json`, and compares `error` with `false`.
#[test]
fn every_response_under_upload_is_json_with_a_boolean_error() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = api.create_upload("one");
    let file = corpus(HELLO_WORLD);
    let answers = [
        (true, upload.chunk(&api, 1, &file)),
        (false, upload.set_metadata(&api, "a.apk", file.len() as u64)),
        (true, upload.chunk(&api, 2, &file)),
        (true, upload.chunk(&api, 1, &file[1..])),
        (true, upload.finish(&api)),
        (false, upload.chunk(&api, 1, &file)),
        (false, upload.finish(&api)),
    ];
    for (is_error, response) in answers {
        let kind = response.headers["content-type"].to_str().expect("text");
        assert!(kind.split(';').next().is_some_and(|kind| kind.ends_with("json")), "{kind}");
        assert_eq!(response.json()["error"], json!(is_error), "{}", response.text());
    }
}

/// The default destination of fastlane by name, and of the Azure task by the id of zeros.
#[test]
fn collaborators_exists_for_clients_that_name_no_group() {
    let api = Api::new();
    api.create_app("one", None);
    api.release("one");
    let group = check(&api, 200, &Method::GET, &app(route::GROUP, &["Collaborators"]), &Value::Null);
    for id in [&group["id"], &json!(NIL_GROUP_ID)] {
        let distribution = json!({"id": id, "mandatory_update": false, "notify_testers": false});
        let response = check(&api, 201, &Method::POST, &app(route::RELEASE_GROUPS, &["1"]), &distribution);
        assert_eq!(response["id"], group["id"]);
    }
}
