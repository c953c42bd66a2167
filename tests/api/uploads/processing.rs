use protocol::{ReleaseDetails, route};
use serde_json::{Value, json};
use testkit::Api;
use testkit::package::{APP_INFO, HELLO_WORLD, corpus, padded_apk, sha256};

#[test]
fn a_finished_upload_becomes_release_1_with_the_packages_own_facts() {
    let api = Api::new();
    api.create_app("one", None);
    let apk = corpus(HELLO_WORLD);
    let status = api.upload("one", "helloworld.apk", &apk);
    assert_eq!(status["upload_status"], "readyToBePublished");
    assert_eq!(status["release_distinct_id"], 1);
    assert_eq!(status["release_url"], "v0.1/apps/ann/one/releases/1");
    let details: ReleaseDetails = api.get(&route::path(route::RELEASE, &["ann", "one", "1"])).read();
    assert_eq!((details.release.short_version.as_str(), details.release.version.as_str()), ("1.0", "1"));
    assert_eq!(details.bundle_identifier.as_deref(), Some("com.example.helloworld"));
    assert_eq!(details.min_os.as_deref(), Some("15"));
    assert_eq!(details.size, Some(apk.len() as u64));
    assert_eq!(details.sha256.as_deref(), Some(sha256(&apk).as_str()));
}

#[test]
fn a_package_of_several_chunks_is_put_together_in_order() {
    let api = Api::new();
    api.create_app("one", None);
    let apk = padded_apk(HELLO_WORLD, 20 << 20);
    let status = api.upload("one", "big.apk", &apk);
    assert_eq!(status["release_distinct_id"], 1, "{status}");
    let details = api.get(&route::path(route::RELEASE, &["ann", "one", "latest"])).json();
    assert_eq!(details["sha256"], sha256(&apk));
}

#[test]
fn the_app_learns_its_identifier_and_refuses_another_apps_package() {
    let api = Api::new();
    api.create_app("one", None);
    api.release("one");
    assert_eq!(api.get("/v0.1/apps/ann/one").json()["bundle_identifier"], "com.example.helloworld");
    let status = api.upload("one", "other.apk", &corpus(APP_INFO));
    assert_eq!(status["upload_status"], "error");
    let details = status["error_details"].as_str().unwrap();
    assert!(
        details.contains("com.example.helloworld") && details.contains("com.icyleaf.appinfodemo"),
        "{details}"
    );
    assert_eq!(
        api.platform.object_storage().paths().len(),
        2,
        "the refused package is not kept, nor its icon"
    );
}

#[test]
fn one_identifier_belongs_to_one_app() {
    let api = Api::new();
    api.create_app("one", None);
    api.create_app("two", None);
    api.release("one");
    let status = api.upload("two", "helloworld.apk", &corpus(HELLO_WORLD));
    assert_eq!(status["upload_status"], "error");
    assert!(status["error_details"].as_str().unwrap().contains("another app of yours"));
}

#[test]
fn a_file_that_is_no_package_ends_the_upload_with_the_reason() {
    let api = Api::new();
    api.create_app("one", None);
    let apk = corpus(HELLO_WORLD);
    for (name, bytes) in [("notes.txt", b"not a package".as_slice()), ("cut.apk", &apk[..apk.len() / 2])] {
        let status = api.upload("one", name, bytes);
        assert_eq!(status["upload_status"], "error", "{name}");
        assert!(status["error_details"].as_str().unwrap().len() > 20, "{status}");
    }
    assert!(api.platform.object_storage().paths().is_empty());
    assert_eq!(api.get("/v0.1/apps/ann/one/releases").json(), json!([]));
}

#[test]
fn stored_bytes_that_differ_from_what_the_client_read_are_refused() {
    let api = Api::new();
    api.create_app("one", None);
    let apk = corpus(HELLO_WORLD);
    let upload = api.create_upload("one");
    upload.set_metadata(&api, "a.apk", apk.len() as u64);
    let mut changed = apk.clone();
    changed[1000] ^= 1;
    upload.chunk(&api, 1, &changed);
    upload.finish(&api);
    let stated = json!({"upload_status": "uploadFinished", "sha256": sha256(&apk)});
    assert_eq!(upload.patch(&api, &stated).status, 200);
    api.run_jobs();
    let status = upload.status(&api);
    assert_eq!(status["upload_status"], "error");
    assert!(status["error_details"].as_str().unwrap().contains("differ"));
}

#[test]
fn an_invalid_digest_is_refused_at_once() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = api.upload_uncommitted("one", "a.apk", &corpus(HELLO_WORLD));
    assert_eq!(upload.patch(&api, &json!({"upload_status": "uploadFinished", "md5": "zz"})).status, 400);
}

#[test]
fn finishing_twice_makes_one_release() {
    let api = Api::new();
    api.create_app("one", None);
    let upload = api.upload_uncommitted("one", "a.apk", &corpus(HELLO_WORLD));
    for _ in 0..2 {
        let response = upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
        assert_eq!(response.json()["upload_status"], "uploadFinished");
    }
    api.run_jobs();
    let late = upload.patch(&api, &json!({"upload_status": "uploadFinished"}));
    assert_eq!(late.json()["upload_status"], "uploadFinished");
    api.run_jobs();
    let releases: Vec<Value> = api.get("/v0.1/apps/ann/one/releases").read();
    assert_eq!(releases.len(), 1);
}

#[test]
fn numbers_count_up_for_each_app() {
    let api = Api::new();
    api.create_app("one", None);
    assert_eq!([api.release("one"), api.release("one")], [1, 2]);
}
