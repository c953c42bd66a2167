//! The documented three calls.

use bytes::Bytes;
use http::Method;
use protocol::route;
use serde_json::{Value, json};
use testkit::{Api, ApiResponse, Fault, When, package};

const FORM: (&str, &str) = ("content-type", "multipart/form-data; boundary=----X1");

struct FormUpload {
    path: String,
    /// Without scheme and host.
    upload_path: String,
}

fn create_upload(api: &Api, app: &str, stated: &Value) -> FormUpload {
    let response = api.post(&route::path(route::RELEASE_UPLOADS, &["ann", app]), stated);
    assert_eq!(response.status, 201, "{}", response.text());
    let json = response.json();
    let id = json["upload_id"].as_str().expect("an upload");
    let url = json["upload_url"].as_str().expect("an upload");
    FormUpload {
        path: route::path(route::RELEASE_UPLOAD, &["ann", app, id]),
        upload_path: url.strip_prefix("https://slipway.example").expect("an address of ours").to_owned(),
    }
}

impl FormUpload {
    /// As curl calls it: without an API token, the package in the field `ipa`.
    fn send(&self, api: &Api, name: &str, package: &[u8]) -> ApiResponse {
        api.send(Method::POST, &self.upload_path, &[FORM], form(name, package))
    }

    fn patch(&self, api: &Api, status: &str) -> ApiResponse {
        api.call(Method::PATCH, &self.path, &json!({ "status": status }))
    }
}

fn form(name: &str, package: &[u8]) -> Bytes {
    let head = format!(
        "------X1\r\nContent-Disposition: form-data; name=\"ipa\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let tail =
        b"\r\n------X1\r\nContent-Disposition: form-data; name=\"upload_id\"\r\n\r\n8\r\n------X1--\r\n";
    [head.as_bytes(), package, tail].concat().into()
}

fn hello() -> Vec<u8> {
    package::corpus(package::HELLO_WORLD)
}

#[test]
fn stated_package_metadata_must_be_valid() {
    let api = Api::new();
    api.create_app("one", None);
    // Old scripts send the number as text. If it were ignored, it would make a new release.
    let response =
        api.post(&route::path(route::RELEASE_UPLOADS, &["ann", "one"]), &json!({"release_id": "1"}));
    assert_eq!(response.status, 400);
    assert!(
        response.text().contains("release_id") || response.text().contains("string"),
        "{}",
        response.text()
    );
}

#[test]
fn three_calls_make_a_release() {
    let api = Api::new();
    api.create_app("one", None);
    // Old clients state a content type of JSON and send nothing.
    let upload = create_upload(&api, "one", &Value::Null);
    assert_eq!(upload.send(&api, "hello.apk", &hello()).status, 204);
    let committed = upload.patch(&api, "committed");
    assert_eq!(committed.status, 200, "{}", committed.text());
    assert_eq!(committed.json(), json!({"release_id": 1, "release_url": "v0.1/apps/ann/one/releases/1"}));
    let details = api.get(&route::path(route::RELEASE, &["ann", "one", "1"])).json();
    assert_eq!((&details["size"], &details["is_external_build"]), (&json!(hello().len()), &json!(false)));
    assert_eq!(upload.patch(&api, "committed").json()["release_id"], 1, "again is the same release");
    assert_eq!(api.get(&route::path(route::RELEASES, &["ann", "one"])).json().as_array().unwrap().len(), 1);
}

#[test]
fn a_package_longer_than_a_part_is_stored_whole() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = create_upload(&api, "one", &Value::Null);
    let package = package::padded_apk(package::HELLO_WORLD, 20 * 1024 * 1024);
    assert_eq!(upload.send(&api, "large.apk", &package).status, 204);
    assert_eq!(upload.patch(&api, "committed").status, 200);
    let details = api.get(&route::path(route::RELEASE, &["ann", "one", "latest"])).json();
    assert_eq!(details["size"], package.len());
}

#[test]
fn an_aborted_upload_frees_its_package_and_cannot_continue() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = create_upload(&api, "one", &Value::Null);
    let aborted = upload.patch(&api, "aborted");
    assert_eq!(
        (aborted.status.as_u16(), aborted.json()),
        (200, json!({"release_id": null, "release_url": null}))
    );
    assert_eq!(upload.send(&api, "hello.apk", &hello()).status, 409);
    assert_eq!(upload.patch(&api, "committed").status, 400);
    assert_eq!(api.platform.object_storage().n_multiparts(), 0);
}

#[test]
fn an_upload_that_has_its_package_can_be_aborted() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = create_upload(&api, "one", &Value::Null);
    assert_eq!(upload.send(&api, "hello.apk", &hello()).status, 204);
    assert_eq!(upload.patch(&api, "aborted").status, 200);
    assert_eq!(
        (api.platform.object_storage().paths().len(), api.platform.object_storage().n_multiparts()),
        (0, 0)
    );
    assert_eq!(upload.patch(&api, "committed").status, 400);
}

