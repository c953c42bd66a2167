//! Peers, each in a page with only the library and an input for the file.

use serde_json::{Value, json};

use super::UploadRun;
use super::tab::{Tab, choose};
use crate::outcome::{UploadError, UploadResult};
use crate::servers::{Bucket, CREDENTIALS, OBJECT_KEY, Tus};

/// A library that uploads.
#[derive(Clone, Copy)]
pub(super) enum Library {
    /// To the bucket; without a part size it chooses its own.
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

    pub(super) async fn upload(&mut self, run: &UploadRun<'_>) -> Result<UploadResult, UploadError> {
        let options = self.options(&run.authority);
        let file = run.payload.path.clone();
        let start = async |browser: &testkit::Browser| {
            choose(browser, "#file", &file).await?;
            browser.client.execute("begin(arguments[0])", vec![options]).await.map(drop)
        };
        let ended = self.tab.run(start, "[data-outcome]", run.limit).await?;
        let outcome: Value =
            ended["outcome"].as_str().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        match (outcome["seconds"].as_f64(), outcome["stored"].as_str()) {
            (Some(seconds), Some(stored)) => Ok(UploadResult { seconds, stored: stored.to_owned() }),
            _ => Err(UploadError::Failed(outcome["error"].as_str().unwrap_or("no outcome").to_owned())),
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
