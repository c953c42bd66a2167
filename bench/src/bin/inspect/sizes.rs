//! Packages of growing size: time, reads, bytes and memory.

use crate::Bench;
use crate::chromium::{APP_INFO_PARSER, Chromium, SLIPWAY};
use crate::packages::Package;
use crate::reading::{Reading, median};

/// How often a package is read by each; the median counts. Three times where one takes over two seconds.
const RUNS: usize = 9;

/// Measures every package and prints which goals are met.
pub(crate) async fn run(bench: &Bench, packages: &[Package]) {
    let mut goals = Vec::new();
    for package in packages {
        let len = std::fs::metadata(&package.path).map_or(0, |metadata| metadata.len());
        println!("\n{} ({len} bytes)", package.name);
        let in_pages = in_chromium(bench, package).await;
        let native = natively(bench, package);
        println!(
            "  {:<24} {:>10} {:>10} {:>10} {:>6} {:>10} {:>16}",
            "", "first ms", "median ms", "process ms", "reads", "bytes", "peak MB (grown)"
        );
        for (name, reading) in in_pages.iter().chain(&native) {
            println!("  {name:<24} {}", row(reading));
        }
        goals.extend(goals_of(package, &in_pages, &native));
    }
    println!("\ngoals");
    for (text, is_met) in goals {
        println!("  {} {text}", if is_met { "met    " } else { "NOT MET" });
    }
}

type Row = (&'static str, Reading);

async fn in_chromium(bench: &Bench, package: &Package) -> Vec<Row> {
    let mut rows = Vec::new();
    for page in &bench.pages {
        let mut chromium = Chromium::new(*page, &bench.origin);
        rows.push((page.name, chromium.read(&package.path, RUNS).await));
        chromium.close().await;
    }
    rows
}

fn natively(bench: &Bench, package: &Package) -> Vec<Row> {
    const SLOW: f64 = 2.0;
    let knows = |name: &str| package.is_apk || name.starts_with("Slipway") || name.starts_with("slipway");
    let mut rows = Vec::new();
    for peer in bench.peers.iter().filter(|peer| knows(peer.name)) {
        // Also brings the program itself into the page cache, for all alike.
        let first = peer.read(&package.path);
        let runs = if first.process_seconds > SLOW { 3 } else { RUNS };
        rows.push((peer.name, if first.facts.is_ok() { peer.measure(&package.path, runs) } else { first }));
    }
    rows
}

fn row(reading: &Reading) -> String {
    let dash = || "-".to_owned();
    let ms = |seconds: Option<f64>| seconds.map_or_else(dash, |seconds| format!("{:.2}", seconds * 1000.0));
    let process = Some(reading.process_seconds).filter(|seconds| *seconds > 0.0);
    let (reads, bytes) = match reading.reads {
        Some((reads, bytes)) => (reads.to_string(), bytes.to_string()),
        None => (dash(), dash()),
    };
    let megabytes = |kb: u64| format!("{:.1}", kb as f64 * 1024.0 / 1e6);
    let grown = reading.grown_kb.map_or_else(String::new, |kb| format!(" ({})", megabytes(kb)));
    let peak = Some(reading.peak_kb).filter(|kb| *kb > 0).map_or_else(dash, megabytes);
    let first = ms(reading.seconds.first().copied());
    let peak = format!("{peak}{grown}");
    let error = reading.facts.as_ref().err().map_or_else(String::new, |reason| format!("  {reason}"));
    let median = ms(median(&reading.seconds));
    format!("{first:>10} {median:>10} {:>10} {reads:>6} {bytes:>10} {peak:>16}{error}", ms(process))
}

/// The goals for one package.
fn goals_of(package: &Package, in_pages: &[Row], native: &[Row]) -> Vec<(String, bool)> {
    const MAX_READS: u64 = 6;
    let of = |rows: &[Row], name: &str| rows.iter().find(|row| row.0 == name).map(|row| row.1.clone());
    let time = |reading: &Option<Reading>| reading.as_ref().and_then(|reading| median(&reading.seconds));
    let first =
        |reading: &Option<Reading>| reading.as_ref().and_then(|reading| reading.seconds.first().copied());
    // The tables of a disk image lie in several places.
    let max_bytes: u64 = if package.name.starts_with("dmg") { 4_000_000 } else { 400_000 };
    let mut goals = Vec::new();
    let ours = of(in_pages, SLIPWAY.name);
    if let Some(Err(reason)) = ours.as_ref().map(|ours| &ours.facts) {
        goals.push((format!("{}: {reason}", package.name), false));
        return goals;
    }
    if let Some((reads, bytes)) = ours.as_ref().and_then(|ours| ours.reads) {
        let text = format!("{}: {reads} reads of 6, {bytes} bytes of {max_bytes}", package.name);
        goals.push((text, reads <= MAX_READS && bytes <= max_bytes));
    }
    if let (Some(ours), true) = (time(&ours), package.name.contains("1 GB")) {
        goals.push((format!("{}: {:.2} of 10 ms in Chromium", package.name, ours * 1000.0), ours <= 0.010));
    }
    let theirs = of(in_pages, APP_INFO_PARSER.name).filter(|theirs| theirs.facts.is_ok());
    if let (Some(median), Some(their_median)) = (time(&ours), time(&theirs)) {
        let cold = first(&theirs).unwrap_or_default() / first(&ours).unwrap_or(f64::INFINITY);
        let ratio = their_median / median;
        let text =
            format!("{}: app-info-parser takes {ratio:.1} times as long, at first {cold:.1}", package.name);
        goals.push((format!("{text} (goal 10)"), ratio >= 10.0));
    }
    let (ours, theirs) = (of(native, "Slipway"), of(native, "apk-info, crate"));
    if let (Some(median), Some(their_median)) = (time(&ours), time(&theirs)) {
        let process =
            |reading: &Option<Reading>| reading.as_ref().map_or(f64::NAN, |reading| reading.process_seconds);
        let (ratio, whole) = (median / their_median, process(&ours) / process(&theirs));
        let text = format!("{}: {ratio:.2} of apk-info's time, {whole:.2} as processes", package.name);
        goals.push((format!("{text} (goal 2)"), ratio <= 2.0));
    }
    goals
}
