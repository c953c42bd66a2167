use artifact::Artifact;

use crate::support::{Expect, Row, inspect_bytes, rows};

const COLUMNS: [&str; 5] = ["name", "id", "version", "build", "min_os"];

/// A file and a column where we say something else than the table, and what we say. A comment says why.
pub(crate) type Different = (&'static str, &'static str, &'static str);

/// Compares every row of these formats with what we read.
pub(crate) fn check(formats: &[&str], different: &[Different]) {
    let rows = rows(formats);
    let (mut wrong, mut score) = (Vec::new(), Score::default());
    for row in &rows {
        match (row.expect(), inspect_bytes(&row.file, &row.bytes())) {
            (Expect::Refusal(code), Err(refusal)) if code.is_none_or(|code| code == refusal.code) => {
                score.refused += 1;
            }
            (Expect::Either, Err(_)) => score.refused += 1,
            (Expect::Refusal(_), outcome) => wrong.push(format!("{}: {outcome:?}", row.file)),
            (_, Err(refusal)) => wrong.push(format!("{}: {refusal:?}", row.file)),
            (expect, Ok(artifact)) => {
                if matches!(expect, Expect::Finding) && artifact.findings.is_empty() {
                    wrong.push(format!("{}: expected a finding, got none", row.file));
                }
                if artifact.format.extension() != row.format {
                    wrong.push(format!("{}: expected {}, got {}", row.file, row.format, artifact.format));
                }
                score.accepted += 1;
                wrong.extend(compare(row, &artifact, different, &mut score));
            }
        }
    }
    println!("{formats:?}: {} packages, {} accepted, {} refused", rows.len(), score.accepted, score.refused);
    for (column, right) in COLUMNS.iter().zip(score.right) {
        println!("{column}: {right} of {} right", score.stated);
    }
    assert!(!rows.is_empty(), "expected the corpus beside the project, got none of {formats:?}");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[derive(Default)]
struct Score {
    accepted: usize,
    refused: usize,
    /// Packages for which the table states facts.
    stated: usize,
    right: [usize; COLUMNS.len()],
}

/// What differs from the row and is not listed, or is listed and does not differ.
fn compare(row: &Row, artifact: &Artifact, different: &[Different], score: &mut Score) -> Vec<String> {
    // No reader accepts this one, or there is no app in it: what we read is not stated.
    if matches!(row.expect(), Expect::Either | Expect::Finding) && row.facts.iter().all(String::is_empty) {
        return Vec::new();
    }
    score.stated += 1;
    let facts = facts(artifact);
    let mut wrong = Vec::new();
    for (n, column) in COLUMNS.iter().enumerate() {
        let listed = different.iter().find(|(file, listed, _)| *file == row.file && listed == column);
        let expected = listed.map_or(row.facts[n].as_str(), |(_, _, ours)| ours);
        if facts[n] == row.facts[n] {
            score.right[n] += 1;
        }
        if facts[n] != expected || (listed.is_some() && facts[n] == row.facts[n]) {
            wrong.push(format!("{}: expected {column} `{expected}`, got `{}`", row.file, facts[n]));
        }
    }
    wrong
}

fn facts(artifact: &Artifact) -> [&str; COLUMNS.len()] {
    let Artifact { name, identifier, version, build, min_os, .. } = artifact;
    [name, identifier, version, build, min_os].map(|fact| fact.as_deref().unwrap_or(""))
}
