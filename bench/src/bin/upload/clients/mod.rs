//! The clients: Slipway, its peers, and curl to each server.

mod command_line;
mod curl;
mod page;
mod portal;
mod tab;

use std::time::Duration;

use page::{Library, Page};
use portal::Portal;

use crate::environment::Environment;
use crate::outcome::{UploadError, UploadResult};
use crate::payload::Payload;
use crate::servers::{Endpoint, Servers};

/// One upload by one client.
pub(crate) struct UploadRun<'a> {
    pub(crate) payload: &'a Payload,
    pub(crate) servers: &'a Servers,
    /// `host:port` of the server, or of the network in front of it.
    pub(crate) authority: String,
    /// Its timeout.
    pub(crate) limit: Duration,
    /// Whether the stored bytes are checked afterwards. If not, no release is needed.
    pub(crate) is_checked: bool,
}

/// A client with its server.
pub(crate) struct Client {
    /// Its name in the tables.
    pub(crate) name: &'static str,
    pub(crate) endpoint: Endpoint,
    program: Program,
}

enum Program {
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

impl Client {
    /// All clients whose server is running, in the order of the tables.
    pub(crate) fn all(environment: &Environment, servers: &Servers, origin: &str) -> Vec<Client> {
        let page = |library| Program::Page(Page::new(library, origin));
        let mut all = vec![(SLIPWAY, Endpoint::Slipway, Program::Portal(Portal::default()))];
        match command_line::CommandLine::find(environment) {
            Ok(client) => all.push((COMMAND_LINE, Endpoint::Slipway, Program::CommandLine(client))),
            Err(reason) => println!("{COMMAND_LINE} is left out: {reason}"),
        }
        all.extend([
            (CURL, Endpoint::Slipway, Program::Curl),
            ("Uppy 6, parts of 5 MiB", Endpoint::Bucket, page(Library::Uppy { part_size: None })),
            ("Uppy 6, parts of 8 MiB", Endpoint::Bucket, page(Library::Uppy { part_size: Some(8 << 20) })),
            (CURL, Endpoint::Bucket, Program::Curl),
            ("tus-js-client 4", Endpoint::Tus, page(Library::Tus)),
            (CURL, Endpoint::Tus, Program::Curl),
        ]);
        let (there, missing): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(_, endpoint, _)| servers.authority(*endpoint).is_some());
        for (name, endpoint, _) in missing.iter().filter(|(name, ..)| *name != CURL) {
            println!("{name} is left out: the {endpoint:?} server needs packages that could not be fetched");
        }
        there.into_iter().map(|(name, endpoint, program)| Client { name, endpoint, program }).collect()
    }

    /// Whether it is Slipway's or a peer's, and not the baseline curl.
    pub(crate) fn is_client(&self) -> bool {
        !matches!(self.program, Program::Curl)
    }

    /// Whether it runs in Chromium.
    pub(crate) fn is_in_browser(&self) -> bool {
        matches!(self.program, Program::Portal(_) | Program::Page(_))
    }

    /// Loads the page, which is not measured.
    pub(crate) async fn prepare(&mut self, run: &UploadRun<'_>) {
        match &mut self.program {
            Program::Portal(portal) => portal.prepare(run).await,
            Program::Page(page) => page.prepare().await,
            Program::CommandLine(_) | Program::Curl => {}
        }
    }

    /// Uploads.
    pub(crate) async fn upload(&mut self, run: &UploadRun<'_>) -> Result<UploadResult, UploadError> {
        match &mut self.program {
            Program::Portal(portal) => portal.upload(run).await,
            Program::Page(page) => page.upload(run).await,
            Program::CommandLine(client) => client.upload(run).await,
            Program::Curl => curl::upload(self.endpoint, run).await,
        }
    }

    /// The process whose descendants are the browser.
    pub(crate) fn browser(&self) -> Option<u32> {
        match &self.program {
            Program::Portal(portal) => portal.process(),
            Program::Page(page) => page.process(),
            Program::CommandLine(_) | Program::Curl => None,
        }
    }

    /// Closes its browser; the next run opens another.
    pub(crate) async fn close(&mut self) {
        match &mut self.program {
            Program::Portal(portal) => portal.close().await,
            Program::Page(page) => page.close().await,
            Program::CommandLine(_) | Program::Curl => {}
        }
    }
}
