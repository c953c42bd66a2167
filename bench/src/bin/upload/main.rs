//! How fast and how surely Slipway uploads, compared with its peers, on one machine in one run.
//!
//! Stores differ in speed, so what is compared is each client's share of what curl reaches with the same bytes in one
//! request to the same store. `--only PART`, `--runs N` and `--sizes MB,MB` measure less.

#![expect(clippy::expect_used, reason = "a measurement that cannot go on says why and fails")]

mod attempt;
mod clients;
mod environment;
mod faults;
mod goals;
mod hash;
mod memory;
mod network;
mod node;
mod options;
mod payload;
mod rounds;
mod sizes;
mod speed;
mod stores;

use std::time::{Duration, Instant};

use testkit::TempFolder;
use testkit::servers::static_files;

use clients::Contestant;
use environment::Environment;
use goals::Goals;
use network::Network;
use options::{Options, Part};
use payload::Payload;
use rounds::{Rounds, Row};
use stores::Stores;

/// The most that is waited for an upload on a network that holds.
const LIMIT: Duration = Duration::from_secs(300);

/// Everything that a measurement needs.
struct Bench {
    options: Options,
    stores: Stores,
    contestants: Vec<Contestant>,
    payloads: Vec<Payload>,
    goals: Goals,
    /// Where the peers' pages are.
    origin: String,
    has_peers: bool,
    /// How long everybody takes far away without faults, for the smallest package, once that was measured.
    whole: Option<Vec<Row>>,
}

#[tokio::main]
async fn main() {
    let options = Options::parse(std::env::args().skip(1)).unwrap_or_else(|error| panic!("{error}"));
    let started = Instant::now();
    let environment = Environment::read();
    let folder = TempFolder::new("bench-upload");
    let payloads = options.sizes.iter().map(|size| Payload::make(folder.path(), *size)).collect();
    let stores = Stores::start(&environment, folder.path()).await;
    let engine = environment.glue.join("measured-engine");
    let origin =
        static_files::serve(vec![("/engine/", engine), ("/", environment.peers.join("bundled"))]).await;
    let contestants = Contestant::all(&environment, &stores, &origin);
    let parts = options.parts.clone();
    let (goals, has_peers) = (Goals::default(), environment.has_peers());
    let mut bench = Bench { options, stores, contestants, payloads, goals, origin, has_peers, whole: None };
    sizes::report(&environment.sizes, &mut bench.goals);
    for part in parts {
        bench.measure(part).await;
    }
    bench.goals.print();
    println!("\nall of it took {:.0} minutes", started.elapsed().as_secs_f64() / 60.0);
}

impl Bench {
    async fn measure(&mut self, part: Part) {
        match part {
            Part::Plain => self.speed(Network::Plain).await,
            Part::Delay => self.speed(Network::Delay).await,
            Part::Faults => {
                let Some(payload) = self.payloads.first() else { return };
                let whole = self.whole.take();
                let (contestants, stores) = (&mut self.contestants, &mut self.stores);
                faults::measure(contestants, stores, payload, self.options.runs, whole, &mut self.goals)
                    .await;
            }
            Part::Hash if !self.has_peers => println!("MD5 is left out: hash-wasm could not be fetched"),
            Part::Hash => hash::measure(&self.origin, &mut self.goals).await,
            Part::Memory => {
                let Some(payload) = self.payloads.last() else { return };
                memory::measure(&mut self.contestants, &mut self.stores, payload, LIMIT, &mut self.goals)
                    .await;
            }
        }
    }

    /// The smallest package is also the one that warms everybody up.
    async fn speed(&mut self, network: Network) {
        for (n, payload) in self.payloads.iter().enumerate() {
            let warm_ups = usize::from(n == 0);
            let rounds = Rounds { network, payload, warm_ups, runs: self.options.runs, limit: &|_| LIMIT };
            let rows = rounds.run(&mut self.contestants, &mut self.stores, |_| true).await;
            speed::report(network, payload, &rows, &mut self.goals);
            if network == Network::Delay && n == 0 {
                self.whole = Some(rows);
            }
        }
    }
}
