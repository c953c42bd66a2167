use testkit::clients::http::get;
use testkit::package::{HELLO_WORLD, padded_apk, sha256};
use testkit::proxy::{ProxiedRequest, RequestFault};

use crate::fixture::Fixture;

/// A package of three chunks.
fn package() -> Vec<u8> {
    padded_apk(HELLO_WORLD, 20 << 20)
}

/// How often a chunk was stored.
fn n_stored(requests: &[ProxiedRequest], number: u32) -> usize {
    let query = format!("block_number={number}");
    requests.iter().filter(|request| request.path.contains(&query) && request.status == Some(200)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_survives_500s_and_dropped_connections() {
    let fixture = Fixture::open().await;
    let apk = package();
    let file = fixture.folder.file("big.apk", &apk);
    fixture.proxy.fail_next("block_number=1", RequestFault::Respond500, 2);
    fixture.proxy.fail_next("block_number=2", RequestFault::DropRequest, 1);
    fixture.proxy.fail_next("block_number=3", RequestFault::DropResponse, 1);
    fixture.proxy.fail_next("/upload/finished", RequestFault::Respond500, 1);
    assert_eq!(fixture.release(&file, "Survivor").await, "#1");
    let requests = fixture.proxy.requests("upload_chunk");
    assert_eq!(requests.iter().filter(|request| request.fault.is_some()).count(), 4, "every fault happened");
    assert_eq!((n_stored(&requests, 1), n_stored(&requests, 2)), (1, 1));
    let download = get(&format!("{}/download", fixture.install_link().await)).await;
    assert_eq!(sha256(download.body()), sha256(&apk));
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_that_keeps_failing_stops_the_upload_and_retry_sends_only_what_is_missing() {
    let fixture = Fixture::open().await;
    let apk = package();
    let file = fixture.folder.file("big.apk", &apk);
    fixture.proxy.fail_next("block_number=2", RequestFault::Respond500, 1000);
    fixture.begin_release(&file, "Retry").await;
    let message = fixture.browser.text("upload-error").await;
    fixture.browser.screenshot("failed").await;
    assert!(message.len() > 20, "it says what failed and what to do: {message}");
    assert!(
        fixture
            .browser
            .wait_for("[data-test=\"progress\"][data-phase=\"failed\"]")
            .await
            .is_displayed()
            .await
            .unwrap()
    );
    let attempts = fixture.proxy.requests("block_number=2").len();
    assert!((2..=20).contains(&attempts), "retries have a limit: {attempts} attempts");

    fixture.proxy.clear_faults();
    fixture.browser.click("retry").await;
    fixture.browser.wait_for_phase("ready").await;
    let requests = fixture.proxy.requests("upload_chunk");
    assert_eq!(
        [1, 2, 3].map(|number| n_stored(&requests, number)),
        [1, 1, 1],
        "no stored chunk is sent again"
    );
    fixture.click_through().await;
    let download = get(&format!("{}/download", fixture.install_link().await)).await;
    assert_eq!(sha256(download.body()), sha256(&apk));
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_upload_is_cancelled_on_the_server_too() {
    let fixture = Fixture::open().await;
    let file = fixture.folder.file("big.apk", &package());
    // Chunks that fail keep the upload running until it is cancelled.
    fixture.proxy.fail_next("upload_chunk", RequestFault::Respond500, 1000);
    fixture.begin_release(&file, "Cancelled").await;
    fixture.browser.wait_for_phase("uploading").await;
    fixture.browser.click("cancel").await;
    fixture.browser.click("confirm").await;
    fixture.browser.wait_for_phase("cancelled").await;
    let cancels = fixture.proxy.requests("/upload/cancel/");
    assert_eq!(cancels.iter().map(|request| request.status).collect::<Vec<_>>(), [Some(200)]);
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_responses_while_the_release_is_made_are_requested_again() {
    let fixture = Fixture::open().await;
    let apk = padded_apk(HELLO_WORLD, 1 << 20);
    let file = fixture.folder.file("a.apk", &apk);
    // The PATCH and the first poll.
    fixture.proxy.fail_next("uploads/releases/", RequestFault::DropResponse, 2);
    assert_eq!(fixture.release(&file, "Polled").await, "#1");
    fixture.close().await;
}
