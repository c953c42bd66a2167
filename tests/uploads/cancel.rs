use testkit::browser::Kind;
use testkit::clients::http::get;
use testkit::deadline::with_deadline;

use crate::scene::{MIB, Scene, part};

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_upload_leaves_nothing_on_the_server() {
    let scene = Scene::open(Kind::Chromium).await;
    let package = scene.package("a.apk", 80 * MIB);
    scene.proxy.hold(|request| part(request).is_some_and(|number| number > 4));
    scene.begin_release(&package.path, "Cancelled").await;
    scene.stored_up_to(4).await;
    assert!(scene.blobs().len() >= 4, "parts are stored");
    scene.browser.click("cancel").await;
    scene.browser.click("confirm").await;
    scene.browser.wait_for_phase("cancelled").await;
    let freed = async {
        while !scene.blobs().is_empty() {
            // The store removes the bytes when it is done with the call that ended them.
            get(&format!("{}/", scene.stack.url)).await;
        }
    };
    with_deadline("the store was to be empty", freed).await;
    scene.browser.go(&scene.network.url).await;
    scene.browser.wait_for("[data-test=\"saved-uploads\"][aria-busy=\"false\"]").await;
    assert!(!scene.browser.has("unfinished").await, "there is nothing to go on with");
    scene.close().await;
}
