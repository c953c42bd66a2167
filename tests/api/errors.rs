//! The table of errors: every code and every refusal of an upload, provoked over HTTP, in the formats that clients
//! read.

use bytes::Bytes;
use http::Method;
use protocol::{ErrorBody, ErrorCode, header, route};
use serde_json::{Value, json};
use service::ledger::LedgerRefusal;
use testkit::{Api, ApiResponse, Fault, Upload, When};

/// A new platform with ann's app `one`.
fn api() -> Api {
    let api = Api::new();
    api.create_app("one", None);
    api
}

fn one(template: &str, segments: &[&str]) -> String {
    route::path(template, &[&["ann", "one"], segments].concat())
}

fn fail_next_batch(api: &Api) {
    api.platform.fail(Fault { operation: "batch", when: When::Before, times: 1 });
}

/// Checks that each client finds the refusal where it looks for it:
///
/// 1. appcenter-cli prints the top-level `message` of the upload calls, and exactly that.
/// 2. Clients of the account operations read `error.code` and `error.message`.
/// 3. Clients of Distribute read `code` and `message`; those of the gateway read `statusCode` as well.
/// 4. Every response has an id, and is JSON by its content type.
#[track_caller]
fn check(what: &str, response: &ApiResponse, status: u16, code: &str) {
    let body = response.json();
    assert_eq!(response.status.as_u16(), status, "{what}: {response:?}");
    assert_eq!((&body["statusCode"], &body["code"]), (&json!(status), &json!(code)), "{what}: {body}");
    let message = body["message"].as_str().unwrap_or_default();
    assert!(!message.is_empty() && !message.ends_with('.'), "{what}: {message}");
    assert_eq!(body["error"], json!({"code": code, "message": message}), "{what}");
    assert_eq!(response.headers["content-type"], "application/json", "{what}");
    let _: ErrorBody = response.read();
    assert!(id(response).len() == 36, "{what}");
}

fn id(response: &ApiResponse) -> String {
    response.headers[header::CORRELATION_ID].to_str().unwrap().to_owned()
}

/// Provokes a code where a client would get it. The compiler demands an arm for every new code.
fn provoke(code: ErrorCode) -> Vec<(&'static str, ApiResponse)> {
    let api = api();
    match code {
        ErrorCode::BadRequest => bad_requests(&api),
        ErrorCode::Unauthorized => vec![
            ("no token", api.send(Method::GET, route::APPS, &[], Bytes::new())),
            ("a wrong token", api.send(Method::GET, route::APPS, &[(header::API_TOKEN, "x")], Bytes::new())),
            (
                "an upload without a token",
                api.send(Method::POST, &one(route::UPLOADS, &[]), &[], Bytes::new()),
            ),
        ],
        ErrorCode::Forbidden => {
            let token = api.post(route::API_TOKENS, &json!({"scope": ["viewer"]})).json();
            let token = [(header::API_TOKEN, token["api_token"].as_str().unwrap())];
            vec![("a viewer", api.send(Method::POST, &one(route::RELEASES, &[]), &token, Bytes::new()))]
        }
        ErrorCode::NotFound => not_found(&api),
        ErrorCode::NoReleasesForApp => vec![
            ("no release", api.get(&one(route::RELEASE, &["latest"]))),
            ("none in a group", api.get(&one(route::GROUP_RELEASE, &["Collaborators", "latest"]))),
        ],
        ErrorCode::GroupNotFound => groups_not_found(&api),
        ErrorCode::Conflict => vec![
            (
                "a name of an app",
                api.post(route::APPS, &json!({"display_name": "one", "os": "iOS", "platform": "Unity"})),
            ),
            ("a name of a group", api.post(&one(route::GROUPS, &[]), &json!({"name": "collaborators"}))),
            ("a name of an organization", api.post(route::ORGS, &json!({"name": "ann"}))),
        ],
        ErrorCode::TooLarge => {
            let notes = json!({"release_notes": "n".repeat(300 * 1024)});
            vec![("a body", api.call(Method::PUT, &one(route::RELEASE, &["1"]), &notes))]
        }
        ErrorCode::TooManyRequests => {
            api.platform.limit_calls(0);
            vec![
                ("account", api.get(route::USER)),
                ("apps", api.get(&one(route::APP, &[]))),
                ("uploads", api.post(&one(route::UPLOADS, &[]), &json!({}))),
            ]
        }
        ErrorCode::Internal => {
            fail_next_batch(&api);
            vec![("a failure of ours", api.get(route::USER))]
        }
        // Only the edge responds with it, when the service does not respond.
        ErrorCode::BadGateway => Vec::new(),
    }
}

