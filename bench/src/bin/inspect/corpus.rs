//! How many packages of the corpus each reader gets right.

use std::path::PathBuf;

use testkit::package::{CorpusRow, corpus_path, corpus_rows};

use crate::Bench;
use crate::chromium::Chromium;
use crate::reading::{FACTS, PackageFields, Reading};

/// An APK of the corpus with what its table states.
struct Row {
    path: PathBuf,
    facts: PackageFields,
}

/// Differences of one reader that are printed.
const MAX_DIFFERENCES: usize = 4;

/// What one reader got right.
#[derive(Default)]
struct Score {
    right: [usize; 4],
    refused: usize,
    /// The first few values that are not the table's.
    differences: Vec<String>,
    /// Files on which it did not finish, or crashed.
    errors: Vec<String>,
}

/// Scores all readers over the APKs that aapt2 reads, or without it over those with stated facts.
pub(crate) async fn run(bench: &Bench) {
    let rows = rows();
    let oracle = bench.peers.iter().find(|peer| peer.name == "aapt2");
    let counted: Vec<_> =
        rows.iter().filter(|row| oracle.is_none_or(|aapt2| aapt2.read(&row.path).facts.is_ok())).collect();
    let by = if oracle.is_some() { "that aapt2 reads" } else { "with stated facts (aapt2 is missing)" };
    println!("\nright of {} APKs of the corpus {by}; {} have stated facts", counted.len(), rows.len());
    let columns: String = FACTS.iter().map(|fact| format!(" {fact:>8}")).collect();
    println!("  {:<24}{columns} {:>8} {:>8}", "", "refused", "errors");
    for page in &bench.pages {
        let mut chromium = Chromium::new(*page, &bench.origin);
        let mut score = Score::default();
        for row in &counted {
            score.add(row, &chromium.read(&row.path, 1).await);
        }
        chromium.close().await;
        score.print(page.name);
    }
    for peer in &bench.peers {
        let mut score = Score::default();
        counted.iter().for_each(|row| score.add(row, &peer.read(&row.path)));
        score.print(peer.name);
    }
}

impl Score {
    fn add(&mut self, row: &Row, reading: &Reading) {
        match &reading.facts {
            Ok(facts) => {
                for (n, (got, stated)) in facts.0.iter().zip(&row.facts.0).enumerate() {
                    if got == stated {
                        self.right[n] += 1;
                    } else if self.differences.len() < MAX_DIFFERENCES {
                        let (file, fact) = (row.path.file_name().unwrap_or_default().display(), FACTS[n]);
                        self.differences.push(format!("{file}: expected {fact} {stated:?}, got {got:?}"));
                    }
                }
            }
            Err(reason) if reason.starts_with("still running") || reason.contains("uncaught") => {
                self.errors.push(format!("{}: {reason}", row.path.display()));
            }
            Err(_) => self.refused += 1,
        }
    }

    fn print(&self, name: &str) {
        let right: String = self.right.iter().map(|right| format!(" {right:>8}")).collect();
        println!("  {name:<24}{right} {:>8} {:>8}", self.refused, self.errors.len());
        self.differences.iter().chain(&self.errors).for_each(|line| println!("    {line}"));
    }
}

/// The APKs whose id the table states.
fn rows() -> Vec<Row> {
    let stated = corpus_rows().into_iter().filter(|row| row.format() == "apk" && !row.cell(8).is_empty());
    let facts = |row: &CorpusRow| PackageFields([8, 9, 10, 7].map(|column| row.cell(column).to_owned()));
    stated.map(|row| Row { path: corpus_path(row.file()), facts: facts(&row) }).collect()
}
