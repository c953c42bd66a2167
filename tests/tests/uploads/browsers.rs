use testkit::browser::Kind;
use testkit::package::{HELLO_WORLD, corpus_path};
use testkit::stack::Folder;
use testkit::{Browser, Stack};

#[tokio::test(flavor = "multi_thread")]
async fn every_browser_releases_a_package() {
    let folder = Folder::new("browsers");
    let stack = Stack::start(&folder.path().join("data"));
    for kind in Kind::present() {
        let browser = Browser::open_kind(kind).await;
        browser.go(&stack.url).await;
        browser.choose(&corpus_path(HELLO_WORLD)).await;
        let name = browser.find("app-name").await;
        name.clear().await.expect("the name can be changed");
        name.send_keys(&format!("In {kind:?}")).await.expect("the name can be typed");
        browser.click("create-app").await;
        browser.until_phase("ready").await;
        for _ in 0..3 {
            browser.click("next").await;
        }
        browser.click("distribute").await;
        assert_eq!(browser.text("release-number").await, "#1", "{kind:?}");
        browser.close().await;
    }
}
