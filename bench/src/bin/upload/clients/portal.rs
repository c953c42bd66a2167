//! Slipway as its users have it: the portal's page, the file chosen on it, its Web Worker.

use serde_json::Value;

use super::Turn;
use super::tab::{Tab, choose};
use crate::attempt::{Trouble, Uploaded};

/// Noted by the page itself: when each phase of the upload began, in milliseconds.
const NOTE_PHASES: &str = "
    window.phases = {};
    new MutationObserver(() => {
        const phase = document.querySelector('[data-test=\"progress\"]')?.dataset.phase;
        if (phase && !(phase in window.phases)) window.phases[phase] = performance.now();
    }).observe(document, {subtree: true, childList: true, attributes: true});";

const FILE: &str = "[data-test=\"file-input\"]";

/// The server has confirmed every part, or the engine has given up.
const ENDED: &str = "[data-phase=\"finishing\"], [data-phase=\"processing\"], [data-phase=\"ready\"], \
    [data-phase=\"failed\"]";

/// The portal in a browser of its own.
#[derive(Default)]
pub(super) struct Portal {
    tab: Tab,
}

impl Portal {
    pub(super) async fn prepare(&mut self, turn: &Turn<'_>) {
        let browser = self.tab.browser().await;
        browser.go(&format!("http://{}", turn.authority)).await;
        browser.wait_for(FILE).await;
        browser.run(NOTE_PHASES, Value::Null).await;
    }

    pub(super) async fn upload(&mut self, turn: &Turn<'_>) -> Result<Uploaded, Trouble> {
        let file = turn.payload.path.clone();
        let ended =
            self.tab.run(async |browser| choose(browser, FILE, &file).await, ENDED, turn.limit).await?;
        let browser = self.tab.browser().await;
        if ended["phase"] == "failed" {
            let text = browser.text("progress").await;
            // What this browser has kept of the upload would be gone on with in the next turn.
            self.tab.close().await;
            return Err(Trouble::Fails(what_it_says(&text)));
        }
        let phases = browser.run("return window.phases", Value::Null).await;
        let at = |phase: &str| phases[phase].as_f64();
        let begun = at("preparing").or(at("uploading"));
        // What comes then is the release that is made, which in one workerd waits for the package to be read.
        let confirmed = at("finishing").or(at("processing")).or(at("ready"));
        match begun.zip(confirmed) {
            Some((begun, confirmed)) => {
                Ok(Uploaded { seconds: (confirmed - begun) / 1000.0, stored: String::new() })
            }
            None => Err(Trouble::Fails(format!("its phases were not seen: {phases}"))),
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
