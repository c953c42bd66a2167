//! Who uploads: Slipway, its peers, and curl to each store.

mod command_line;
mod curl;
mod page;
mod portal;
mod tab;

use std::time::Duration;

use page::{Library, Page};
use portal::Portal;

use crate::attempt::{Trouble, Uploaded};
use crate::environment::Environment;
use crate::payload::Payload;
use crate::stores::{Endpoint, Stores};

/// One upload by one client.
pub(crate) struct Turn<'a> {
    pub(crate) payload: &'a Payload,
    pub(crate) stores: &'a Stores,
    /// `host:port` of the store, or of what stands before it.
    pub(crate) authority: String,
    /// When it counts as hanging.
    pub(crate) limit: Duration,
    /// Whether the stored bytes are looked at afterwards. What is not, need not become a release.
    pub(crate) is_checked: bool,
}

/// A client with its store.
pub(crate) struct Contestant {
    /// What the tables call it.
    pub(crate) name: &'static str,
    pub(crate) endpoint: Endpoint,
    client: Client,
}

enum Client {
    Portal(Portal),
    CommandLine(command_line::CommandLine),
    Page(Page),
    Curl,
}

/// The name that all three curls have.
pub(crate) const CURL: &str = "curl, one request";

/// Slipway in Chromium.
pub(crate) const SLIPWAY: &str = "Slipway in Chromium";

/// Slipway's command line.
pub(crate) const COMMAND_LINE: &str = "slipway distribute release";

impl Contestant {
    /// Everybody whose store is there, in the order of the tables.
    pub(crate) fn all(environment: &Environment, stores: &Stores, origin: &str) -> Vec<Contestant> {
        let page = |library| Client::Page(Page::new(library, origin));
        let mut all = vec![(SLIPWAY, Endpoint::Slipway, Client::Portal(Portal::default()))];
        match command_line::CommandLine::find(environment) {
            Ok(client) => all.push((COMMAND_LINE, Endpoint::Slipway, Client::CommandLine(client))),
            Err(reason) => println!("{COMMAND_LINE} is left out: {reason}"),
        }
        all.extend([
            (CURL, Endpoint::Slipway, Client::Curl),
            ("Uppy 6, parts of 5 MiB", Endpoint::Bucket, page(Library::Uppy { part_size: None })),
            ("Uppy 6, parts of 8 MiB", Endpoint::Bucket, page(Library::Uppy { part_size: Some(8 << 20) })),
            (CURL, Endpoint::Bucket, Client::Curl),
            ("tus-js-client 4", Endpoint::Tus, page(Library::Tus)),
            (CURL, Endpoint::Tus, Client::Curl),
        ]);
        let (there, missing): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(_, endpoint, _)| stores.authority(*endpoint).is_some());
        for (name, endpoint, _) in missing.iter().filter(|(name, ..)| *name != CURL) {
            println!("{name} is left out: the {endpoint:?} store needs packages that could not be fetched");
        }
        there.into_iter().map(|(name, endpoint, client)| Contestant { name, endpoint, client }).collect()
    }

    /// Whether it is Slipway's or a peer's, and no yardstick.
    pub(crate) fn is_client(&self) -> bool {
        !matches!(self.client, Client::Curl)
    }

    /// Whether it runs in Chromium.
    pub(crate) fn is_in_browser(&self) -> bool {
        matches!(self.client, Client::Portal(_) | Client::Page(_))
    }

    /// Does what comes before the upload and is not measured: a page is loaded.
    pub(crate) async fn prepare(&mut self, turn: &Turn<'_>) {
        match &mut self.client {
            Client::Portal(portal) => portal.prepare(turn).await,
            Client::Page(page) => page.prepare().await,
            Client::CommandLine(_) | Client::Curl => {}
        }
    }

    /// Uploads.
    pub(crate) async fn upload(&mut self, turn: &Turn<'_>) -> Result<Uploaded, Trouble> {
        match &mut self.client {
            Client::Portal(portal) => portal.upload(turn).await,
            Client::Page(page) => page.upload(turn).await,
            Client::CommandLine(client) => client.upload(turn).await,
            Client::Curl => curl::upload(self.endpoint, turn).await,
        }
    }

    /// The process whose descendants are the browser.
    pub(crate) fn browser(&self) -> Option<u32> {
        match &self.client {
            Client::Portal(portal) => portal.process(),
            Client::Page(page) => page.process(),
            Client::CommandLine(_) | Client::Curl => None,
        }
    }

    /// Ends its browser; the next turn opens another.
    pub(crate) async fn close(&mut self) {
        match &mut self.client {
            Client::Portal(portal) => portal.close().await,
            Client::Page(page) => page.close().await,
            Client::CommandLine(_) | Client::Curl => {}
        }
    }
}
