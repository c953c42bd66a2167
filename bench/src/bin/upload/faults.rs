//! Uploads over a network with faults.

use std::time::Duration;

use crate::clients::{COMMAND_LINE, Client, SLIPWAY};
use crate::goals::Goals;
use crate::network::Network;
use crate::payload::Payload;
use crate::rounds::{Rounds, Row};
use crate::servers::Servers;

/// The kinds of faults.
const FAULTS: [Network; 3] = [Network::Resets, Network::Stalls, Network::Outages];

/// The goal: at most this multiple of the client's own time without faults, besides the injected waiting.
const FACTOR: f64 = 1.5;

/// The timeout, as a multiple of the client's own time without faults, besides the injected waiting.
const TIMEOUT_FACTOR: f64 = 4.0;

/// The longest timeout.
const LIMIT: Duration = Duration::from_secs(120);

/// Seconds that the timeout adds for all clients: the time until Slipway notices a stalled connection.
const STALL: f64 = 20.0;

/// Only clients that can resume take part: all but curl.
pub(crate) async fn measure(
    clients: &mut [Client],
    servers: &mut Servers,
    payload: &Payload,
    runs: usize,
    failure_free: Option<Vec<Row>>,
    goals: &mut Goals,
) {
    let failure_free = match failure_free {
        Some(failure_free) => failure_free,
        None => {
            let network = Network::Delay;
            let rounds = Rounds { network, payload, warm_ups: 1, runs: runs.min(3), limit: &|_| LIMIT };
            rounds.run(clients, servers, Client::is_client).await
        }
    };
    let limit = |name: &str| {
        let alone = failure_free.iter().find(|row| row.name == name).and_then(Row::median);
        alone.map_or(LIMIT, |alone| Duration::from_secs_f64(alone * TIMEOUT_FACTOR + STALL).min(LIMIT))
    };
    for network in FAULTS {
        let rounds = Rounds { network, payload, warm_ups: 0, runs, limit: &limit };
        let rows = rounds.run(clients, servers, Client::is_client).await;
        report(network, payload, &failure_free, &rows, goals);
    }
}

fn report(network: Network, payload: &Payload, failure_free: &[Row], rows: &[Row], goals: &mut Goals) {
    println!("\n{}, {}", payload.name, network.name());
    println!("  {:<28} {:>10} {:>10} {:>10} {:>8}", "", "no faults", "seconds", "injected", "times");
    for row in rows {
        let before = failure_free.iter().find(|before| before.name == row.name).and_then(Row::median);
        println!("  {:<28} {}", row.name, line(before, row));
        if ![SLIPWAY, COMMAND_LINE].contains(&row.name) {
            continue;
        }
        let what = format!("{}, {}: {}", payload.name, network.name(), row.name);
        match before.zip(row.median()).map(|(before, _)| factor(before, row)) {
            Some(factor) if row.errors.is_empty() => {
                let text = format!("{what} takes {factor:.2} times its time (goal {FACTOR})");
                goals.add(text, factor <= FACTOR);
            }
            _ => goals.add(format!("{what}: {}", row.failures()), false),
        }
    }
}

/// The median's time without the waiting, as a multiple of the time without faults.
fn factor(before: f64, row: &Row) -> f64 {
    (row.median().unwrap_or(f64::INFINITY) - waiting(row)) / before
}

/// The waiting that was injected into a run; it is nearly the same in all of them.
fn waiting(row: &Row) -> f64 {
    crate::outcome::median(&row.waiting).unwrap_or(0.0)
}

fn line(before: Option<f64>, row: &Row) -> String {
    let seconds = |seconds: Option<f64>| seconds.map_or_else(|| "-".to_owned(), |s| format!("{s:.1}"));
    let Some(median) = row.median() else {
        return format!("{:>10} {}", seconds(before), row.failures());
    };
    let times = before.map_or_else(|| "-".to_owned(), |before| format!("{:.2}", factor(before, row)));
    let injected = format!("{:.1}", waiting(row));
    let line = format!(
        "{:>10} {:>10} {injected:>10} {times:>8}  {}",
        seconds(before),
        seconds(Some(median)),
        row.failures()
    );
    line.trim_end().to_owned()
}