fn bad_requests(api: &Api) -> Vec<(&'static str, ApiResponse)> {
    let upload = api.upload_uncommitted("one", "a.apk", b"no package");
    let bad = |what, method, path: String, body: Value| (what, api.call(method, &path, &body));
    vec![
        bad("no JSON", Method::POST, route::APPS.to_owned(), Value::String("POST".to_owned())),
        bad("a missing property", Method::PATCH, one(route::UPLOAD, &[&upload.created.id]), json!({})),
        bad(
            "a wrong word",
            Method::PATCH,
            one(route::UPLOAD, &[&upload.created.id]),
            json!({"upload_status": "x"}),
        ),
        bad("a wrong type", Method::POST, one(route::GROUPS, &[]), json!({"name": 1})),
        bad("no number", Method::GET, one(route::RELEASE, &["seven"]), Value::Null),
        bad("a wrong query", Method::GET, one(route::RELEASES, &[]) + "?published_only=2", Value::Null),
        bad("a wrong order", Method::GET, format!("{}?$orderBy=size", route::APPS), Value::Null),
        bad(
            "a wrong link",
            Method::POST,
            one(route::RELEASES, &[]),
            json!({"external_download_url": "x", "build_version": "1"}),
        ),
    ]
}

fn not_found(api: &Api) -> Vec<(&'static str, ApiResponse)> {
    let get = |what, path: String| (what, api.get(&path));
    vec![
        get("no such call", "/v0.1/nothing".to_owned()),
        ("no such method", api.call(Method::DELETE, route::USER, &Value::Null)),
        get("an app", route::path(route::APP, &["ann", "none"])),
        ("an upload to an app", api.post(&route::path(route::UPLOADS, &["ann", "none"]), &json!({}))),
        get("an upload", one(route::UPLOAD, &["none"])),
        get("a release", one(route::RELEASE, &["7"])),
        ("a deleted release", api.call(Method::DELETE, &one(route::RELEASE, &["7"]), &Value::Null)),
        get("a release of a group", one(route::GROUP_RELEASE, &["Collaborators", "7"])),
        get("a store", one(route::STORE, &["none"])),
        get("an organization", route::path(route::ORG, &["none"])),
        ("a token", api.call(Method::DELETE, &route::path(route::API_TOKEN, &["none"]), &Value::Null)),
    ]
}

fn groups_not_found(api: &Api) -> Vec<(&'static str, ApiResponse)> {
    let external = json!({"external_download_url": "https://dl.mycorp.com/1", "build_version": "1"});
    api.post(&one(route::RELEASES, &[]), &external);
    let delete = |path: String| api.call(Method::DELETE, &path, &Value::Null);
    vec![
        // appcenter-cli calls this to find out whether a new name is free.
        ("a group", api.get(&one(route::GROUP, &["none"]))),
        ("its members", api.get(&one(route::MEMBERS, &["none"]))),
        ("its releases", api.get(&one(route::GROUP_RELEASES, &["none"]))),
        ("its newest release", api.get(&one(route::GROUP_RELEASE, &["none", "latest"]))),
        ("its release taken away", delete(one(route::GROUP_RELEASE, &["none", "1"]))),
        ("deleted", delete(one(route::GROUP, &["none"]))),
        ("as a destination", api.post(&one(route::RELEASE_GROUPS, &["1"]), &json!({"id": "none"}))),
    ]
}

#[test]
fn every_error_code_has_the_format_that_all_clients_read() {
    let codes = [
        (ErrorCode::BadRequest, 400, "bad_request"),
        (ErrorCode::Unauthorized, 401, "Unauthorized"),
        (ErrorCode::Forbidden, 403, "forbidden"),
        (ErrorCode::NotFound, 404, "not_found"),
        (ErrorCode::NoReleasesForApp, 404, "no_releases_for_app"),
        (ErrorCode::GroupNotFound, 404, "distribution_group_not_found"),
        (ErrorCode::Conflict, 409, "Conflict"),
        (ErrorCode::TooLarge, 413, "payload_too_large"),
        (ErrorCode::TooManyRequests, 429, "TooManyRequests"),
        (ErrorCode::Internal, 500, "InternalServerError"),
    ];
    for (code, status, word) in codes {
        let answers = provoke(code);
        assert!(!answers.is_empty(), "{code:?}");
        for (what, response) in answers {
            check(what, &response, status, word);
            let retry = response.headers.get("retry-after").map(|value| value.to_str().unwrap());
            // appcenter-cli waits for that time before it calls again.
            assert_eq!(retry, (status == 429).then_some("60"), "{what}");
        }
    }
}

#[test]
fn the_edge_responds_in_the_same_format_for_a_service_that_does_not() {
    assert!(provoke(ErrorCode::BadGateway).is_empty());
    let response = relay::unreachable("/v0.1/apps");
    let body: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(
        (response.status, &body["statusCode"], &body["code"]),
        (502, &json!(502), &json!("BadGateway"))
    );
    assert_eq!(body["error"]["message"], body["message"]);
}

#[test]
fn a_server_error_can_be_found_in_the_log_by_the_id_that_the_client_prints() {
    let api = api();
    let upload = api.create_upload("one");
    upload.set_metadata(&api, "a.apk", 3);
    let fails = |operation| api.platform.fail(Fault { operation, when: When::Before, times: 1 });
    fail_next_batch(&api);
    let account = api.get(route::USER);
    fails("put_part");
    let chunk = upload.chunk(&api, 1, b"abc");
    upload.chunk(&api, 1, b"abc");
    fails("finish");
    for (what, response) in [("account", account), ("chunk", chunk), ("finished", upload.finish(&api))] {
        let id = id(&response);
        let suffix = format!("(correlation ID: {id})");
        assert!(
            response.json()["message"].as_str().unwrap().ends_with(&suffix),
            "{what}: {}",
            response.text()
        );
        assert!(api.platform.log_lines().iter().any(|line| line.starts_with(&id)), "{what}");
        assert!(!response.text().contains("on command"), "{what}: messages of the platform stay in the log");
    }
}

