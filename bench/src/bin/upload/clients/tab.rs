//! A browser for one client, which is killed when its page does not finish.

use std::time::Duration;

use fantoccini::Locator;
use fantoccini::error::CmdError;
use serde_json::{Value, json};
use testkit::{Browser, processes};
use tokio::time::timeout;

use crate::outcome::UploadError;

/// How long one script waits: less than WebDriver allows a script. Longer waits repeat the script.
const WAIT: Duration = Duration::from_secs(30);

/// How long a browser may take to close before it is killed.
const MAX_TIME_TO_CLOSE: Duration = Duration::from_secs(5);

/// Calls back with the data of the first element that matches, as soon as there is one, or with null at the timeout.
const WATCH: &str = "
    const [css, timeout, done] = arguments;
    const check = () => {
        const element = document.querySelector(css);
        if (!element) return;
        end({...element.dataset});
    };
    const end = (found) => {
        observer.disconnect();
        clearTimeout(timer);
        done(found);
    };
    const timer = setTimeout(() => end(null), timeout);
    const observer = new MutationObserver(check);
    observer.observe(document, {subtree: true, childList: true, attributes: true});
    check();";

/// One client's browser.
#[derive(Default)]
pub(super) struct Tab(Option<Browser>);

impl Tab {
    /// The browser, which is opened if there is none.
    pub(super) async fn browser(&mut self) -> &Browser {
        if self.0.is_none() {
            self.0 = Some(Browser::open().await);
        }
        self.0.as_ref().expect("it was opened")
    }

    /// Starts the upload and waits until an element matches; returns the element's data.
    pub(super) async fn run(
        &mut self,
        start: impl AsyncFnOnce(&Browser) -> Result<(), CmdError>,
        until: &str,
        limit: Duration,
    ) -> Result<Value, UploadError> {
        let browser = self.browser().await;
        let work = async {
            start(browser).await?;
            await_element(browser, until).await
        };
        match timeout(limit, work).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => {
                self.end();
                Err(UploadError::Failed(format!("the page failed: {error}")))
            }
            Err(_) => {
                self.end();
                Err(UploadError::TimedOut(limit))
            }
        }
    }

    pub(super) fn process(&self) -> Option<u32> {
        self.0.as_ref().and_then(Browser::process)
    }

    /// Kills the browser before chromedriver: a process whose parent has ended cannot be found as its child.
    fn end(&mut self) {
        self.process().into_iter().for_each(processes::kill_tree);
        self.0 = None;
    }

    /// Closes the browser.
    pub(super) async fn close(&mut self) {
        let Some(browser) = self.0.take() else { return };
        let driver = browser.process();
        if timeout(MAX_TIME_TO_CLOSE, browser.close()).await.is_err() {
            driver.into_iter().for_each(processes::kill_tree);
        }
    }
}

/// Chooses a file on a page.
pub(super) async fn choose(browser: &Browser, css: &str, file: &std::path::Path) -> Result<(), CmdError> {
    // chromedriver takes no path with links or dots.
    let path = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    browser.client.find(Locator::Css(css)).await?.send_keys(&path.display().to_string()).await
}

async fn await_element(browser: &Browser, css: &str) -> Result<Value, CmdError> {
    loop {
        let timeout = u64::try_from(WAIT.as_millis()).unwrap_or(u64::MAX);
        let found = browser.client.execute_async(WATCH, vec![css.into(), json!(timeout)]).await?;
        if !found.is_null() {
            return Ok(found);
        }
    }
}
