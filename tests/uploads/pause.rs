use fantoccini::key::Key;
use testkit::browser::BrowserKind;
use testkit::package::LargePackage;

use crate::fixture::{Fixture, MIB, chunk_number};

/// A package of eight chunks, of which three are stored and the others are held.
async fn uploading() -> (Fixture, LargePackage) {
    let fixture = Fixture::open(BrowserKind::Chromium).await;
    let package = fixture.package("a.apk", 60 * MIB);
    fixture.proxy.hold(|request| chunk_number(request).is_some_and(|number| number > 3));
    fixture.begin_release(&package.path, "Paused").await;
    fixture.wait_for_chunks(3).await;
    (fixture, package)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_upload_sends_no_new_chunk_until_it_is_resumed() {
    let (fixture, package) = uploading().await;
    let browser = &fixture.browser;
    browser.click("pause").await;
    browser.wait_for_phase("paused").await;
    browser.screenshot("paused").await;
    let n_sent = fixture.proxy.requests("/upload_chunk/").len();
    fixture.forward_all();
    // Time enough for a chunk that would be sent by mistake.
    browser.click("next").await;
    browser.type_into("notes", "written in peace").await;
    browser.click("back").await;
    assert_eq!(fixture.proxy.requests("/upload_chunk/").len(), n_sent);
    browser.click("unpause").await;
    browser.wait_for_phase("ready").await;
    assert_eq!(fixture.times_stored(8), [1; 8]);
    fixture.distribute().await;
    assert_eq!(fixture.downloaded_sha256().await, package.sha256());
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_and_resume_are_one_control_for_the_keyboard() {
    let (fixture, _) = uploading().await;
    let browser = &fixture.browser;
    browser.tab_to("pause").await;
    browser.press(Key::Enter).await;
    browser.wait_for_phase("paused").await;
    fixture.forward_all();
    // No Tab in between: the focus has stayed.
    browser.press(Key::Enter).await;
    browser.wait_for_phase("ready").await;
    assert_eq!(fixture.times_stored(8), [1; 8]);
    fixture.close().await;
}