/// Brings an upload into the state of that refusal, and makes the call that is refused.
fn provoke_refusal(api: &Api, refusal: LedgerRefusal) -> ApiResponse {
    let upload = api.create_upload("one");
    let described = |size| upload.set_metadata(api, "a.apk", size);
    match refusal {
        LedgerRefusal::Unknown => {
            let path = route::path(route::UPLOAD_CHUNK, &["none"]) + "?block_number=1&token=x";
            return api.send(Method::POST, &path, &[], Bytes::from("abc"));
        }
        LedgerRefusal::Unauthorized => {
            let mut created = upload.created.clone();
            created.url_encoded_token = "x".to_owned();
            let intruder = Upload { created, app: upload.app.clone() };
            return intruder.chunk(api, 1, b"abc");
        }
        LedgerRefusal::NoMetadata => {}
        LedgerRefusal::Closed => {
            described(3);
            upload.cancel(api);
        }
        LedgerRefusal::OtherFile => {
            described(3);
            return described(4);
        }
        LedgerRefusal::BadSize => return described(0),
        LedgerRefusal::NoSuchChunk => {
            described(3);
            return upload.chunk(api, 2, b"abc");
        }
        LedgerRefusal::WrongLength { .. } => {
            described(4);
        }
    }
    upload.chunk(api, 1, b"abc")
}

/// Clients of the calls under `/upload` read `error` as a boolean and `message` beside it. They retry every status but
/// 2xx, so their own mistakes get 200. `set_metadata` is the exception: there they treat any 2xx as a success.
#[test]
fn every_refusal_of_an_upload_has_the_format_that_uploaders_read() {
    let api = api();
    for (refusal, status, code) in [
        (LedgerRefusal::Unknown, 404, "InvalidState"),
        (LedgerRefusal::Unauthorized, 401, "Unauthorized"),
        (LedgerRefusal::NoMetadata, 200, "InvalidState"),
        (LedgerRefusal::Closed, 200, "InvalidState"),
        (LedgerRefusal::OtherFile, 400, "InvalidState"),
        (LedgerRefusal::BadSize, 400, "InvalidLength"),
        (LedgerRefusal::NoSuchChunk, 200, "InvalidChunkNumber"),
        (LedgerRefusal::WrongLength { expected: 4 }, 200, "InvalidLength"),
    ] {
        let response = provoke_refusal(&api, refusal);
        let body = response.json();
        assert_eq!((response.status.as_u16(), &body["error"]), (status, &json!(true)), "{refusal:?}: {body}");
        assert_eq!(body["error_code"], code, "{refusal:?}");
        assert!(!body["message"].as_str().unwrap().is_empty(), "{refusal:?}");
        assert!(body.get("statusCode").is_none(), "{refusal:?}: clients take another than 200 for a failure");
        assert!(response.headers["content-type"].to_str().unwrap().ends_with("json"), "{refusal:?}");
        assert_eq!(id(&response).len(), 36, "{refusal:?}");
    }
}

#[test]
fn a_body_that_is_not_as_expected_names_the_property() {
    let api = api();
    let upload = api.create_upload("one");
    for (body, named) in [(json!({}), "upload_status"), (json!({"upload_status": "done"}), "done")] {
        let response = upload.patch(&api, &body);
        check("a property", &response, 400, "bad_request");
        assert!(
            response.json()["message"].as_str().unwrap().contains(&format!("`{named}`")),
            "{}",
            response.text()
        );
    }
}

#[test]
fn finished_is_200_whatever_is_wrong() {
    let api = api();
    let upload = api.create_upload("one");
    let early = upload.finish(&api);
    assert_eq!((early.status.as_u16(), &early.json()["error"]), (200, &json!(true)));
    upload.set_metadata(&api, "a.apk", 3);
    let missing = upload.finish(&api);
    assert_eq!((missing.status.as_u16(), &missing.json()["missing_chunks"]), (200, &json!([1])));
    let path = route::path(route::FINISHED, &["none"]) + "?token=x";
    let unknown = api.send(Method::POST, &path, &[], Bytes::new());
    assert_eq!((unknown.status.as_u16(), &unknown.json()["error"]), (200, &json!(true)));
}

#[test]
fn an_update_that_names_an_unknown_destination_says_which() {
    let api = api();
    let external = json!({"external_download_url": "https://dl.mycorp.com/1", "build_version": "1"});
    api.post(&one(route::RELEASES, &[]), &external);
    let body = json!({"destinations": [{"name": "none"}]});
    let response = api.call(Method::PATCH, &one(route::RELEASE, &["1"]), &body);
    check("a destination", &response, 400, "bad_request");
    assert!(response.text().contains("`none`"));
}
