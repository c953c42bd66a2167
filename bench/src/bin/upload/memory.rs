//! Memory of Chromium while it uploads, above what it has with the page open.

use std::time::Duration;

use testkit::processes;
use tokio::pin;
use tokio::time::interval;

use crate::attempt::{Trouble, Uploaded};
use crate::clients::{Contestant, SLIPWAY, Turn};
use crate::goals::Goals;
use crate::network::Network;
use crate::payload::Payload;
use crate::stores::Stores;

/// How often memory is looked at: the sum over all processes takes some milliseconds.
const LOOK: Duration = Duration::from_millis(100);

/// What the engine may have, in MB: five parts of 8 MiB that are under way in a browser, and 64 MiB besides.
const MAX_MB: f64 = (5 * 8 + 64) as f64 * 1.048_576;

/// Lets everybody in a browser upload once, and watches.
pub(crate) async fn measure(
    contestants: &mut [Contestant],
    stores: &mut Stores,
    payload: &Payload,
    limit: Duration,
    goals: &mut Goals,
) {
    println!("\n{}, memory of Chromium's processes (PSS), in MB", payload.name);
    println!("  {:<28} {:>8} {:>8} {:>8}", "", "idle", "peak", "more");
    for contestant in contestants.iter_mut().filter(|contestant| contestant.is_in_browser()) {
        let Some(store) = stores.authority(contestant.endpoint) else { continue };
        let way = Network::Plain.before(store, 0).await;
        let turn = Turn { payload, stores, authority: way.authority(), limit, is_checked: false };
        contestant.prepare(&turn).await;
        let idle = megabytes(contestant.browser());
        let (outcome, peak) = watched(contestant, &turn).await;
        let more = peak - idle;
        match outcome {
            Ok(_) => {
                println!("  {:<28} {idle:>8.1} {peak:>8.1} {more:>8.1}", contestant.name);
                // What is still being read cannot be freed.
                let _ = stores.settled(contestant.endpoint).await;
            }
            Err(trouble) => println!("  {:<28} {trouble}", contestant.name),
        }
        if contestant.name == SLIPWAY {
            let text = format!("{}: Chromium takes {more:.1} MB more (goal {MAX_MB:.1})", payload.name);
            goals.add(text, more <= MAX_MB);
        }
        contestant.close().await;
        stores.empty(contestant.endpoint).await;
    }
}

/// An upload, and the most memory that was seen until its end, in MB.
async fn watched(contestant: &mut Contestant, turn: &Turn<'_>) -> (Result<Uploaded, Trouble>, f64) {
    let browser = contestant.browser();
    let upload = contestant.upload(turn);
    pin!(upload);
    let mut look = interval(LOOK);
    let mut peak = 0.0_f64;
    loop {
        tokio::select! {
            outcome = &mut upload => return (outcome, peak),
            _ = look.tick() => peak = peak.max(megabytes(browser)),
        }
    }
}

fn megabytes(driver: Option<u32>) -> f64 {
    let browser = driver.map(processes::descendants).unwrap_or_default();
    let kilobytes: u64 = browser.iter().map(|(process, _)| processes::memory_kb(*process)).sum();
    kilobytes as f64 * 1024.0 / 1e6
}
