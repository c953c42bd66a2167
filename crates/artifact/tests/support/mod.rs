//! The corpus and its table of expected values.
#![allow(dead_code, reason = "not every test file uses all of it")]

pub(crate) mod apk;
pub(crate) mod bundle;
pub(crate) mod index;
pub(crate) mod memory;
pub(crate) mod mutants;
pub(crate) mod random;
pub(crate) mod seeds;
pub(crate) mod signed;
pub(crate) mod sparse;

use artifact::{Artifact, DriveError, Hints, Refusal, RefusalCode, inspect_sync};
pub(crate) use index::{Row, corpus};

/// The formats of packages in the table.
pub(crate) const PACKAGES: [&str; 14] = [
    "apk",
    "aab",
    "ipa",
    "app.zip",
    "pkg",
    "dmg",
    "appx",
    "appxbundle",
    "appxupload",
    "msix",
    "msixbundle",
    "msixupload",
    "msi",
    "zip",
];

/// What the table says should happen.
pub(crate) enum Expect {
    Facts,
    /// The fields, and a finding.
    Finding,
    /// A refusal, with this code if one is named.
    Refusal(Option<RefusalCode>),
    /// The fields or a refusal.
    Either,
}

impl Row {
    pub(crate) fn expect(&self) -> Expect {
        let says = |what: &str| self.extra.contains(what);
        if says("EXPECT reject-or-accept") {
            Expect::Either
        } else if says("EXPECT reject:encrypted") {
            Expect::Refusal(Some(RefusalCode::Encrypted))
        } else if says("EXPECT reject") {
            Expect::Refusal(None)
        } else if says("EXPECT flag") {
            Expect::Finding
        } else if self.format == "dmg" && says("no .app") {
            // A disk image without an app: the user enters version and build.
            Expect::Finding
        } else if self.fields.iter().all(String::is_empty) {
            // Nothing that a release could be made of.
            Expect::Refusal(None)
        } else {
            Expect::Facts
        }
    }
}

/// The rows of these formats, in the table's order.
pub(crate) fn rows(formats: &[&str]) -> Vec<Row> {
    let rows: Vec<Row> =
        index::table().into_iter().filter(|row| formats.contains(&row.format.as_str())).collect();
    assert!(!rows.is_empty(), "expected the corpus beside the project");
    rows
}

/// The current time in all tests: 2026-11-20T00:00:00Z.
pub(crate) const NOW: i64 = 1_795_132_800;

pub(crate) fn inspect_bytes(file_name: &str, bytes: &[u8]) -> Result<Artifact, Refusal> {
    inspect_counted(file_name, bytes).0
}

/// What was fetched, whatever came of it.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(crate) struct Fetched {
    pub(crate) reads: u32,
    pub(crate) bytes: u64,
}

pub(crate) fn inspect_counted(file_name: &str, bytes: &[u8]) -> (Result<Artifact, Refusal>, Fetched) {
    let file_name = file_name.rsplit('/').next().unwrap_or(file_name);
    let mut fetched = Fetched::default();
    let outcome = inspect_sync(&Hints { file_name, now: NOW }, bytes.len() as u64, |miss| {
        let start = miss.offset as usize;
        fetched.reads += 1;
        fetched.bytes += miss.len as u64;
        Ok::<_, std::convert::Infallible>(bytes[start..start + miss.len].to_vec())
    });
    let outcome = outcome.map_err(|error| match error {
        DriveError::Refused(refusal) => refusal,
        DriveError::Fetch(never) => match never {},
        DriveError::NeedsFullBuild => panic!("{file_name}: expected all codecs in a test"),
    });
    (outcome, fetched)
}
