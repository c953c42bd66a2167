use bytes::Bytes;
use http::Method;
use protocol::{InstallLink, route};
use serde_json::{Value, json};
use testkit::package::{HELLO_WORLD, corpus, plain_zip};
use testkit::{Api, ApiResponse};

const LINKS: &str = "/v0.1/apps/ann/one/releases/1/install_links";

fn linked() -> (Api, InstallLink) {
    let api = Api::new();
    api.create_app("one", None);
    api.release("one");
    let response = api.post(LINKS, &Value::Null);
    assert_eq!(response.status, 201);
    let link = response.read();
    (api, link)
}

/// As a tester calls it: without a token.
fn open(api: &Api, url: &str, headers: &[(&str, &str)]) -> ApiResponse {
    let path = url.strip_prefix("https://slipway.example").expect("a link to us");
    api.send(Method::GET, path, headers, Bytes::new())
}

#[test]
fn a_tester_gets_the_very_bytes_without_an_account() {
    let (api, link) = linked();
    let page = open(&api, &link.url, &[]);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Version 1.0 (1)"));
    let download = open(&api, &format!("{}/download", link.url), &[]);
    assert_eq!(download.body, corpus(HELLO_WORLD));
    assert_eq!(download.headers["content-type"], "application/vnd.android.package-archive");
    assert!(download.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename="));
}

#[test]
fn a_broken_download_resumes_where_it_stopped() {
    let (api, link) = linked();
    let apk = corpus(HELLO_WORLD);
    let rest = open(&api, &format!("{}/download", link.url), &[("range", "bytes=1000-")]);
    assert_eq!(rest.status, 206);
    assert_eq!(rest.body, apk[1000..]);
    let size = apk.len();
    assert_eq!(rest.headers["content-range"], format!("bytes 1000-{}/{size}", size - 1));
    let past = open(&api, &format!("{}/download", link.url), &[("range", &format!("bytes={size}-"))]);
    assert_eq!(past.status, 416);
}

#[test]
fn a_revoked_link_opens_nothing_and_cannot_be_revoked_again() {
    let (api, link) = linked();
    let path = format!("{LINKS}/{}", link.id);
    assert_eq!(api.call(Method::DELETE, &path, &Value::Null).status, 204);
    assert_eq!(open(&api, &link.url, &[]).status, 404);
    let download = open(&api, &format!("{}/download", link.url), &[]);
    assert_eq!(download.status, 404);
    assert!(download.text().contains("no longer works"));
    assert_eq!(api.call(Method::DELETE, &path, &Value::Null).status, 404);
    assert_eq!(api.get(LINKS).json(), json!([]));
}

#[test]
fn links_are_unguessable_and_all_different() {
    let (api, first) = linked();
    let second: InstallLink = api.post(LINKS, &Value::Null).read();
    assert_ne!(first.url, second.url);
    let token = first.url.rsplit('/').next().unwrap();
    assert_eq!(token.len(), 32, "24 random bytes in base64");
    assert!(!first.url.contains(&first.id), "the id that the API shows opens nothing");
    assert_eq!(open(&api, "https://slipway.example/install/guess", &[]).status, 404);
}

#[test]
fn a_disabled_release_cannot_be_installed() {
    let (api, link) = linked();
    api.call(Method::PUT, "/v0.1/apps/ann/one/releases/1", &json!({"enabled": false}));
    assert_eq!(open(&api, &link.url, &[]).status, 404);
}

#[test]
fn the_page_shows_user_input_as_text() {
    let (api, link) = linked();
    let notes = "<script>alert(1)</script>";
    api.call(Method::PUT, "/v0.1/apps/ann/one/releases/1", &json!({"release_notes": notes}));
    let page = open(&api, &link.url, &[]);
    assert!(page.text().contains("&lt;script&gt;") && !page.text().contains("<script>"));
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
}

#[test]
fn a_download_url_works_for_an_hour_and_for_its_own_package_only() {
    let (api, _) = linked();
    let details = api.get("/v0.1/apps/ann/one/releases/1").json();
    let url = details["download_url"].as_str().unwrap().to_owned();
    assert_eq!(open(&api, &url, &[]).body, corpus(HELLO_WORLD));
    let other = url.replacen("/download/", "/download/x", 1);
    assert_eq!(open(&api, &other, &[]).status, 404);
    let later = url.replacen("expires=1", "expires=2", 1);
    assert_eq!(open(&api, &later, &[]).status, 404);
    api.platform.advance(60 * 60 * 1000 + 1);
    assert_eq!(open(&api, &url, &[]).status, 404);
    assert!(url.contains(&route::percent_encode("helloworld.apk")));
}

/// The page of a link to the first release of `file` in a new app for `os`.
fn page_of(os: &str, file: &str, stated: &Value) -> String {
    let api = Api::new();
    api.create_app_for(os, "one", None);
    let name = file.rsplit('/').next().unwrap_or(file);
    let bytes = if file == "tools.zip" { plain_zip() } else { corpus(file) };
    assert_eq!(api.upload_as("one", stated, name, &bytes)["upload_status"], "readyToBePublished");
    let link: InstallLink = api.post(LINKS, &Value::Null).read();
    open(&api, &link.url, &[]).text()
}

#[test]
fn the_page_names_the_required_system_as_users_know_it() {
    let page = page_of("Android", HELLO_WORLD, &json!({}));
    assert!(page.contains("<dd>Android 4.0.3 (API 15) or newer</dd>"), "{page}");
    let page = page_of("iOS", "ipa/app-info__iphone.ipa", &json!({}));
    assert!(page.contains("<dd>iOS 9.3 or newer</dd>"), "{page}");
    let page = page_of("Windows", "msix/msix-packaging__Extra_file_in_blockmap.msix", &json!({}));
    assert!(page.contains("<dd>Windows 10, version 1803 or newer</dd>"), "{page}");
}

#[test]
fn a_package_without_an_icon_has_a_neutral_one_and_an_archive_no_system() {
    let page = page_of("Custom", "tools.zip", &json!({"build_version": "3.1"}));
    assert!(page.contains("src=\"/app.svg\""), "{page}");
    assert!(page.contains("Version 3.1<") && !page.contains("Custom") && !page.contains("Needs"), "{page}");
}
