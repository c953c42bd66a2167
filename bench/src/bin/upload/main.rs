//! How fast and how surely Slipway uploads, compared with its peers, on one machine in one run.
//!
//! Servers differ in speed, so each client is compared with curl, which sends the same bytes in one request to the same
//! server. `--only PART`, `--runs N` and `--sizes MB,MB` measure less.
//!
//! `clients` upload, `servers` receive, `network` is in between. `rounds` makes the runs; `speed`, `faults` and
//! `memory` make tables and goals of them.

#![expect(clippy::expect_used, reason = "a benchmark that cannot continue says why and fails")]

mod clients;
mod environment;
mod faults;
mod goals;
mod hash;
mod memory;
mod network;
mod node;
mod options;
mod outcome;
mod payload;
mod rounds;
mod servers;
mod sizes;
mod speed;

use std::time::{Duration, Instant};

use testkit::TempFolder;
use testkit::servers::static_files;

use clients::Client;
use environment::Environment;
use goals::Goals;
use network::Network;
use options::{Options, Part};
use payload::Payload;
use rounds::{Rounds, Row};
use servers::Servers;

/// The timeout of an upload without faults.
const LIMIT: Duration = Duration::from_secs(300);

/// Everything that a measurement needs.
struct Bench {
    options: Options,
    servers: Servers,
    clients: Vec<Client>,
    payloads: Vec<Payload>,
    goals: Goals,
    /// Where the peers' pages are.
    origin: String,
    has_peers: bool,
    /// The runs with delay and without faults for the smallest package, once they were measured.
    failure_free: Option<Vec<Row>>,
}

#[tokio::main]
async fn main() {
    let options = Options::parse(std::env::args().skip(1)).unwrap_or_else(|error| panic!("{error}"));
    let started = Instant::now();
    let environment = Environment::read();
    let folder = TempFolder::new("bench-upload");
    let payloads = options.sizes.iter().map(|size| Payload::make(folder.path(), *size)).collect();
    let servers = Servers::start(&environment, folder.path()).await;
    let engine = environment.glue.join("measured-engine");
    let origin =
        static_files::serve(vec![("/engine/", engine), ("/", environment.peers.join("bundled"))]).await;
    let clients = Client::all(&environment, &servers, &origin);
    let parts = options.parts.clone();
    let (goals, has_peers) = (Goals::default(), environment.has_peers());
    let mut bench =
        Bench { options, servers, clients, payloads, goals, origin, has_peers, failure_free: None };
    sizes::report(&environment.sizes, &mut bench.goals);
    for part in parts {
        bench.measure(part).await;
    }
    bench.goals.print();
    println!("\nthe whole run took {:.0} minutes", started.elapsed().as_secs_f64() / 60.0);
}

impl Bench {
    async fn measure(&mut self, part: Part) {
        match part {
            Part::Plain => self.speed(Network::Plain).await,
            Part::Delay => self.speed(Network::Delay).await,
            Part::Faults => {
                let Some(payload) = self.payloads.first() else { return };
                let failure_free = self.failure_free.take();
                let (clients, servers) = (&mut self.clients, &mut self.servers);
                faults::measure(clients, servers, payload, self.options.runs, failure_free, &mut self.goals)
                    .await;
            }
            Part::Hash if !self.has_peers => println!("MD5 is left out: hash-wasm could not be fetched"),
            Part::Hash => hash::measure(&self.origin, &mut self.goals).await,
            Part::Memory => {
                let Some(payload) = self.payloads.last() else { return };
                memory::measure(&mut self.clients, &mut self.servers, payload, LIMIT, &mut self.goals).await;
            }
        }
    }

    /// The smallest package also warms all clients up.
    async fn speed(&mut self, network: Network) {
        for (n, payload) in self.payloads.iter().enumerate() {
            let warm_ups = usize::from(n == 0);
            let rounds = Rounds { network, payload, warm_ups, runs: self.options.runs, limit: &|_| LIMIT };
            let rows = rounds.run(&mut self.clients, &mut self.servers, |_| true).await;
            speed::report(network, payload, &rows, &mut self.goals);
            if network == Network::Delay && n == 0 {
                self.failure_free = Some(rows);
            }
        }
    }
}
