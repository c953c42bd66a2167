//! A real browser, driven over WebDriver.

use std::path::Path;
use std::process::Stdio;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long a page may take to get somewhere, in milliseconds. Generous: a busy machine is no failure.
const PATIENCE_MS: u64 = 120_000;

/// Calls back with the first element that fits, as soon as there is one.
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

/// A window of its own, with a profile of its own. Ends when dropped.
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    driver: Child,
}

impl Browser {
    /// Opens a headless Chromium window of 1280 × 900.
    pub async fn open() -> Browser {
        let (driver, port) = start_driver().await;
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("chromedriver opens a window");
        Browser { client, driver }
    }

    /// The id of chromedriver's process, whose child is the browser.
    pub fn process(&self) -> Option<u32> {
        self.driver.id()
    }

    /// Goes to a page.
    pub async fn go(&self, url: &str) {
        self.client.goto(url).await.expect("the page loads");
    }

    /// The element with that `data-test` name, once it is there.
    pub async fn find(&self, name: &str) -> Element {
        self.until(&selector(name)).await
    }

    /// The first element that fits the CSS selector, once it is there.
    pub async fn until(&self, css: &str) -> Element {
        if let Err(error) = self.client.execute_async(WATCH, vec![css.into()]).await {
            panic!("`{css}` never appears: {error}\n{}", self.page_text().await);
        }
        let found = self.client.find(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("`{css}` appeared and went: {error}"))
    }

    /// Waits until the upload's progress is in that phase.
    pub async fn until_phase(&self, phase: &str) {
        self.until(&format!("{}[data-phase=\"{phase}\"]", selector("progress"))).await;
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
        let control = self.until(&format!("{0}:enabled, a{0}", selector(name))).await;
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
    pub async fn run(&self, script: &str, argument: serde_json::Value) -> serde_json::Value {
        let result = self.client.execute(script, vec![argument]).await;
        result.unwrap_or_else(|error| panic!("the script failed: {error}"))
    }

    /// Runs a script with an argument and a callback, and returns what it calls back with.
    pub async fn run_async(&self, script: &str, argument: serde_json::Value) -> serde_json::Value {
        let result = self.client.execute_async(script, vec![argument]).await;
        result.unwrap_or_else(|error| panic!("the script failed: {error}"))
    }

    /// Keeps a picture of the window in the folder that `SLIPWAY_SCREENSHOTS` names, if it does.
    pub async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("SLIPWAY_SCREENSHOTS") else { return };
        let png = self.client.screenshot().await.expect("a picture of the window");
        let path = Path::new(&folder).join(format!("{name}.png"));
        std::fs::write(&path, png).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Closes the window.
    pub async fn close(self) {
        let _ = self.client.close().await;
    }
}

/// Starts chromedriver on a free port.
///
/// It looks for one that is free for IPv4 and then takes it for IPv6 too; when another program was quicker there it
/// ends at once, and is started again.
async fn start_driver() -> (Child, String) {
    const TRIES: usize = 10;
    for _ in 0..TRIES {
        let program = std::env::var_os("SLIPWAY_CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut driver = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver starts");
        let mut lines = BufReader::new(driver.stdout.take().expect("its output is piped")).lines();
        while let Some(line) = lines.next_line().await.expect("chromedriver speaks") {
            if let Some((_, port)) = line.split_once("successfully on port ") {
                // What it says later must have somewhere to go.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return (driver, port.trim_end_matches('.').to_owned());
            }
        }
    }
    panic!("chromedriver ended {TRIES} times before it said its port");
}

fn selector(name: &str) -> String {
    format!("[data-test=\"{name}\"]")
}

fn capabilities() -> serde_json::Map<String, serde_json::Value> {
    let args = [
        "--headless",
        // Chromium refuses its sandbox to root, and tests in containers run as root.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
    ];
    let capabilities = json!({
        "goog:chromeOptions": {"args": args},
        "timeouts": {"script": PATIENCE_MS},
        "unhandledPromptBehavior": "accept",
    });
    match capabilities {
        serde_json::Value::Object(map) => map,
        _ => unreachable!("an object literal"),
    }
}
