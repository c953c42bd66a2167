use serde_json::Value;
use testkit::browser::Kind;

use crate::scene::{MIB, Scene, part};

/// Parts of the package, and those that are stored before the reload.
const PARTS: u32 = 25;
const STORED: u32 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn reloaded_at_40_percent_an_upload_resumes_in_every_browser_and_sends_no_chunk_again() {
    for kind in Kind::from_environment() {
        let scene = Scene::open(kind).await;
        let package = scene.package("a.apk", u64::from(PARTS - 1) * 8 * MIB + MIB);
        scene.proxy.hold(|request| part(request).is_some_and(|number| number > STORED));
        scene.begin_release(&package.path, "Reloaded").await;
        scene.stored_up_to(STORED).await;
        scene.browser.click("next").await;
        scene.browser.type_into("notes", "kept over a reload").await;
        scene.until_kept("kept over a reload").await;
        scene.browser.client.refresh().await.expect("the page loads again");
        let text = scene.browser.text("unfinished").await;
        assert!(text.contains("a.apk") && text.contains("developer/Reloaded"), "{kind:?}: {text}");

        scene.let_all_pass();
        scene.go_on(&package.path).await;
        scene.browser.find("resumed").await;
        scene.browser.wait_for_phase("ready").await;
        let notes = scene.browser.run("return document.querySelector('#notes').value", Value::Null).await;
        assert_eq!(notes, "kept over a reload", "{kind:?}");
        assert_eq!(scene.times_stored(PARTS), [1; PARTS as usize], "{kind:?}");
        scene.distribute().await;
        assert_eq!(scene.downloaded_sha256().await, package.sha256(), "{kind:?}");
        scene.close().await;
    }
}
