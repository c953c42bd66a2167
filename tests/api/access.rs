use bytes::Bytes;
use http::Method;
use protocol::{header, route};
use testkit::{Api, api::TOKEN};

#[test]
fn a_call_without_a_token_is_refused_in_every_clients_format() {
    let response = Api::new().send(Method::GET, route::USER, &[], Bytes::new());
    assert_eq!(response.status, 401);
    let body = response.json();
    assert_eq!(body["statusCode"], 401);
    assert_eq!(body["code"], "Unauthorized");
    assert!(body["message"].as_str().unwrap().contains("X-API-Token"));
    assert_eq!(body["error"]["message"], body["message"]);
}

#[test]
fn a_wrong_token_is_refused() {
    let response = Api::new().send(Method::GET, route::USER, &[(header::API_TOKEN, "wrong")], Bytes::new());
    assert_eq!(response.status, 401);
}

#[test]
fn the_token_identifies_the_caller() {
    let response = Api::new().get(route::USER);
    assert_eq!((response.status.as_u16(), &response.json()["name"]), (200, &"ann".into()));
}

#[test]
fn the_database_never_holds_a_token() {
    let api = Api::new();
    assert_ne!(api.platform.sqlite().text("SELECT token_hash FROM api_tokens").as_deref(), Some(TOKEN));
}

#[test]
fn a_viewers_token_reads_and_changes_nothing() {
    let api = Api::new();
    let hash = service::token_hash("viewer-token");
    api.platform
        .sqlite()
        .execute(&format!("INSERT INTO api_tokens VALUES ('t2', 'u1', '{hash}', 'viewer', NULL, 0, NULL)"));
    let token = [(header::API_TOKEN, "viewer-token")];
    assert_eq!(api.send(Method::GET, route::APPS, &token, Bytes::new()).status, 200);
    assert_eq!(api.send(Method::POST, route::APPS, &token, Bytes::from("{}")).status, 403);
}

#[test]
fn another_owners_app_is_reported_as_unknown() {
    let api = Api::new();
    api.create_app("one", None);
    let hash = service::token_hash("bob-token");
    api.platform.sqlite().execute(&format!(
        "INSERT INTO accounts (id, name, display_name, email, created_at)
           VALUES ('u2', 'bob', 'Bob', 'bob@slipway.example', 0);
         INSERT INTO api_tokens VALUES ('t2', 'u2', '{hash}', 'all', NULL, 0, NULL);"
    ));
    let path = route::path(route::APP, &["ann", "one"]);
    assert_eq!(api.send(Method::GET, &path, &[(header::API_TOKEN, "bob-token")], Bytes::new()).status, 404);
}

#[test]
fn an_unknown_call_gets_a_json_response() {
    let response = Api::new().get("/v0.1/nothing");
    assert_eq!((response.status.as_u16(), &response.json()["statusCode"]), (404, &404.into()));
}

/// Where an upload's bytes go, for a client that called `site` and sent this `X-Forwarded-Proto`.
fn upload_domain(site: &str, forwarded: Option<&str>) -> String {
    let api = Api::new();
    api.create_app("one", None);
    let path = format!("{site}{}", route::path(route::UPLOADS, &["ann", "one"]));
    let forwarded = forwarded.map(|scheme| ("x-forwarded-proto", scheme));
    let headers: Vec<_> = [(header::API_TOKEN, TOKEN)].into_iter().chain(forwarded).collect();
    let response = api.send(Method::POST, &path, &headers, Bytes::new());
    response.json()["upload_domain"].as_str().expect("an address").to_owned()
}

#[test]
fn links_use_https_behind_a_proxy_that_ends_tls_and_are_never_downgraded() {
    let check =
        |site, forwarded, expected| assert_eq!(upload_domain(site, forwarded), expected, "{forwarded:?}");
    check("http://inside:8787", None, "http://inside:8787");
    check("http://inside:8787", Some("https"), "https://inside:8787");
    check("http://inside:8787", Some("https://evil.example/"), "http://inside:8787");
    check("https://slipway.example", Some("http"), "https://slipway.example");
}

#[test]
fn a_response_without_a_body_has_a_type_that_is_never_compressed() {
    let api = Api::new();
    api.create_app("one", None);
    let response =
        api.call(Method::DELETE, &route::path(route::APP, &["ann", "one"]), &serde_json::Value::Null);
    assert_eq!((response.status.as_u16(), response.body.len()), (204, 0));
    assert_eq!(response.headers["content-type"], "application/octet-stream");
}
