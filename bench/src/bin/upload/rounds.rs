//! Contestants that take turns, and what comes of it.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use crate::attempt::{Trouble, Uploaded, median};
use crate::clients::{Contestant, Turn};
use crate::network::Network;
use crate::payload::Payload;
use crate::stores::{Endpoint, Stores};

/// After so many uploads that did not end well a contestant is not asked again.
const MAX_TROUBLES: usize = 2;

/// Packages from here on are not always looked at, in bytes: that takes longer than to upload them.
const LARGE: u64 = 500_000_000;

/// What is measured in turns.
pub(crate) struct Rounds<'a> {
    pub(crate) network: Network,
    pub(crate) payload: &'a Payload,
    /// Runs that do not count, before the others.
    pub(crate) warm_ups: usize,
    pub(crate) runs: usize,
    /// When an upload of the client of that name counts as hanging.
    pub(crate) limit: &'a dyn Fn(&str) -> Duration,
}

/// All runs of one contestant.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) endpoint: Endpoint,
    pub(crate) is_client: bool,
    /// Of each counted run that ended well.
    pub(crate) seconds: Vec<f64>,
    /// The waiting that was injected into each of them, in seconds.
    pub(crate) waiting: Vec<f64>,
    /// Of the other runs.
    pub(crate) troubles: Vec<Trouble>,
}

impl Row {
    /// The middle of the times.
    pub(crate) fn median(&self) -> Option<f64> {
        median(&self.seconds)
    }

    /// `2 of 2 did not finish`, or nothing.
    pub(crate) fn trouble(&self) -> String {
        let Some(last) = self.troubles.last() else { return String::new() };
        let asked = self.troubles.len() + self.seconds.len();
        format!("{} of {asked} did not finish; {last}", self.troubles.len())
    }
}

impl Rounds<'_> {
    /// Everybody who is asked has a turn in every round.
    pub(crate) async fn run(
        &self,
        contestants: &mut [Contestant],
        stores: &mut Stores,
        is_asked: impl Fn(&Contestant) -> bool,
    ) -> Vec<Row> {
        let mut asked: Vec<_> = contestants.iter_mut().filter(|contestant| is_asked(contestant)).collect();
        let mut rows: Vec<_> = asked.iter().map(|contestant| Row::of(contestant)).collect();
        for round in 0..self.warm_ups + self.runs {
            for (contestant, row) in asked.iter_mut().zip(&mut rows) {
                if row.troubles.len() >= MAX_TROUBLES {
                    continue;
                }
                self.show(round, contestant.name);
                let is_checked = self.is_checked(contestant, round);
                let (outcome, waiting) = self.turn(contestant, stores, round as u64, is_checked).await;
                match outcome {
                    Ok(_) if round < self.warm_ups => {}
                    Ok(uploaded) => {
                        row.seconds.push(uploaded.seconds);
                        row.waiting.push(waiting.as_secs_f64());
                    }
                    Err(trouble) => row.troubles.push(trouble),
                }
            }
        }
        erase();
        for contestant in asked {
            contestant.close().await;
        }
        rows
    }

    /// Says on a terminal whose turn it is: some tables take a quarter of an hour.
    fn show(&self, round: usize, name: &str) {
        if io::stderr().is_terminal() {
            erase();
            let (size, network, rounds) =
                (&self.payload.name, self.network.name(), self.warm_ups + self.runs);
            // A terminal that is gone needs no progress.
            let _ = write!(io::stderr(), "{size}, {network}: round {} of {rounds}, {name}", round + 1);
        }
    }

    /// What clients have stored is always looked at, unless it is large: then in the last round, as with curl.
    fn is_checked(&self, contestant: &Contestant, round: usize) -> bool {
        let is_last = round + 1 == self.warm_ups + self.runs;
        is_last || (contestant.is_client() && self.payload.n_bytes < LARGE)
    }

    /// One upload: through a network of its own, checked, and freed.
    async fn turn(
        &self,
        contestant: &mut Contestant,
        stores: &mut Stores,
        seed: u64,
        is_checked: bool,
    ) -> (Result<Uploaded, Trouble>, Duration) {
        let endpoint = contestant.endpoint;
        let store = stores.authority(endpoint).expect("only those are asked whose store is there");
        let mut way = self.network.before(store, seed).await;
        let (authority, limit) = (way.authority(), (self.limit)(contestant.name));
        let turn = Turn { payload: self.payload, stores, authority, limit, is_checked };
        contestant.prepare(&turn).await;
        way.begin(self.payload.n_bytes);
        let mut outcome = contestant.upload(&turn).await;
        let waiting = way.waiting();
        let check = match &outcome {
            Ok(uploaded) if is_checked => self.check(stores, endpoint, uploaded).await,
            // What is still being read cannot be freed.
            Ok(_) if contestant.is_client() => stores.settled(endpoint).await.map_err(Trouble::Fails),
            _ => Ok(()),
        };
        if let Err(trouble) = check {
            outcome = Err(trouble);
        }
        stores.empty(endpoint).await;
        (outcome, waiting)
    }

    async fn check(&self, stores: &Stores, endpoint: Endpoint, uploaded: &Uploaded) -> Result<(), Trouble> {
        match stores.sha256(endpoint, &uploaded.stored).await {
            Ok(sha256) if sha256 == self.payload.sha256 => Ok(()),
            Ok(other) => Err(Trouble::Corrupt(other)),
            Err(reason) => Err(Trouble::Fails(reason)),
        }
    }
}

/// Removes the line on the terminal.
fn erase() {
    if io::stderr().is_terminal() {
        // To the line's beginning, and erase it (ECMA-48, EL).
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

impl Row {
    fn of(contestant: &Contestant) -> Row {
        Row {
            name: contestant.name,
            endpoint: contestant.endpoint,
            is_client: contestant.is_client(),
            seconds: Vec::new(),
            waiting: Vec::new(),
            troubles: Vec::new(),
        }
    }
}
