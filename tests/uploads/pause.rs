use fantoccini::key::Key;
use testkit::browser::Kind;
use testkit::package::LargePackage;

use crate::scene::{MIB, Scene, part};

/// A package of eight parts, of which three are stored and no more can be.
async fn uploading() -> (Scene, LargePackage) {
    let scene = Scene::open(Kind::Chromium).await;
    let package = scene.package("a.apk", 60 * MIB);
    scene.proxy.hold(|request| part(request).is_some_and(|number| number > 3));
    scene.begin_release(&package.path, "Paused").await;
    scene.stored_up_to(3).await;
    (scene, package)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_upload_sends_no_new_chunk_until_it_is_resumed() {
    let (scene, package) = uploading().await;
    let browser = &scene.browser;
    browser.click("pause").await;
    browser.wait_for_phase("paused").await;
    browser.screenshot("paused").await;
    let begun = scene.proxy.requests("/upload_chunk/").len();
    scene.let_all_pass();
    // There is much to do meanwhile.
    browser.click("next").await;
    browser.type_into("notes", "written in peace").await;
    browser.click("back").await;
    assert_eq!(scene.proxy.requests("/upload_chunk/").len(), begun);
    browser.click("unpause").await;
    browser.wait_for_phase("ready").await;
    assert_eq!(scene.times_stored(8), [1; 8]);
    scene.distribute().await;
    assert_eq!(scene.downloaded_sha256().await, package.sha256());
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_and_resume_are_one_control_for_the_keyboard() {
    let (scene, _) = uploading().await;
    let browser = &scene.browser;
    browser.tab_to("pause").await;
    browser.press(Key::Enter).await;
    browser.wait_for_phase("paused").await;
    scene.let_all_pass();
    // Without a Tab between: the focus has stayed.
    browser.press(Key::Enter).await;
    browser.wait_for_phase("ready").await;
    assert_eq!(scene.times_stored(8), [1; 8]);
    scene.close().await;
}
