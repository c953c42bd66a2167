use fantoccini::key::Key;
use testkit::package::{HELLO_WORLD, corpus};

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn a_build_is_released_without_touching_the_mouse() {
    let fixture = Fixture::open().await;
    let browser = &fixture.browser;
    browser.tab_to("file-input").await;
    // Enter would open the system's own dialog, which WebDriver cannot control.
    browser.choose(&fixture.folder.file("a.apk", &corpus(HELLO_WORLD))).await;
    browser.tab_to("create-app").await;
    browser.press(Key::Enter).await;
    browser.wait_for_phase("ready").await;
    for step in ["notes", "destinations", "review"] {
        browser.tab_to("next").await;
        browser.press(Key::Enter).await;
        browser.wait_for(&format!("[data-test=\"step-{step}\"][aria-current=\"step\"]")).await;
    }
    browser.tab_to("distribute").await;
    browser.press(Key::Enter).await;
    assert_eq!(browser.text("release-number").await, "#1");
    fixture.close().await;
}
