//! Memory of Chromium while it uploads, above what it has with the page open.

use std::time::Duration;

use testkit::processes;
use tokio::pin;
use tokio::time::interval;

use crate::clients::{Client, SLIPWAY, UploadRun};
use crate::goals::Goals;
use crate::network::Network;
use crate::outcome::{UploadError, UploadResult};
use crate::payload::Payload;
use crate::servers::Servers;

/// How often memory is measured: the sum over all processes takes some milliseconds.
const INTERVAL: Duration = Duration::from_millis(100);

/// The goal, in MB: five chunks of 8 MiB that are in flight in a browser, and 64 MiB besides.
const MAX_MB: f64 = (5 * 8 + 64) as f64 * 1.048_576;

/// Uploads once with each client in a browser, and measures.
pub(crate) async fn measure(
    clients: &mut [Client],
    servers: &mut Servers,
    payload: &Payload,
    limit: Duration,
    goals: &mut Goals,
) {
    println!("\n{}, memory of Chromium's processes (PSS), in MB", payload.name);
    println!("  {:<28} {:>8} {:>8} {:>8}", "", "idle", "peak", "more");
    for client in clients.iter_mut().filter(|client| client.is_in_browser()) {
        let Some(server) = servers.authority(client.endpoint) else { continue };
        let route = Network::Plain.before(server, 0).await;
        let run = UploadRun { payload, servers, authority: route.authority(), limit, is_checked: false };
        client.prepare(&run).await;
        let idle = megabytes(client.browser());
        let (outcome, peak) = watch(client, &run).await;
        let more = peak - idle;
        match outcome {
            Ok(_) => {
                println!("  {:<28} {idle:>8.1} {peak:>8.1} {more:>8.1}", client.name);
                // A package that is still being read cannot be deleted.
                let _ = servers.wait_until_processed(client.endpoint).await;
            }
            Err(error) => println!("  {:<28} {error}", client.name),
        }
        if client.name == SLIPWAY {
            let text = format!("{}: Chromium takes {more:.1} MB more (goal {MAX_MB:.1})", payload.name);
            goals.add(text, more <= MAX_MB);
        }
        client.close().await;
        servers.empty(client.endpoint).await;
    }
}

/// Uploads, and returns the peak of the memory, in MB.
async fn watch(client: &mut Client, run: &UploadRun<'_>) -> (Result<UploadResult, UploadError>, f64) {
    let browser = client.browser();
    let upload = client.upload(run);
    pin!(upload);
    let mut look = interval(INTERVAL);
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
