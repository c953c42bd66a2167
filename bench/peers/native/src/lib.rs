//! One measurement for all readers: how long they take for a file, and what the kernel gave them.
//!
//! `program FILE RUNS` reads the file that often and prints one line of JSON.

use std::time::Instant;

use serde_json::{Value, json};

/// What a reader is asked for; `None` is unknown to it.
#[derive(Default)]
pub struct PackageFields {
    pub identifier: Option<String>,
    pub version: Option<String>,
    pub build: Option<String>,
    pub name: Option<String>,
    /// Reads and bytes, if the reader counts them itself.
    pub counted: Option<(u64, u64)>,
}

/// Runs a reader as the arguments say. Each run opens the file anew.
pub fn measure(read: impl Fn(&str) -> Result<PackageFields, String>) {
    let mut args = std::env::args().skip(1);
    let file = args.next().expect("a file");
    let runs: usize = args.next().and_then(|runs| runs.parse().ok()).unwrap_or(1);
    // Asking is reading too: what one question costs is taken off.
    let (idle, before) = (io(), io());
    let mut seconds = Vec::new();
    let took = |seconds: &mut Vec<f64>| {
        let started = Instant::now();
        let outcome = read(&file);
        seconds.push(started.elapsed().as_secs_f64());
        outcome
    };
    let outcome = took(&mut seconds);
    let after = io();
    for _ in 1..runs {
        let _ = took(&mut seconds);
    }
    println!("{}", line(outcome, &seconds, (after.0 + idle.0 - 2 * before.0, after.1 + idle.1 - 2 * before.1)));
}

fn line(outcome: Result<PackageFields, String>, seconds: &[f64], kernel: (u64, u64)) -> Value {
    let error = outcome.as_ref().err().cloned();
    let facts = outcome.unwrap_or_default();
    let (reads, bytes) = facts.counted.unwrap_or(kernel);
    json!({
        "identifier": facts.identifier, "version": facts.version, "build": facts.build, "name": facts.name,
        "error": error, "seconds": seconds, "reads": reads, "bytes": bytes, "peak_kb": peak_kb(),
    })
}

/// This process's read calls and the bytes they gave, from `/proc/self/io`. Maps of files are not in it.
fn io() -> (u64, u64) {
    let text = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    (field(&text, "syscr:"), field(&text, "rchar:"))
}

fn peak_kb() -> u64 {
    field(&std::fs::read_to_string("/proc/self/status").unwrap_or_default(), "VmHWM:")
}

fn field(text: &str, name: &str) -> u64 {
    let rest = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    rest.trim().split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
