//! Slipway and its peers as native programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::process::{self, ProcessOutput};
use crate::reading::{PackageFields, Reading, median};

/// A program that reads packages.
pub(crate) struct Peer {
    /// Its name in the tables.
    pub(crate) name: &'static str,
    program: PathBuf,
    before: Vec<PathBuf>,
    format: OutputFormat,
}

/// The output format of a program.
#[derive(Clone, Copy, PartialEq)]
enum OutputFormat {
    /// That of the programs around the peers, which also take a number of runs.
    Line,
    /// That of aapt2.
    Badging,
    /// That of `slipway inspect --json`.
    Json,
}

impl Peer {
    /// All peers that are there. Prints the names of the others.
    pub(crate) fn all(peers: &Path, cli: &Path) -> Vec<Peer> {
        let native = |name: &str| peers.join("native/release").join(name);
        let python = peers.join("python/bin/python");
        let script = |reader: &str| vec![peers.join("peer.py"), reader.into()];
        let all = [
            Peer { name: "Slipway", program: native("slipway"), before: vec![], format: OutputFormat::Line },
            Peer {
                name: "slipway inspect --json",
                program: cli.into(),
                before: vec![],
                format: OutputFormat::Json,
            },
            Peer {
                name: "apk-info, crate",
                program: native("apk_info"),
                before: vec![],
                format: OutputFormat::Line,
            },
            Peer {
                name: "apk-info, Python",
                program: python.clone(),
                before: script("apk_info"),
                format: OutputFormat::Line,
            },
            Peer {
                name: "aapt2",
                program: peers.join("aapt2"),
                before: vec![],
                format: OutputFormat::Badging,
            },
            Peer {
                name: "androguard",
                program: python.clone(),
                before: script("androguard"),
                format: OutputFormat::Line,
            },
            Peer {
                name: "pyaxmlparser",
                program: python,
                before: script("pyaxmlparser"),
                format: OutputFormat::Line,
            },
        ];
        let (there, missing): (Vec<_>, Vec<_>) = all.into_iter().partition(|peer| peer.program.exists());
        for peer in missing {
            println!("{} is left out: {} is missing", peer.name, peer.program.display());
        }
        there
    }

    /// Reads a package once, in a process of its own.
    pub(crate) fn read(&self, file: &Path) -> Reading {
        self.run(file, 1)
    }

    /// Reads a package `runs` times in processes of their own, and `runs` times in one process.
    pub(crate) fn measure(&self, file: &Path, runs: usize) -> Reading {
        let alone: Vec<_> = (0..runs).map(|_| self.run(file, 1)).collect();
        let times: Vec<_> = alone.iter().map(|reading| reading.process_seconds).collect();
        let seen = alone.iter().map(|reading| reading.peak_kb).max();
        let mut reading = match self.format {
            OutputFormat::Line => self.run(file, runs),
            OutputFormat::Badging | OutputFormat::Json => self.run(file, 1),
        };
        reading.process_seconds = median(&times).unwrap_or_default();
        // The memory of one run, as for the programs that cannot repeat runs.
        reading.peak_kb = seen.unwrap_or_default();
        reading
    }

    fn run(&self, file: &Path, runs: usize) -> Reading {
        let mut command = Command::new(&self.program);
        command.args(&self.before);
        match self.format {
            OutputFormat::Line => command.arg(file).arg(runs.to_string()),
            OutputFormat::Badging => command.args(["dump", "badging"]).arg(file),
            OutputFormat::Json => command.args(["inspect", "--json"]).arg(file),
        };
        let ProcessOutput { output, seconds, peak_kb } = process::run(&mut command);
        let output = match output {
            Ok(output) => output,
            Err(reason) => return Reading { process_seconds: seconds, ..Reading::failed(reason) },
        };
        let json: Value = serde_json::from_slice(&output).unwrap_or_default();
        match self.format {
            OutputFormat::Line => Reading::from_line(&json, seconds, peak_kb),
            OutputFormat::Json => {
                let reads = json["reads"].as_u64().zip(json["bytes_read"].as_u64());
                let facts = Ok(PackageFields::from_json(&json));
                Reading {
                    facts,
                    seconds: Vec::new(),
                    process_seconds: seconds,
                    reads,
                    peak_kb,
                    grown_kb: None,
                }
            }
            OutputFormat::Badging => {
                let facts = PackageFields::from_badging(&String::from_utf8_lossy(&output));
                let facts = facts.ok_or_else(|| "no package line".to_owned());
                Reading {
                    facts,
                    seconds: Vec::new(),
                    process_seconds: seconds,
                    reads: None,
                    peak_kb,
                    grown_kb: None,
                }
            }
        }
    }
}
