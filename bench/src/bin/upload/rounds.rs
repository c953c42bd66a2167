//! Runs of all clients in rounds.
//!
//! Clients alternate: each has one run in every round, and no client makes all of its runs at once. The machine changes
//! during an hour of measuring (caches fill, the disk's backlog grows, the processor throttles, other programs wake
//! up), and a client that had the first twenty minutes for itself would be compared with one that had the last twenty.
//! In rounds a slow minute hits neighbouring runs of all clients, and the medians stay comparable.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use crate::clients::{Client, UploadRun};
use crate::network::Network;
use crate::outcome::{UploadError, UploadResult, median};
use crate::payload::Payload;
use crate::servers::{Endpoint, Servers};

/// A client with so many failed uploads takes part in no further round.
const MAX_ERRORS: usize = 2;

/// From this size on, in bytes, not every upload is checked: reading takes longer than uploading.
const LARGE: u64 = 500_000_000;

/// What all clients measure.
pub(crate) struct Rounds<'a> {
    pub(crate) network: Network,
    pub(crate) payload: &'a Payload,
    /// Runs that do not count, before the others.
    pub(crate) warm_ups: usize,
    pub(crate) runs: usize,
    /// The timeout of the client of that name.
    pub(crate) limit: &'a dyn Fn(&str) -> Duration,
}

/// The runs of one client.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) endpoint: Endpoint,
    pub(crate) is_client: bool,
    /// Of each counted run that was completed.
    pub(crate) seconds: Vec<f64>,
    /// The waiting that was injected into each of them, in seconds.
    pub(crate) waiting: Vec<f64>,
    /// Of the other runs.
    pub(crate) errors: Vec<UploadError>,
}

impl Row {
    /// The median of the times.
    pub(crate) fn median(&self) -> Option<f64> {
        median(&self.seconds)
    }

    /// `2 of 2 did not finish`, or nothing.
    pub(crate) fn failures(&self) -> String {
        let Some(last) = self.errors.last() else { return String::new() };
        let n_runs = self.errors.len() + self.seconds.len();
        format!("{} of {n_runs} did not finish; {last}", self.errors.len())
    }
}

impl Rounds<'_> {
    /// Each client that takes part has one run in every round.
    pub(crate) async fn run(
        &self,
        clients: &mut [Client],
        servers: &mut Servers,
        takes_part: impl Fn(&Client) -> bool,
    ) -> Vec<Row> {
        let mut participants: Vec<_> = clients.iter_mut().filter(|client| takes_part(client)).collect();
        let mut rows: Vec<_> = participants.iter().map(|client| Row::of(client)).collect();
        for round in 0..self.warm_ups + self.runs {
            for (client, row) in participants.iter_mut().zip(&mut rows) {
                if row.errors.len() >= MAX_ERRORS {
                    continue;
                }
                self.show(round, client.name);
                let is_checked = self.is_checked(client, round);
                let (outcome, waiting) = self.upload_once(client, servers, round as u64, is_checked).await;
                match outcome {
                    Ok(_) if round < self.warm_ups => {}
                    Ok(uploaded) => {
                        row.seconds.push(uploaded.seconds);
                        row.waiting.push(waiting.as_secs_f64());
                    }
                    Err(error) => row.errors.push(error),
                }
            }
        }
        erase();
        for client in participants {
            client.close().await;
        }
        rows
    }

    /// Shows the current run on a terminal: some tables take a quarter of an hour.
    fn show(&self, round: usize, name: &str) {
        if io::stderr().is_terminal() {
            erase();
            let (size, network, rounds) =
                (&self.payload.name, self.network.name(), self.warm_ups + self.runs);
            // A terminal that is gone needs no progress.
            let _ = write!(io::stderr(), "{size}, {network}: round {} of {rounds}, {name}", round + 1);
        }
    }

    /// Uploads of clients are always checked, unless they are large: then in the last round, as those of curl.
    fn is_checked(&self, client: &Client, round: usize) -> bool {
        let is_last = round + 1 == self.warm_ups + self.runs;
        is_last || (client.is_client() && self.payload.n_bytes < LARGE)
    }

    /// One upload through a network of its own, which is checked and deleted then.
    async fn upload_once(
        &self,
        client: &mut Client,
        servers: &mut Servers,
        seed: u64,
        is_checked: bool,
    ) -> (Result<UploadResult, UploadError>, Duration) {
        let endpoint = client.endpoint;
        let server = servers.authority(endpoint).expect("only clients with a running server take part");
        let mut route = self.network.before(server, seed).await;
        let (authority, limit) = (route.authority(), (self.limit)(client.name));
        let run = UploadRun { payload: self.payload, servers, authority, limit, is_checked };
        client.prepare(&run).await;
        route.begin(self.payload.n_bytes);
        let mut outcome = client.upload(&run).await;
        let waiting = route.waiting();
        let check = match &outcome {
            Ok(uploaded) if is_checked => self.check(servers, endpoint, uploaded).await,
            // A package that is still being read cannot be deleted.
            Ok(_) if client.is_client() => {
                servers.wait_until_processed(endpoint).await.map_err(UploadError::Failed)
            }
            _ => Ok(()),
        };
        if let Err(error) = check {
            outcome = Err(error);
        }
        servers.empty(endpoint).await;
        (outcome, waiting)
    }

    async fn check(
        &self,
        servers: &Servers,
        endpoint: Endpoint,
        uploaded: &UploadResult,
    ) -> Result<(), UploadError> {
        match servers.sha256(endpoint, &uploaded.stored).await {
            Ok(sha256) if sha256 == self.payload.sha256 => Ok(()),
            Ok(other) => Err(UploadError::Corrupt(other)),
            Err(reason) => Err(UploadError::Failed(reason)),
        }
    }
}

/// Erases the line on the terminal.
fn erase() {
    if io::stderr().is_terminal() {
        // To the line's beginning, and erase it (ECMA-48, EL).
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

impl Row {
    fn of(client: &Client) -> Row {
        Row {
            name: client.name,
            endpoint: client.endpoint,
            is_client: client.is_client(),
            seconds: Vec::new(),
            waiting: Vec::new(),
            errors: Vec::new(),
        }
    }
}
