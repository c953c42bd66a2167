use testkit::browser::BrowserKind;

use crate::fixture::{Fixture, MIB, chunk_number};

#[tokio::test(flavor = "multi_thread")]
async fn one_tab_uploads_and_the_other_shows_its_progress_and_takes_over() {
    for kind in BrowserKind::from_environment() {
        let fixture = Fixture::open(kind).await;
        let (browser, client) = (&fixture.browser, &fixture.browser.client);
        let package = fixture.package("a.apk", 60 * MIB);
        fixture.proxy.hold(|request| chunk_number(request).is_some_and(|number| number > 3));
        fixture.begin_release(&package.path, "Twice").await;
        fixture.wait_for_chunks(3).await;

        let first = client.window().await.expect("a window");
        let second = client.new_window(true).await.expect("another tab").handle;
        client.switch_to_window(second.clone()).await.expect("the other tab");
        browser.go(&fixture.network.url).await;
        let text = browser.text("unfinished").await;
        assert!(text.contains("in another tab"), "{kind:?}: {text}");
        browser.choose(&package.path).await;
        browser.find("elsewhere").await;
        // The first tab's progress: 3 of 8 chunks.
        browser.wait_for("[data-test=\"progress\"] progress[value]:not([value=\"0\"])").await;

        client.switch_to_window(first).await.expect("the first tab");
        client.close_window().await.expect("it closes");
        client.switch_to_window(second).await.expect("the other tab");
        fixture.forward_all();
        browser.wait_for_phase("ready").await;
        // Chunks that were in flight when the tab was closed may have been stored.
        assert_eq!(fixture.times_stored(3), [1; 3], "{kind:?}: what was stored is not sent again");
        fixture.distribute().await;
        assert_eq!(fixture.downloaded_sha256().await, package.sha256(), "{kind:?}");
        fixture.close().await;
    }
}
