//! Uploads that cannot succeed: processing that fails for good, and clients that never finish.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::Method;
use protocol::{CreateUploadResponse, route};
use serde_json::{Value, json};
use testkit::Stack;
use testkit::TempFolder;
use testkit::clients::http::send;
use testkit::deadline::with_deadline;
use testkit::package::{HELLO_WORLD, corpus};
use testkit::proxy::RequestFault;

use crate::api_client::{ApiClient, json_of};
use crate::fixture::Fixture;

/// The files in which miniflare keeps the bytes of objects and of their parts.
fn blobs(data: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data.join("state/v3/r2/slipway-packages/blobs"));
    entries.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_can_never_be_processed_ends_the_upload_with_an_error() {
    let fixture = Fixture::open().await;
    let browser = &fixture.browser;
    let file = fixture.folder.file("lost.apk", &corpus(HELLO_WORLD));
    // The upload stops when all chunks are stored, and then R2 loses them.
    fixture.proxy.fail_next("/upload/finished", RequestFault::Respond500, 1000);
    fixture.begin_release(&file, "Lost").await;
    browser.find("upload-error").await;
    let lost = blobs(&fixture.folder.path().join("data"));
    assert!(!lost.is_empty(), "the package was stored");
    for blob in &lost {
        std::fs::remove_file(blob).expect("a stored part can be removed");
    }
    fixture.proxy.clear_faults();
    browser.click("retry").await;
    // Four attempts in the queue, and the last one in the dead-letter queue.
    browser.wait_for_phase("processing").await;
    browser.wait_for_phase("failed").await;
    let message = browser.text("upload-error").await;
    assert!(message.contains("because of a server error; upload it again"), "{message}");
    let log = std::fs::read_to_string(fixture.folder.path().join("data/wrangler.log")).expect("a log");
    assert!(log.contains("dead letter queue \"slipway-jobs-dead\""), "{log}");
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_upload_is_deleted_when_it_expires() {
    let folder = TempFolder::new("abandoned");
    let data = folder.path().join("data");
    let stack = Stack::start_with(&data, &["--upload-lifetime", "8000"]);
    let developer = ApiClient::developer(&stack);
    developer.create_app("Rocket").await;
    let uploads = route::path(route::UPLOADS, &["developer", "Rocket"]);
    let upload = developer.call(Method::POST, &uploads, &json!({})).await;
    let upload: CreateUploadResponse = serde_json::from_value(upload).expect("an upload");
    let call = async |template: &str, query: &str, body: Vec<u8>| -> Value {
        let path = route::path(template, &[&upload.package_asset_id]);
        let path = format!("{path}?{query}&token={}", upload.url_encoded_token);
        let length = body.len().to_string();
        let headers = [("content-length", length.as_str())];
        json_of(&send(stack.authority(), Method::POST, &path, &headers, Bytes::from(body)).await)
    };
    let package = corpus(HELLO_WORLD);
    call(route::SET_METADATA, &format!("file_name=a.apk&file_size={}", package.len()), Vec::new()).await;
    let stored = call(route::UPLOAD_CHUNK, "block_number=1", package.clone()).await;
    assert_eq!(stored["error"], false, "{stored}");
    assert!(!blobs(&data).is_empty(), "the chunk is stored");

    let path = route::path(route::UPLOAD, &["developer", "Rocket", &upload.id]);
    developer.until(&path, |upload| upload["upload_status"] == "uploadCanceled").await;
    let refused = call(route::UPLOAD_CHUNK, "block_number=1", package).await;
    assert_eq!(refused["error"], true, "{refused}");
    let freed = async {
        while !blobs(&data).is_empty() {
            // miniflare deletes the bytes after the call that freed them has ended.
            developer.get(&path).await;
        }
    };
    with_deadline("the end of the stored bytes", freed).await;
}