#[test]
fn a_commit_without_a_package_says_what_is_missing() {
    let api = Api::new();
    api.create_app("one", None);
    let response = create_upload(&api, "one", &Value::Null).patch(&api, "committed");
    assert_eq!(response.status, 400);
    assert!(response.text().contains("send it to the upload_url first"), "{}", response.text());
}

#[test]
fn the_upload_url_authorizes_the_upload() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = create_upload(&api, "one", &Value::Null);
    let path = upload.upload_path.split('?').next().unwrap();
    for address in [path.to_owned(), format!("{path}?token=wrong"), "/upload/release/none?token=x".to_owned()]
    {
        let response = api.send(Method::POST, &address, &[FORM], form("hello.apk", &hello()));
        assert_eq!(response.status, 404, "{address}");
    }
    assert_eq!(upload.send(&api, "hello.apk", &hello()).status, 204);
    assert_eq!(upload.send(&api, "hello.apk", &hello()).status, 409, "one upload takes one package");
    assert_eq!(api.platform.object_storage().n_multiparts(), 1, "the package that waits for its commit");
}

#[test]
fn a_body_that_is_no_form_is_refused_and_leaves_nothing() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = create_upload(&api, "one", &Value::Null);
    let send = |headers: &[(&str, &str)], body: &'static [u8]| {
        api.send(Method::POST, &upload.upload_path, headers, Bytes::from_static(body))
    };
    assert_eq!(send(&[], b"raw bytes").status, 400);
    assert_eq!(send(&[FORM], b"raw bytes").status, 400);
    let other =
        send(&[FORM], b"------X1\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n------X1--");
    assert!(other.text().contains("the part `ipa`"), "{}", other.text());
    let empty = upload.send(&api, "hello.apk", b"");
    assert!(empty.text().contains("empty file"), "{}", empty.text());
    let whole = form("hello.apk", &hello());
    let cut = api.send(Method::POST, &upload.upload_path, &[FORM], whole.slice(..whole.len() / 2));
    assert!(cut.text().contains("cut off"), "{}", cut.text());
    assert_eq!(api.platform.object_storage().n_multiparts(), 0);
    assert_eq!(
        upload.send(&api, "hello.apk", &hello()).status,
        204,
        "after all that it still takes a package"
    );
}

#[test]
fn a_bad_package_is_refused_with_a_reason() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = create_upload(&api, "one", &Value::Null);
    upload.send(&api, "notes.txt", b"some words in a file");
    let response = upload.patch(&api, "committed");
    assert_eq!(response.status, 400);
    assert!(response.json()["message"].as_str().unwrap().contains("expected"), "{}", response.text());
    assert_eq!(api.get(&route::path(route::RELEASES, &["ann", "one"])).json(), json!([]));
}

#[test]
fn stated_versions_are_used_for_packages_without_one() {
    let api = Api::new();
    api.create_app_for("Windows", "tool", None);
    let upload = create_upload(&api, "tool", &json!({"build_version": "1.2", "build_number": "34"}));
    upload.send(&api, "tool.zip", &package::plain_zip());
    assert_eq!(upload.patch(&api, "committed").status, 200);
    let details = api.get(&route::path(route::RELEASE, &["ann", "tool", "1"])).json();
    assert_eq!((&details["short_version"], &details["version"]), (&json!("1.2"), &json!("34")));
    let without = create_upload(&api, "tool", &Value::Null);
    without.send(&api, "tool.zip", &package::plain_zip());
    assert!(without.patch(&api, "committed").text().contains("build_version"));
}

