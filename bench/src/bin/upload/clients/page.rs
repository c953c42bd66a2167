//! Peers in pages that hold nothing but them and an input for the file.

use serde_json::{Value, json};

use super::Turn;
use super::tab::{Tab, choose};
use crate::attempt::{Trouble, Uploaded};
use crate::stores::{Bucket, CREDENTIALS, OBJECT_KEY, Tus};

/// A library that uploads.
#[derive(Clone, Copy)]
pub(super) enum Library {
    /// To the bucket; without a size of its parts it takes its own.
    Uppy { part_size: Option<u64> },
    /// To the tus server.
    Tus,
}

/// A library in a browser of its own.
pub(super) struct Page {
    library: Library,
    origin: String,
    tab: Tab,
}

impl Page {
    pub(super) fn new(library: Library, origin: &str) -> Page {
        Page { library, origin: origin.to_owned(), tab: Tab::default() }
    }

    pub(super) async fn prepare(&mut self) {
        let file = match self.library {
            Library::Uppy { .. } => "uppy.html",
            Library::Tus => "tus.html",
        };
        let browser = self.tab.browser().await;
        browser.go(&format!("{}/{file}", self.origin)).await;
        browser.wait_for("[data-ready]").await;
    }

    pub(super) async fn upload(&mut self, turn: &Turn<'_>) -> Result<Uploaded, Trouble> {
        let options = self.options(&turn.authority);
        let file = turn.payload.path.clone();
        let start = async |browser: &testkit::Browser| {
            choose(browser, "#file", &file).await?;
            browser.client.execute("begin(arguments[0])", vec![options]).await.map(drop)
        };
        let ended = self.tab.run(start, "[data-outcome]", turn.limit).await?;
        let outcome: Value =
            ended["outcome"].as_str().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        match (outcome["seconds"].as_f64(), outcome["stored"].as_str()) {
            (Some(seconds), Some(stored)) => Ok(Uploaded { seconds, stored: stored.to_owned() }),
            _ => Err(Trouble::Fails(outcome["error"].as_str().unwrap_or("no outcome").to_owned())),
        }
    }

    fn options(&self, authority: &str) -> Value {
        match self.library {
            Library::Tus => json!({"endpoint": Tus::url(authority)}),
            Library::Uppy { part_size } => {
                let (id, secret) = CREDENTIALS;
                json!({
                    "endpoint": Bucket::url(authority), "key": OBJECT_KEY, "partSize": part_size,
                    "credentials": {"accessKeyId": id, "secretAccessKey": secret},
                })
            }
        }
    }

    pub(super) fn process(&self) -> Option<u32> {
        self.tab.process()
    }

    pub(super) async fn close(&mut self) {
        self.tab.close().await;
    }
}
