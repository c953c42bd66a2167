//! What the tests begin with.

use std::path::Path;

use testkit::TempFolder;
use testkit::{Browser, FaultyProxy, Stack};

/// A stack with empty data, a proxy in front of it, and a browser at the portal.
pub(crate) struct Fixture {
    pub(crate) browser: Browser,
    pub(crate) proxy: FaultyProxy,
    pub(crate) stack: Stack,
    /// For packages, and where the stack keeps its data.
    pub(crate) folder: TempFolder,
}

impl Fixture {
    pub(crate) async fn open() -> Fixture {
        let folder = TempFolder::new("e2e");
        let stack = Stack::start(&folder.path().join("data"));
        let proxy = FaultyProxy::start(stack.authority()).await;
        let browser = Browser::open().await;
        browser.go(&proxy.url).await;
        Fixture { browser, proxy, stack, folder }
    }

    /// Chooses a package on the open page and creates an app for it.
    pub(crate) async fn begin_release(&self, file: &Path, app: &str) {
        self.browser.choose(file).await;
        let name = self.browser.find("app-name").await;
        name.clear().await.expect("the name can be changed");
        name.send_keys(app).await.expect("the name can be typed");
        self.browser.click("create-app").await;
    }

    /// Goes through all steps with the suggested values, and returns the release's number as the page shows it.
    pub(crate) async fn release(&self, file: &Path, app: &str) -> String {
        self.begin_release(file, app).await;
        self.browser.wait_for_phase("ready").await;
        self.click_through().await;
        self.browser.text("release-number").await
    }

    /// From the first step to Distribute with the suggested values.
    pub(crate) async fn click_through(&self) {
        for _ in 0..3 {
            self.browser.click("next").await;
        }
        self.browser.click("distribute").await;
    }

    /// The install link on the release's page.
    pub(crate) async fn install_link(&self) -> String {
        let link = self.browser.find("install-link").await;
        link.attr("href").await.expect("a link's attribute").expect("a link has an address")
    }

    pub(crate) async fn close(self) {
        self.browser.close().await;
    }
}
