//! Slipway and app-info-parser in Chromium, on the same file chosen in the same way.

use std::path::Path;
use std::time::Duration;

use fantoccini::Locator;
use fantoccini::error::CmdError;
use serde_json::Value;
use testkit::{Browser, processes};

use crate::process;
use crate::reading::{PackageFields, Reading};

/// How long a page may take for one file and all its runs; app-info-parser never finishes some.
const MAX_TIME: Duration = Duration::from_secs(30);

/// How long a browser may take to close before it is killed.
const MAX_TIME_TO_CLOSE: Duration = Duration::from_secs(5);

const MEASURE: &str = "
    const [runs, done] = arguments;
    measure(runs).then(done, (error) => done({error: String(error), seconds: []}));";

/// A reader in a page.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    /// Its name in the tables.
    pub(crate) name: &'static str,
    file: &'static str,
}

pub(crate) const SLIPWAY: Page = Page { name: "Slipway, in its Worker", file: "slipway.html" };
pub(crate) const APP_INFO_PARSER: Page = Page { name: "app-info-parser 1.1.6", file: "app_info_parser.html" };

/// One reader's browser. Every file gets a tab of its own, and after an error a browser of its own.
pub(crate) struct Chromium {
    page: Page,
    origin: String,
    browser: Option<Browser>,
}

impl Chromium {
    pub(crate) fn new(page: Page, origin: &str) -> Chromium {
        Chromium { page, origin: origin.to_owned(), browser: None }
    }

    /// Reads a file that often in a fresh tab.
    pub(crate) async fn read(&mut self, file: &Path, runs: usize) -> Reading {
        let browser = match self.browser.take() {
            Some(browser) => browser,
            None => Browser::open().await,
        };
        let driver = browser.process();
        let outcome = tokio::time::timeout(MAX_TIME, in_tab(&browser, &self.url(), file, runs)).await;
        match outcome {
            Ok(Ok(reading)) => {
                self.browser = Some(browser);
                reading
            }
            Ok(Err(error)) => {
                // Before chromedriver ends: then the browser cannot be found as its child.
                driver.into_iter().for_each(processes::kill_tree);
                drop(browser);
                Reading::failed(format!("the tab failed: {error}"))
            }
            Err(_) => {
                driver.into_iter().for_each(processes::kill_tree);
                drop(browser);
                Reading::failed(format!("still running after {} s", MAX_TIME.as_secs()))
            }
        }
    }

    fn url(&self) -> String {
        format!("{}/{}", self.origin, self.page.file)
    }

    /// Closes the browser.
    pub(crate) async fn close(mut self) {
        let Some(browser) = self.browser.take() else { return };
        let driver = browser.process();
        if tokio::time::timeout(MAX_TIME_TO_CLOSE, browser.close()).await.is_err() {
            driver.into_iter().for_each(processes::kill_tree);
        }
    }
}

async fn in_tab(browser: &Browser, url: &str, file: &Path, runs: usize) -> Result<Reading, CmdError> {
    let client = &browser.client;
    // chromedriver takes no path with links or dots.
    let chosen = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned()).display().to_string();
    let home = client.window().await?;
    let tab = client.new_window(true).await?.handle;
    client.switch_to_window(tab).await?;
    client.goto(url).await?;
    browser.wait_for("[data-ready]").await;
    client.find(Locator::Id("file")).await?.send_keys(&chosen).await?;
    let before = renderer_peak_kb(browser);
    let line = client.execute_async(MEASURE, vec![1.into()]).await?;
    // Of one run: many runs leave garbage behind.
    let peak_kb = renderer_peak_kb(browser);
    let others = match runs {
        0 | 1 => Value::Null,
        _ => client.execute_async(MEASURE, vec![(runs - 1).into()]).await?,
    };
    client.close_window().await?;
    client.switch_to_window(home).await?;
    let mut reading = Reading::from_line(&line, 0.0, peak_kb);
    reading.seconds.extend(others["seconds"].as_array().into_iter().flatten().filter_map(Value::as_f64));
    reading.grown_kb = Some(peak_kb.saturating_sub(before));
    if reading.facts.is_ok() {
        reading.facts = match &line["facts"] {
            Value::Null => Err("no response".to_owned()),
            facts => Ok(PackageFields::from_json(facts)),
        };
    }
    Ok(reading)
}

/// The most resident memory of the page's process so far, its Workers included.
fn renderer_peak_kb(browser: &Browser) -> u64 {
    let processes = browser.process().map(processes::descendants).unwrap_or_default();
    let renderers = processes.into_iter().filter(|(_, arguments)| arguments.contains("--type=renderer"));
    renderers.filter_map(|(id, _)| process::peak_kb(id)).max().unwrap_or(0)
}
