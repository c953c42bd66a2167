use testkit::browser::BrowserKind;
use testkit::clients::http::get;
use testkit::deadline::with_deadline;

use crate::fixture::{Fixture, MIB, chunk_number};

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_upload_leaves_nothing_on_the_server() {
    let fixture = Fixture::open(BrowserKind::Chromium).await;
    let package = fixture.package("a.apk", 80 * MIB);
    fixture.proxy.hold(|request| chunk_number(request).is_some_and(|number| number > 4));
    fixture.begin_release(&package.path, "Cancelled").await;
    fixture.wait_for_chunks(4).await;
    assert!(fixture.blobs().len() >= 4, "chunks are stored");
    fixture.browser.click("cancel").await;
    fixture.browser.click("confirm").await;
    fixture.browser.wait_for_phase("cancelled").await;
    let freed = async {
        while !fixture.blobs().is_empty() {
            // miniflare deletes the bytes after the call that freed them has ended.
            get(&format!("{}/", fixture.stack.url)).await;
        }
    };
    with_deadline("the end of the stored bytes", freed).await;
    fixture.browser.go(&fixture.network.url).await;
    fixture.browser.wait_for("[data-test=\"saved-uploads\"][aria-busy=\"false\"]").await;
    assert!(!fixture.browser.has("unfinished").await, "there is nothing to resume");
    fixture.close().await;
}
