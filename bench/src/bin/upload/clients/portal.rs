//! Slipway as users have it: the portal's page, the file chosen on it, its Web Worker.

use serde_json::Value;

use super::UploadRun;
use super::tab::{Tab, choose};
use crate::outcome::{UploadError, UploadResult};

/// Records in the page when each phase of the upload began, in milliseconds.
const NOTE_PHASES: &str = "
    window.phases = {};
    new MutationObserver(() => {
        const phase = document.querySelector('[data-test=\"progress\"]')?.dataset.phase;
        if (phase && !(phase in window.phases)) window.phases[phase] = performance.now();
    }).observe(document, {subtree: true, childList: true, attributes: true});";

const FILE: &str = "[data-test=\"file-input\"]";

/// The server has confirmed every chunk, or the upload has failed.
const ENDED: &str = "[data-phase=\"finishing\"], [data-phase=\"processing\"], [data-phase=\"ready\"], \
    [data-phase=\"failed\"]";

/// The portal in a browser of its own.
#[derive(Default)]
pub(super) struct Portal {
    tab: Tab,
}

impl Portal {
    pub(super) async fn prepare(&mut self, run: &UploadRun<'_>) {
        let browser = self.tab.browser().await;
        browser.go(&format!("http://{}", run.authority)).await;
        browser.wait_for(FILE).await;
        browser.run(NOTE_PHASES, Value::Null).await;
    }

    pub(super) async fn upload(&mut self, run: &UploadRun<'_>) -> Result<UploadResult, UploadError> {
        let file = run.payload.path.clone();
        let ended =
            self.tab.run(async |browser| choose(browser, FILE, &file).await, ENDED, run.limit).await?;
        let browser = self.tab.browser().await;
        if ended["phase"] == "failed" {
            let text = browser.text("progress").await;
            // The next run would resume the upload that this browser has saved.
            self.tab.close().await;
            return Err(UploadError::Failed(what_it_says(&text)));
        }
        let phases = browser.run("return window.phases", Value::Null).await;
        let at = |phase: &str| phases[phase].as_f64();
        let started = at("preparing").or(at("uploading"));
        // The release that is made then is not measured: in one workerd it waits for the package to be read.
        let confirmed = at("finishing").or(at("processing")).or(at("ready"));
        match started.zip(confirmed) {
            Some((started, confirmed)) => {
                Ok(UploadResult { seconds: (confirmed - started) / 1000.0, stored: String::new() })
            }
            None => Err(UploadError::Failed(format!("its phases were not seen: {phases}"))),
        }
    }

    pub(super) fn process(&self) -> Option<u32> {
        self.tab.process()
    }

    pub(super) async fn close(&mut self) {
        self.tab.close().await;
    }
}

fn what_it_says(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}
