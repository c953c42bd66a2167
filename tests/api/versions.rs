//! The version of a release: from its package, or from the `build_version` and `build_number` that the uploader states.

use bytes::Bytes;
use http::Method;
use protocol::route;
use serde_json::{Value, json};
use testkit::Api;
use testkit::package::{corpus, plain_zip};

const APK: &str = "apk/androidbinary__helloworld.apk";
const MSI: &str = "derived/msi__wixl-x64.msi";
const PKG: &str = "derived/pkg__distribution-two-components-xz.pkg";
const DMG: &str = "derived/dmg__hfsplus-guiapp-udif-lzfse.dmg";
/// Made by this test: an archive that is no package.
const ZIP: &str = "tools.zip";
/// A disk image with no app in it.
const BARE_DMG: &str = "dmg/node-udif__compression-zlib.dmg";

fn file(name: &str) -> Vec<u8> {
    if name == ZIP { plain_zip() } else { corpus(name) }
}

fn system(name: &str) -> &'static str {
    match name {
        APK => "Android",
        MSI => "Windows",
        ZIP => "Custom",
        _ => "macOS",
    }
}

/// How an upload ended: the release's version and build number, or why there is none.
type Outcome = Result<(String, String), String>;

fn latest(api: &Api) -> Outcome {
    let release = api.get(&route::path(route::RELEASE, &["ann", "one", "latest"])).json();
    let text = |key: &str| release[key].as_str().unwrap().to_owned();
    Ok((text("short_version"), text("version")))
}

/// As appcenter-cli calls it: values of `-b` and `-n` are in the body that creates the upload.
fn in_chunks(name: &str, stated: &Value) -> Outcome {
    let api = Api::new();
    api.create_app_for(system(name), "one", None);
    let status = api.upload_as("one", stated, name.rsplit('/').next().unwrap(), &file(name));
    match status["error_details"].as_str() {
        Some(details) => Err(details.to_owned()),
        None => latest(&api),
    }
}

fn by_three_calls(name: &str, stated: &Value) -> Outcome {
    let api = Api::new();
    api.create_app_for(system(name), "one", None);
    let created = api.post(&route::path(route::RELEASE_UPLOADS, &["ann", "one"]), stated).json();
    let url = created["upload_url"].as_str().unwrap();
    let file_name = name.rsplit('/').next().unwrap();
    let head =
        format!("--X\r\nContent-Disposition: form-data; name=\"ipa\"; filename=\"{file_name}\"\r\n\r\n");
    let body = [head.as_bytes(), &file(name), b"\r\n--X--\r\n"].concat();
    let form = [("content-type", "multipart/form-data; boundary=X")];
    let path = url.strip_prefix("https://slipway.example").unwrap();
    assert_eq!(api.send(Method::POST, path, &form, Bytes::from(body)).status, 204);
    let id = created["upload_id"].as_str().unwrap();
    let upload = route::path(route::RELEASE_UPLOAD, &["ann", "one", id]);
    let committed = api.call(Method::PATCH, &upload, &json!({"status": "committed"}));
    match committed.status.as_u16() {
        200 => latest(&api),
        _ => Err(committed.json()["message"].as_str().unwrap().to_owned()),
    }
}

#[track_caller]
fn check(name: &str, stated: &Value, expected: Result<(&str, &str), &str>) {
    for (flow, outcome) in
        [("chunks", in_chunks(name, stated)), ("three calls", by_three_calls(name, stated))]
    {
        match (&outcome, expected) {
            (Ok((version, build)), Ok(expected)) => {
                assert_eq!((version.as_str(), build.as_str()), expected, "{flow}: {name} {stated}");
            }
            (Err(message), Err(expected)) => assert_eq!(message, expected, "{flow}: {name} {stated}"),
            _ => panic!("{flow}: {name} {stated}: {outcome:?}"),
        }
    }
}

#[test]
fn a_package_with_a_version_needs_no_stated_one() {
    let nothing = json!({});
    check(APK, &nothing, Ok(("1.0", "1")));
    check(MSI, &nothing, Ok(("2.5.1234", "")));
    check(PKG, &nothing, Ok(("1.0.7", "1")));
    check(DMG, &nothing, Ok(("1.0", "1")));
}

#[test]
fn stated_versions_are_used_for_the_types_that_require_them() {
    let stated = json!({"build_version": "9.8", "build_number": "765"});
    for name in [ZIP, MSI, PKG, DMG, BARE_DMG] {
        check(name, &stated, Ok(("9.8", "765")));
    }
    check(APK, &stated, Ok(("1.0", "1")));
    check(MSI, &json!({"build_version": "9.8"}), Ok(("9.8", "")));
    check(DMG, &json!({"build_version": "9.8"}), Ok(("9.8", "1")));
}

#[test]
fn a_zip_needs_a_version_and_no_build_number() {
    let expected = "expected build_version, got none: the .zip does not say its own version; upload it again with \
                    build_version";
    check(ZIP, &json!({}), Err(expected));
    check(ZIP, &json!({"build_version": " "}), Err(expected));
    check(ZIP, &json!({"build_version": "3.1"}), Ok(("3.1", "")));
}

#[test]
fn a_disk_image_without_an_app_needs_both() {
    let missing = |what: &str| {
        format!(
            "expected {what}, got none: the .dmg does not say its own version; upload it again with {what}"
        )
    };
    check(BARE_DMG, &json!({}), Err(&missing("build_version and build_number")));
    check(BARE_DMG, &json!({"build_version": "3.1"}), Err(&missing("build_number")));
    check(BARE_DMG, &json!({"build_version": "3.1", "build_number": "4"}), Ok(("3.1", "4")));
}
