//! Uploads that are interrupted and saved by the browser.

use std::path::PathBuf;

use serde_json::{Value, json};
use testkit::clients::http::get;
use testkit::package::{HELLO_WORLD, corpus, padded_apk, sha256};
use testkit::proxy::{ProxiedRequest, RequestFault};

use crate::api_client::ApiClient;
use crate::fixture::Fixture;
use crate::release::base64;

const APP: &str = "Interrupted";

/// A package of five chunks, of which three are stored and the others fail.
async fn interrupted_upload() -> (Fixture, PathBuf, Vec<u8>) {
    let fixture = Fixture::open().await;
    let apk = padded_apk(HELLO_WORLD, 40 << 20);
    let file = fixture.folder.file("big.apk", &apk);
    for query in ["block_number=4", "block_number=5"] {
        fixture.proxy.fail_next(query, RequestFault::Respond500, 1000);
    }
    fixture.begin_release(&file, APP).await;
    while (1..=3).any(|number| n_stored(&fixture, number) == 0) {
        fixture.browser.find("retrying").await;
    }
    (fixture, file, apk)
}

/// How often a chunk was stored.
fn n_stored(fixture: &Fixture, number: u32) -> usize {
    let requests = fixture.proxy.requests(&format!("block_number={number}"));
    requests.iter().filter(|request| request.status == Some(200)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_resumes_after_a_reload_with_its_draft_and_sends_no_chunk_again() {
    let (fixture, file, apk) = interrupted_upload().await;
    let browser = &fixture.browser;
    browser.click("next").await;
    browser.type_into("notes", "kept over a reload").await;
    browser.screenshot("retrying").await;
    browser.go(&fixture.proxy.url).await;
    let text = browser.text("unfinished").await;
    assert!(text.contains("big.apk") && text.contains("60 %"), "{text}");
    browser.screenshot("unfinished").await;

    fixture.proxy.clear_faults();
    browser.type_into("unfinished-resume", &file.display().to_string()).await;
    browser.find("resumed").await;
    browser.wait_for_phase("ready").await;
    let notes = browser.run("return document.querySelector('#notes').value", Value::Null).await;
    assert_eq!(notes, "kept over a reload");
    assert_eq!([1, 2, 3, 4, 5].map(|number| n_stored(&fixture, number)), [1; 5]);
    browser.click("next").await;
    browser.click("next").await;
    browser.click("distribute").await;
    let download = get(&format!("{}/download", fixture.install_link().await)).await;
    assert_eq!(sha256(download.body()), sha256(&apk));
    browser.go(&fixture.proxy.url).await;
    browser.wait_for("[data-test=\"saved-uploads\"][aria-busy=\"false\"]").await;
    assert!(!browser.has("unfinished").await, "a finished upload is none any more");
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_file_of_the_same_name_is_refused_and_the_saved_upload_stays() {
    let (fixture, file, mut apk) = interrupted_upload().await;
    let browser = &fixture.browser;
    browser.go(&fixture.proxy.url).await;
    // Within a sample.
    let last = apk.len() - 1_000;
    apk[last] ^= 1;
    let other = fixture.folder.path().join("other");
    std::fs::create_dir(&other).expect("a folder");
    let other = other.join("big.apk");
    std::fs::write(&other, &apk).expect("a file");
    browser.type_into("unfinished-resume", &other.display().to_string()).await;
    let message = browser.text("other-file").await;
    assert!(message.contains("another file of the same name"), "{message}");
    browser.screenshot("other-file").await;
    fixture.proxy.clear_faults();
    browser.type_into("unfinished-resume", &file.display().to_string()).await;
    browser.wait_for_phase("ready").await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_tab_watches_and_takes_over_when_the_first_is_closed() {
    let (fixture, file, _) = interrupted_upload().await;
    let client = &fixture.browser.client;
    let first = client.window().await.expect("a window");
    let second = client.new_window(true).await.expect("another tab").handle;
    client.switch_to_window(second.clone()).await.expect("the other tab");
    fixture.browser.go(&fixture.proxy.url).await;
    let text = fixture.browser.text("unfinished").await;
    assert!(text.contains("in another tab"), "{text}");
    fixture.browser.choose(&file).await;
    fixture.browser.find("elsewhere").await;
    fixture.browser.screenshot("elsewhere").await;
    fixture.browser.wait_for("[data-test=\"next\"]:disabled").await;

    client.switch_to_window(first).await.expect("the first tab");
    client.close_window().await.expect("it closes");
    client.switch_to_window(second).await.expect("the other tab");
    fixture.proxy.clear_faults();
    fixture.browser.wait_for_phase("ready").await;
    assert_eq!([1, 2, 3, 4, 5].map(|number| n_stored(&fixture, number)), [1; 5]);
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_upload_that_is_discarded_is_cancelled_on_the_server() {
    let (fixture, ..) = interrupted_upload().await;
    let browser = &fixture.browser;
    browser.go(&fixture.proxy.url).await;
    browser.click("unfinished-discard").await;
    browser.click("confirm").await;
    fixture.proxy.wait_for("/upload/cancel/", 1, |request| request.status.is_some()).await;
    browser.wait_for("[data-test=\"saved-uploads\"]:not(:has([data-test=\"unfinished\"]))").await;
    fixture.close().await;
}

/// Only the call that commits the upload is missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_complete_upload_that_is_discarded_becomes_no_release() {
    let fixture = Fixture::open().await;
    let browser = &fixture.browser;
    let file = fixture.folder.file("whole.apk", &padded_apk(HELLO_WORLD, 20 << 20));
    // The call that commits the upload, and the polls.
    fixture.proxy.fail_next("/uploads/releases/", RequestFault::Respond500, 1000);
    fixture.begin_release(&file, "Whole").await;
    fixture.proxy.wait_for("/uploads/releases/", 1, |request| request.method == "PATCH").await;
    browser.go(&fixture.proxy.url).await;
    let text = browser.text("unfinished").await;
    assert!(text.contains("100 %"), "{text}");
    fixture.proxy.clear_faults();
    browser.click("unfinished-discard").await;
    browser.click("confirm").await;
    let is_withdrawn = |request: &ProxiedRequest| request.method == "PATCH" && request.status == Some(200);
    fixture.proxy.wait_for("/uploads/releases/", 1, is_withdrawn).await;
    browser.wait_for("[data-test=\"saved-uploads\"]:not(:has([data-test=\"unfinished\"]))").await;
    let developer = ApiClient::developer(&fixture.stack);
    let upload = fixture
        .proxy
        .requests("/uploads/releases/")
        .into_iter()
        .find(|request| is_withdrawn(request))
        .expect("it was seen");
    assert_eq!(developer.get(&upload.path).await["upload_status"], "uploadCanceled");
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_upload_continues_when_it_is_resumed() {
    let fixture = Fixture::open().await;
    let file = fixture.folder.file("big.apk", &padded_apk(HELLO_WORLD, 20 << 20));
    fixture.proxy.fail_next("upload_chunk", RequestFault::Respond500, 1000);
    fixture.begin_release(&file, "Paused").await;
    fixture.browser.click("pause").await;
    fixture.browser.wait_for_phase("paused").await;
    fixture.browser.run("scrollTo(0, 0)", Value::Null).await;
    fixture.browser.screenshot("paused").await;
    fixture.proxy.clear_faults();
    fixture.browser.click("unpause").await;
    fixture.browser.wait_for_phase("ready").await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_the_upload_waits_until_the_browser_is_online() {
    let fixture = Fixture::open().await;
    let file = fixture.folder.file("big.apk", &padded_apk(HELLO_WORLD, 20 << 20));
    fixture.proxy.fail_next("upload", RequestFault::DropRequest, 1000);
    fixture.begin_release(&file, "Offline").await;
    let message = fixture.browser.text("offline").await;
    assert!(message.contains("cannot be reached"), "{message}");
    fixture.browser.run("scrollTo(0, 0)", Value::Null).await;
    fixture.browser.screenshot("offline").await;
    fixture.proxy.clear_faults();
    fixture.browser.click("try-now").await;
    fixture.browser.wait_for_phase("ready").await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_expires_during_an_upload_is_renewed() {
    let fixture = Fixture::open().await;
    let file = fixture.folder.file("big.apk", &padded_apk(HELLO_WORLD, 20 << 20));
    fixture.proxy.fail_next("block_number=3", RequestFault::Hold, 1);
    fixture.begin_release(&file, "Renewed").await;
    fixture.proxy.wait_for("block_number=3", 1, |_| true).await;
    fixture.browser.run("scrollTo(0, 0)", Value::Null).await;
    fixture.browser.screenshot("uploading").await;
    fixture.browser.client.delete_all_cookies().await.expect("cookies can be deleted");
    fixture.proxy.clear_faults();
    fixture.browser.wait_for_phase("ready").await;
    let refused = fixture
        .proxy
        .requests("uploads/releases/")
        .iter()
        .filter(|request| request.status == Some(401))
        .count();
    assert!(refused > 0, "the session was over");
    fixture.close().await;
}

/// Replaces the browser's file dialog, which WebDriver cannot control: it returns a file of the browser's file system.
const FILE_DIALOG: &str = "
    const [[name, base64], done] = arguments;
    const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
    (async () => {
        const folder = await navigator.storage.getDirectory();
        const handle = await folder.getFileHandle(name, {create: true});
        const stream = await handle.createWritable();
        await stream.write(bytes);
        await stream.close();
        window.showOpenFilePicker = async () => [handle];
        document.querySelector('[data-test=\"file-input\"]').click();
    })().then(() => done(null), (error) => done(String(error)));";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_browser_can_open_again_is_not_asked_for_a_second_time() {
    let fixture = Fixture::open().await;
    let browser = &fixture.browser;
    fixture.proxy.fail_next("upload_chunk", RequestFault::Respond500, 1000);
    let apk = base64(&corpus(HELLO_WORLD));
    browser.find("file-input").await;
    let failure = browser.run_async(FILE_DIALOG, json!(["hello.apk", apk])).await;
    assert_eq!(failure, Value::Null);
    browser.click("create-app").await;
    browser.find("retrying").await;
    browser.go(&fixture.proxy.url).await;
    browser.find("unfinished").await;
    fixture.proxy.clear_faults();
    browser.run("document.querySelector('[data-test=\"unfinished-resume\"]').click()", Value::Null).await;
    browser.find("resumed").await;
    browser.wait_for_phase("ready").await;
    fixture.close().await;
}
