//! MD5 in Chromium: the engine's own, from a release build, and hash-wasm's. And how the engine's events reach the page.

use serde_json::Value;
use testkit::Browser;

use crate::goals::Goals;
use crate::outcome::median;

/// Runs of each; they are short.
const RUNS: usize = 9;

const MEASURE: &str = "
    const [runs, done] = arguments;
    measure(runs).then(done, (error) => done({error: String(error)}));";

const MEASURE_EVENTS: &str = "
    const [runs, done] = arguments;
    measureEvents(runs).then(done, (error) => done({error: String(error)}));";

/// The comparisons: the table's name, and both names on the page.
const ROWS: [(&str, &str, &str); 2] = [
    ("each chunk and the whole file", "engineBoth", "peerBoth"),
    ("each chunk", "engineSingle", "peerSingle"),
];

/// Hashes the same 256 MiB with both.
pub(crate) async fn measure(origin: &str, goals: &mut Goals) {
    let browser = Browser::open().await;
    browser.go(&format!("{origin}/hash.html")).await;
    browser.wait_for("[data-ready]").await;
    let measured = browser.run_async(MEASURE, RUNS.into()).await;
    let events = browser.run_async(MEASURE_EVENTS, RUNS.into()).await;
    browser.close().await;
    show_events(&events);
    assert_eq!(measured["error"], Value::Null, "both hash");
    assert_eq!(measured["areEqual"], true, "both have the same MD5");
    let megabytes = measured["bytes"].as_f64().unwrap_or(0.0) / 1e6;
    println!("\nMD5 in Chromium, chunks of 8 MiB, MB/s; median of {RUNS}");
    println!("  {:<30} {:>8} {:>10} {:>7}", "", "Slipway", "hash-wasm", "ratio");
    for (name, ours, theirs) in ROWS {
        let rate = |who: &str| {
            let seconds = measured["seconds"][who].as_array().into_iter().flatten().filter_map(Value::as_f64);
            megabytes / median(&seconds.collect::<Vec<_>>()).unwrap_or(f64::INFINITY)
        };
        let (ours, theirs) = (rate(ours), rate(theirs));
        let ratio = ours / theirs;
        println!("  {name:<30} {ours:>8.0} {theirs:>10.0} {ratio:>7.2}");
        goals.add(format!("MD5 of {name}: {ratio:.2} of hash-wasm's speed (goal 1.0)"), ratio >= 1.0);
    }
}

/// What an event takes to reach the page: as a structured value, which is how it crosses, and as JSON text.
fn show_events(events: &Value) {
    assert_eq!(events["error"], Value::Null, "events cross");
    println!("\nAn event from the Web Worker to the page in Chromium, µs; median of {RUNS}");
    println!("  {:<34} {:>10} {:>10}", "", "structured", "JSON text");
    for (name, kind) in [("progress", "progress"), ("a package, with an icon of 64 KB", "inspected")] {
        let [structured, json] = ["structured", "json"].map(|form| {
            let runs = events["microseconds"][kind][form].as_array().into_iter().flatten();
            median(&runs.filter_map(Value::as_f64).collect::<Vec<_>>()).unwrap_or(f64::INFINITY)
        });
        println!("  {name:<34} {structured:>10.1} {json:>10.1}");
    }
}
