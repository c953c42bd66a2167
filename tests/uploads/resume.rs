use serde_json::Value;
use testkit::browser::BrowserKind;

use crate::fixture::{Fixture, MIB, chunk_number};

/// Chunks of the package, and those that are stored before the reload.
const N_CHUNKS: u32 = 25;
const N_STORED: u32 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn reloaded_at_40_percent_an_upload_resumes_in_every_browser_and_sends_no_chunk_again() {
    for kind in BrowserKind::from_environment() {
        let fixture = Fixture::open(kind).await;
        let package = fixture.package("a.apk", u64::from(N_CHUNKS - 1) * 8 * MIB + MIB);
        fixture.proxy.hold(|request| chunk_number(request).is_some_and(|number| number > N_STORED));
        fixture.begin_release(&package.path, "Reloaded").await;
        fixture.wait_for_chunks(N_STORED).await;
        fixture.browser.click("next").await;
        fixture.browser.type_into("notes", "kept over a reload").await;
        fixture.wait_until_saved("kept over a reload").await;
        fixture.browser.client.refresh().await.expect("the page loads again");
        let text = fixture.browser.text("unfinished").await;
        assert!(text.contains("a.apk") && text.contains("developer/Reloaded"), "{kind:?}: {text}");

        fixture.forward_all();
        fixture.resume(&package.path).await;
        fixture.browser.find("resumed").await;
        fixture.browser.wait_for_phase("ready").await;
        let notes = fixture.browser.run("return document.querySelector('#notes').value", Value::Null).await;
        assert_eq!(notes, "kept over a reload", "{kind:?}");
        assert_eq!(fixture.times_stored(N_CHUNKS), [1; N_CHUNKS as usize], "{kind:?}");
        fixture.distribute().await;
        assert_eq!(fixture.downloaded_sha256().await, package.sha256(), "{kind:?}");
        fixture.close().await;
    }
}
