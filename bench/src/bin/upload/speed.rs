//! The speed of each client, and its share of curl's.

use crate::clients::{COMMAND_LINE, SLIPWAY};
use crate::goals::Goals;
use crate::network::Network;
use crate::payload::Payload;
use crate::rounds::Row;

/// The goal: at least this share of curl's speed.
const SHARE: f64 = 0.9;

/// Prints the rows and records which goals are met.
pub(crate) fn report(network: Network, payload: &Payload, rows: &[Row], goals: &mut Goals) {
    println!("\n{}, {} ({} bytes)", payload.name, network.name(), payload.n_bytes);
    println!("  {:<28} {:>7} {:>15} {:>12}", "", "MB/s", "from, to", "of its curl");
    for row in rows {
        println!("  {:<28} {}", row.name, line(payload, rows, row));
    }
    for ours in rows.iter().filter(|row| [SLIPWAY, COMMAND_LINE].contains(&row.name)) {
        let what = format!("{}, {}: {}", payload.name, network.name(), ours.name);
        let Some(share) = share(rows, ours) else {
            goals.add(format!("{what} did not finish"), false);
            continue;
        };
        goals.add(format!("{what} has {share:.2} of its curl (goal {SHARE})"), share >= SHARE);
        for peer in rows.iter().filter(|row| row.is_client && row.endpoint != ours.endpoint) {
            let theirs = self::share(rows, peer).unwrap_or(0.0);
            let text = format!("{what} {share:.2}, {} {theirs:.2}", peer.name);
            goals.add(text, share > theirs);
        }
    }
}

/// The row's speed as a share of curl's to the same server.
fn share(rows: &[Row], row: &Row) -> Option<f64> {
    let curl = rows.iter().find(|other| !other.is_client && other.endpoint == row.endpoint)?;
    Some(curl.median()? / row.median()?)
}

fn line(payload: &Payload, rows: &[Row], row: &Row) -> String {
    let Some(median) = row.median() else { return row.failures() };
    let worst = row.seconds.iter().copied().fold(median, f64::max);
    let best = row.seconds.iter().copied().fold(median, f64::min);
    let spread = format!("{:.1}, {:.1}", payload.rate(worst), payload.rate(best));
    let share = match share(rows, row).filter(|_| row.is_client) {
        Some(share) => format!("{share:.2}"),
        None => "-".to_owned(),
    };
    let line = format!("{:>7.1} {spread:>15} {share:>12}  {}", payload.rate(median), row.failures());
    line.trim_end().to_owned()
}