/// A form with other fields before and after the package.
fn form_with(before: &[(&str, &str)], name: &str, package: &[u8], after: &[(&str, &str)]) -> Bytes {
    let fields = |fields: &[(&str, &str)]| -> Vec<u8> {
        let field = |(name, value): &(&str, &str)| {
            format!("------X1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        fields.iter().map(field).collect::<String>().into_bytes()
    };
    let form = form(name, package);
    let (parts, end) = form.split_at(form.len() - "------X1--\r\n".len());
    [&*fields(before), parts, &*fields(after), end].concat().into()
}

#[test]
fn fields_of_the_form_override_those_of_the_first_call() {
    let api = Api::new();
    api.create_app_for("Windows", "tool", None);
    let upload = create_upload(&api, "tool", &json!({"build_version": "1.2", "build_number": "34"}));
    let body = form_with(&[("build_version", "2.0")], "tool.zip", &package::plain_zip(), &[]);
    assert_eq!(api.send(Method::POST, &upload.upload_path, &[FORM], body).status, 204);
    assert_eq!(upload.patch(&api, "committed").json()["release_id"], 1);
    let release = route::path(route::RELEASE, &["ann", "tool", "1"]);
    let details = api.get(&release).json();
    assert_eq!((&details["short_version"], &details["version"]), (&json!("2.0"), &json!("34")));

    let again = create_upload(&api, "tool", &Value::Null);
    let before = [("release_id", "1"), ("note", "of no concern")];
    let after = [("build_version", "2.1"), ("build_number", "35")];
    let body = form_with(&before, "tool.zip", &package::plain_zip(), &after);
    assert_eq!(api.send(Method::POST, &again.upload_path, &[FORM], body).status, 204);
    assert_eq!(again.patch(&api, "committed").json()["release_id"], 1, "the same release");
    assert_eq!(api.get(&release).json()["short_version"], "2.1");
}

#[test]
fn a_form_that_names_no_release_of_the_app_is_refused_and_leaves_nothing() {
    let api = Api::new();
    api.create_app("one", None);
    for (field, value, status) in [
        ("release_id", "7", 404),
        ("release_id", "seven", 400),
        ("build_version", &*"9".repeat(101), 400),
        ("build_number", &*"9".repeat(100_000), 400),
    ] {
        let upload = create_upload(&api, "one", &Value::Null);
        let body = form_with(&[(field, value)], "hello.apk", &hello(), &[]);
        let response = api.send(Method::POST, &upload.upload_path, &[FORM], body);
        assert_eq!(response.status, status, "{field}: {}", response.text());
        assert_eq!(api.platform.object_storage().n_multiparts(), 0, "{field}");
    }
}

#[test]
fn an_upload_cannot_mix_chunks_and_the_form() {
    let api = Api::new();
    api.create_app("one", None);
    let whole = create_upload(&api, "one", &Value::Null);
    let (path, token) = whole.upload_path.split_once('?').unwrap();
    let asset = path.rsplit('/').next().unwrap();
    let described = route::path(route::SET_METADATA, &[asset]);
    let described = format!("{described}?file_name=a.apk&file_size=3&{token}");
    assert_eq!(api.send(Method::POST, &described, &[], Bytes::new()).json()["error"], true);

    let chunks = api.create_upload("one").created;
    let path = route::path(route::WHOLE_FILE, &[&chunks.package_asset_id]);
    let path = format!("{path}?token={}", chunks.url_encoded_token);
    assert_eq!(api.send(Method::POST, &path, &[FORM], form("hello.apk", &hello())).status, 409);
    assert_eq!(api.platform.object_storage().n_multiparts(), 1, "that of the chunks");
}

#[test]
fn the_package_of_a_release_is_replaced() {
    let api = Api::new();
    let first = {
        api.create_app("one", None);
        api.release("one")
    };
    let before = api.get(&route::path(route::RELEASE, &["ann", "one", "1"])).json();
    let upload = create_upload(&api, "one", &json!({ "release_id": first }));
    let package = package::padded_apk(package::HELLO_WORLD, 4096);
    upload.send(&api, "hello-2.apk", &package);
    assert_eq!(upload.patch(&api, "committed").json()["release_id"], first);
    api.run_jobs();
    let after = api.get(&route::path(route::RELEASE, &["ann", "one", "1"])).json();
    assert_ne!(before["fingerprint"], after["fingerprint"]);
    assert_eq!(after["size"], package.len());
    assert_eq!(api.get(&route::path(route::RELEASES, &["ann", "one"])).json().as_array().unwrap().len(), 1);
    assert_eq!(api.platform.object_storage().packages().len(), 1, "the old package is gone");
    assert_eq!(create_status(&api, &json!({"release_id": 9})), 404);
}

fn create_status(api: &Api, stated: &Value) -> u16 {
    api.post(&route::path(route::RELEASE_UPLOADS, &["ann", "one"]), stated).status.as_u16()
}

#[test]
fn whatever_fails_a_second_attempt_makes_one_release() {
    for operation in ["ask", "record", "put_part", "begin", "complete", "digest", "batch", "read"] {
        for when in [When::Before, When::After] {
            let api = Api::new();
            api.create_app("one", None);
            let upload = create_upload(&api, "one", &Value::Null);
            api.platform.fail(Fault { operation, when, times: 1 });
            let sent = upload.send(&api, "hello.apk", &hello());
            if sent.status != 204 {
                // A lost response may mean that the package is there already.
                let again = upload.send(&api, "hello.apk", &hello()).status;
                assert!(again == 204 || again == 409, "{operation} {when:?}: {again}");
            }
            if upload.patch(&api, "committed").status != 200 {
                let again = upload.patch(&api, "committed");
                assert_eq!(again.status, 200, "{operation} {when:?}: {}", again.text());
            }
            let releases = api.get(&route::path(route::RELEASES, &["ann", "one"])).json();
            assert_eq!(releases.as_array().unwrap().len(), 1, "{operation} {when:?}");
            // A multipart upload whose id was lost with the response: R2 aborts it after a week.
            let n_unknown = usize::from((operation, when) == ("begin", When::After));
            assert_eq!(api.platform.object_storage().n_multiparts(), n_unknown, "{operation} {when:?}");
        }
    }
}
