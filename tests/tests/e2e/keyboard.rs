use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::Value;
use testkit::Browser;
use testkit::package::{HELLO_WORLD, corpus};

use crate::scene::Scene;

/// Presses one key, wherever the focus is.
pub(crate) async fn press(browser: &Browser, key: Key) {
    let value = char::from(key);
    let keys =
        KeyActions::new("keyboard".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
    browser.client.perform_actions(keys).await.expect("keys can be pressed");
}

/// Tabs until the focus is on the control of that name.
pub(crate) async fn tab_to(browser: &Browser, name: &str) {
    browser.find(name).await;
    for _ in 0..60 {
        let focused = browser.run("return document.activeElement?.dataset.test ?? null", Value::Null).await;
        if focused == name {
            return;
        }
        press(browser, Key::Tab).await;
    }
    panic!("`{name}` cannot be reached by Tab\n{}", browser.page_text().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_is_released_without_touching_the_mouse() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    tab_to(browser, "file-input").await;
    // Enter would open the system's own dialog, which is not ours to test.
    browser.choose(&scene.folder.file("a.apk", &corpus(HELLO_WORLD))).await;
    tab_to(browser, "create-app").await;
    press(browser, Key::Enter).await;
    browser.until_phase("ready").await;
    for step in ["notes", "destinations", "review"] {
        tab_to(browser, "next").await;
        press(browser, Key::Enter).await;
        browser.until(&format!("[data-test=\"step-{step}\"][aria-current=\"step\"]")).await;
    }
    tab_to(browser, "distribute").await;
    press(browser, Key::Enter).await;
    assert_eq!(browser.text("release-number").await, "#1");
    scene.close().await;
}
