//! A real browser, controlled over WebDriver.
//!
//! `Browser` is a window with what tests do in it; `driver` starts the programs that control it.

mod driver;

use std::path::Path;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;

use driver::Driver;

/// How long a page may take until an element is there, in milliseconds. Generous: a busy machine is no failure.
const TIMEOUT_MS: u64 = 120_000;

/// Calls back as soon as an element matches the selector.
const WATCH: &str = "
    const [css, done] = arguments;
    const check = () => {
        const element = document.querySelector(css);
        if (!element) return;
        observer.disconnect();
        done();
    };
    const observer = new MutationObserver(check);
    observer.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
    check();";

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserKind {
    /// Chromium, the only one that must be installed.
    Chromium,
    /// Firefox.
    Firefox,
    /// The `MiniBrowser` of `WebKitGTK`, which has Safari's engine.
    WebKit,
}

impl BrowserKind {
    /// Those that the variable `SLIPWAY_BROWSERS` names, such as `chromium,firefox,webkit`; Chromium without it.
    pub fn from_environment() -> Vec<BrowserKind> {
        let named = std::env::var("SLIPWAY_BROWSERS").unwrap_or_else(|_| "chromium".into());
        let kind = |name: &str| match name {
            "chromium" => BrowserKind::Chromium,
            "firefox" => BrowserKind::Firefox,
            "webkit" => BrowserKind::WebKit,
            _ => panic!("expected chromium, firefox or webkit in SLIPWAY_BROWSERS, got {name}"),
        };
        named.split(',').map(kind).collect()
    }
}

/// A window of its own, with a profile of its own. Ends when dropped.
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    driver: Driver,
}

impl Browser {
    /// Opens a headless Chromium window of 1280 × 900.
    pub async fn open() -> Browser {
        Browser::open_kind(BrowserKind::Chromium).await
    }

    /// Opens a window of 1280 × 900 without a screen.
    pub async fn open_kind(kind: BrowserKind) -> Browser {
        let driver = Driver::start(kind).await;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(driver::capabilities(kind))
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .unwrap_or_else(|error| panic!("{kind:?} opens no window: {error}"));
        if kind == BrowserKind::WebKit {
            // It has no argument for that.
            client.set_window_size(1280, 900).await.expect("a window can be resized");
        }
        Browser { client, driver }
    }

    /// The id of the driver's process, whose child is the browser.
    pub fn process(&self) -> Option<u32> {
        self.driver.process.id()
    }

    /// Goes to a page.
    pub async fn go(&self, url: &str) {
        self.client.goto(url).await.expect("the page loads");
    }

    /// The element with that `data-test` name, once it is there.
    pub async fn find(&self, name: &str) -> Element {
        self.wait_for(&selector(name)).await
    }

    /// The first element that matches the CSS selector, once it is there.
    pub async fn wait_for(&self, css: &str) -> Element {
        if let Err(error) = self.client.execute_async(WATCH, vec![css.into()]).await {
            panic!("`{css}` never appears: {error}\n{}", self.page_text().await);
        }
        let found = self.client.find(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("`{css}` appeared and went: {error}"))
    }

    /// Waits until the upload's progress is in that phase.
    pub async fn wait_for_phase(&self, phase: &str) {
        self.wait_for(&format!("{}[data-phase=\"{phase}\"]", selector("progress"))).await;
    }

    /// Whether there is such an element now.
    pub async fn has(&self, name: &str) -> bool {
        self.client.find(Locator::Css(&selector(name))).await.is_ok()
    }

    /// The element's text, once it is there.
    pub async fn text(&self, name: &str) -> String {
        self.find(name).await.text().await.expect("an element has text")
    }

    /// Clicks the element, once it is there and can be clicked.
    pub async fn click(&self, name: &str) {
        let control = self.wait_for(&format!("{0}:enabled, a{0}", selector(name))).await;
        control.click().await.unwrap_or_else(|error| panic!("`{name}` cannot be clicked: {error}"));
    }

    /// Types into the element, once it is there.
    pub async fn type_into(&self, name: &str, text: &str) {
        self.find(name)
            .await
            .send_keys(text)
            .await
            .unwrap_or_else(|error| panic!("cannot type into `{name}`: {error}"));
    }

    /// Presses one key, wherever the focus is.
    pub async fn press(&self, key: Key) {
        let value = char::from(key);
        let keys = KeyActions::new("keyboard".into());
        let keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.client.perform_actions(keys).await.expect("keys can be pressed");
    }

    /// Presses Tab until the focus is on the control of that name.
    pub async fn tab_to(&self, name: &str) {
        self.find(name).await;
        for _ in 0..60 {
            let focused = self.run("return document.activeElement?.dataset.test ?? null", Value::Null).await;
            if focused == name {
                return;
            }
            self.press(Key::Tab).await;
        }
        panic!("`{name}` cannot be reached by Tab\n{}", self.page_text().await);
    }

    /// Chooses a file.
    pub async fn choose(&self, path: &Path) {
        self.type_into("file-input", &path.display().to_string()).await;
    }

    /// Everything that the page shows, for messages.
    pub async fn page_text(&self) -> String {
        let text =
            self.client.execute("return location.href + '\\n' + document.body.innerText", vec![]).await;
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Runs a script with an argument and returns what it returns.
    pub async fn run(&self, script: &str, argument: Value) -> Value {
        let result = self.client.execute(script, vec![argument]).await;
        result.unwrap_or_else(|error| panic!("the script failed: {error}"))
    }

    /// Runs a script with an argument and a callback, and returns what it calls back with.
    pub async fn run_async(&self, script: &str, argument: Value) -> Value {
        let result = self.client.execute_async(script, vec![argument]).await;
        result.unwrap_or_else(|error| panic!("the script failed: {error}"))
    }

    /// Writes a screenshot to the folder that `SLIPWAY_SCREENSHOTS` names, if the variable is set.
    pub async fn screenshot(&self, name: &str) {
        let Some(folder) = std::env::var_os("SLIPWAY_SCREENSHOTS") else { return };
        let png = self.client.screenshot().await.expect("a screenshot of the window");
        let path = Path::new(&folder).join(format!("{name}.png"));
        std::fs::write(&path, png).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Closes the window.
    pub async fn close(self) {
        let _ = self.client.close().await;
    }
}

fn selector(name: &str) -> String {
    format!("[data-test=\"{name}\"]")
}
