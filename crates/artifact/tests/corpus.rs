//! Every Android package of the corpus, against what independent tools read from it.

mod support;

use artifact::Artifact;
use support::{Expect, Row, inspect_bytes, rows};

const COLUMNS: [&str; 5] = ["name", "id", "version", "build", "min_os"];

/// A file and a column where we say something else than the table, what we say, and why.
const DIFFERENT: &[(&str, &str, &str)] = &[
    // The table has the bare reference: the file has no resource with that id, and `@7F0B001F` is no name.
    ("apk/relic__dummy.apk", "name", ""),
    ("derived/apk__duplicate-manifest.apk", "name", ""),
    // The reader behind the table lost the resource table behind the lying extra field; we find the entry.
    ("apk/apkInspector__minimal_SIZE_ExtraField.apk", "name", "erev0s.com - Minimal"),
    // `resources.arsc` has another name in its local header, which we do not compare: the label is in there.
    (
        "apk/apksig-android__v3-only-with-rsa-pkcs1-sha512-8192-digest-mismatch.apk",
        "name",
        "Tiny App for CTS",
    ),
    // The table's tool read no label; the manifest refers to one, in a table with short offsets.
    ("apk/Apktool__client.apk", "name", "SharedLibrary client"),
    // The table's tool shows the lower half; devices compare `versionCodeMajor` << 32 | 25.
    ("apk/apksig-android__original-with-versionCodeMajor.apk", "build", "4294967321"),
];

#[test]
fn every_package_yields_what_independent_tools_read() {
    let rows = rows();
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
                score.accepted += 1;
                wrong.extend(compare(row, &artifact, &mut score));
            }
        }
    }
    println!("{} packages: {} accepted, {} refused", rows.len(), score.accepted, score.refused);
    for (column, right) in COLUMNS.iter().zip(score.right) {
        println!("{column}: {right} of {} right", score.stated);
    }
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

/// What differs from the row and is not listed in [`DIFFERENT`], or is listed and does not differ.
fn compare(row: &Row, artifact: &Artifact, score: &mut Score) -> Vec<String> {
    // No reader accepts this one; that we do is allowed, what we read is not stated.
    if matches!(row.expect(), Expect::Either) && row.facts[1].is_empty() {
        return Vec::new();
    }
    score.stated += 1;
    let facts = facts(artifact);
    let mut wrong = Vec::new();
    for (n, column) in COLUMNS.iter().enumerate() {
        let listed = DIFFERENT.iter().find(|(file, listed, _)| *file == row.file && listed == column);
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
    let [name, version, build, min_os] =
        [name, version, build, min_os].map(|fact| fact.as_deref().unwrap_or(""));
    [name, identifier, version, build, min_os]
}

#[test]
fn no_package_takes_more_than_6_reads_or_400_kilobytes() {
    let (mut most_reads, mut most_bytes) = (0, 0);
    for row in rows() {
        let Ok(artifact) = inspect_bytes(&row.file, &row.bytes()) else { continue };
        most_reads = most_reads.max(artifact.reads);
        most_bytes = most_bytes.max(artifact.bytes_read);
        assert!(artifact.reads <= 6, "{}: expected at most 6 reads, got {}", row.file, artifact.reads);
        assert!(artifact.bytes_read <= 400_000, "{}: {} bytes read", row.file, artifact.bytes_read);
    }
    println!("most reads {most_reads}, most bytes {most_bytes}");
}
