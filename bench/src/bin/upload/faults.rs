//! What clients make of a network that does not hold.

use std::time::Duration;

use crate::clients::{COMMAND_LINE, Contestant, SLIPWAY};
use crate::goals::Goals;
use crate::network::Network;
use crate::payload::Payload;
use crate::rounds::{Rounds, Row};
use crate::stores::Stores;

/// Everything that can go wrong.
const FAULTS: [Network; 3] = [Network::Resets, Network::Stalls, Network::Outages];

/// Of its own time without faults, at most, besides the waiting that was injected.
const FACTOR: f64 = 1.5;

/// An upload hangs after so many times its time without faults, besides the waiting that was injected.
const HANGS: f64 = 4.0;

/// The most that is waited for any upload.
const LIMIT: Duration = Duration::from_secs(120);

/// The waiting that the limit grants to all: what a silent connection costs Slipway.
const GRANTED: f64 = 20.0;

/// Who can go on at all, and so is asked: every client, but no curl.
pub(crate) async fn measure(
    contestants: &mut [Contestant],
    stores: &mut Stores,
    payload: &Payload,
    runs: usize,
    whole: Option<Vec<Row>>,
    goals: &mut Goals,
) {
    let whole = match whole {
        Some(whole) => whole,
        None => {
            let network = Network::Delay;
            let rounds = Rounds { network, payload, warm_ups: 1, runs: runs.min(3), limit: &|_| LIMIT };
            rounds.run(contestants, stores, Contestant::is_client).await
        }
    };
    let limit = |name: &str| {
        let alone = whole.iter().find(|row| row.name == name).and_then(Row::median);
        alone.map_or(LIMIT, |alone| Duration::from_secs_f64(alone * HANGS + GRANTED).min(LIMIT))
    };
    for network in FAULTS {
        let rounds = Rounds { network, payload, warm_ups: 0, runs, limit: &limit };
        let rows = rounds.run(contestants, stores, Contestant::is_client).await;
        report(network, payload, &whole, &rows, goals);
    }
}

fn report(network: Network, payload: &Payload, whole: &[Row], rows: &[Row], goals: &mut Goals) {
    println!("\n{}, {}", payload.name, network.name());
    println!("  {:<28} {:>10} {:>10} {:>10} {:>8}", "", "no faults", "seconds", "injected", "times");
    for row in rows {
        let before = whole.iter().find(|before| before.name == row.name).and_then(Row::median);
        println!("  {:<28} {}", row.name, line(before, row));
        if ![SLIPWAY, COMMAND_LINE].contains(&row.name) {
            continue;
        }
        let what = format!("{}, {}: {}", payload.name, network.name(), row.name);
        match before.zip(row.median()).map(|(before, _)| factor(before, row)) {
            Some(factor) if row.troubles.is_empty() => {
                let text = format!("{what} takes {factor:.2} times its time (goal {FACTOR})");
                goals.add(text, factor <= FACTOR);
            }
            _ => goals.add(format!("{what}: {}", row.trouble()), false),
        }
    }
}

/// The median's time without the waiting, as a multiple of the time without faults.
fn factor(before: f64, row: &Row) -> f64 {
    (row.median().unwrap_or(f64::INFINITY) - waiting(row)) / before
}

/// The waiting that was injected into a run; it is the same in all of them or nearly so.
fn waiting(row: &Row) -> f64 {
    crate::attempt::median(&row.waiting).unwrap_or(0.0)
}

fn line(before: Option<f64>, row: &Row) -> String {
    let seconds = |seconds: Option<f64>| seconds.map_or_else(|| "-".to_owned(), |s| format!("{s:.1}"));
    let Some(median) = row.median() else {
        return format!("{:>10} {}", seconds(before), row.trouble());
    };
    let times = before.map_or_else(|| "-".to_owned(), |before| format!("{:.2}", factor(before, row)));
    let injected = format!("{:.1}", waiting(row));
    let line = format!(
        "{:>10} {:>10} {injected:>10} {times:>8}  {}",
        seconds(before),
        seconds(Some(median)),
        row.trouble()
    );
    line.trim_end().to_owned()
}
