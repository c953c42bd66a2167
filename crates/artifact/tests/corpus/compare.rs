use artifact::{Artifact, RefusalCode};

use crate::support::{Expect, Row, inspect_bytes, rows};

const COLUMNS: [&str; 5] = ["name", "id", "version", "build", "min_os"];

/// A file and a column where this crate differs from the table, and its value. A comment says why.
pub(crate) type Different = (&'static str, &'static str, &'static str);

/// Rows that are refused although the table names no code, and the code of the refusal.
const REFUSED: [(&str, RefusalCode); 19] = [
    ("appx/msix-packaging__Empty.appx", RefusalCode::NotAPackage),
    ("appx/msix-packaging__OPC_E_ZIP_CORRUPTED_ARCHIVE.appx", RefusalCode::Corrupt),
    ("msi/wix3__expected.msi", RefusalCode::Corrupt),
    ("apk/apksig-android__empty-unsigned.apk", RefusalCode::NotAPackage),
    ("apk/apksig-android__v2-only-empty.apk", RefusalCode::NotAPackage),
    ("pkg/brew__container.pkg", RefusalCode::NotAPackage),
    ("derived/apk__bomb-manifest-1GiB.apk", RefusalCode::TooLarge),
    ("derived/apk__empty.zip.apk", RefusalCode::NotAPackage),
    ("derived/apk__truncated-in-directory.apk", RefusalCode::Truncated),
    ("derived/apk__zero-bytes.apk", RefusalCode::Empty),
    ("derived/dmg__truncated.dmg", RefusalCode::Truncated),
    ("derived/ipa__bplist-deep-10000.ipa", RefusalCode::Corrupt),
    ("derived/ipa__no-info-plist.ipa", RefusalCode::Corrupt),
    ("derived/ipa__xml-plist-billion-laughs.ipa", RefusalCode::Corrupt),
    ("derived/msi__dir-sector-wild.msi", RefusalCode::Corrupt),
    ("derived/pkg__plain-zip.pkg", RefusalCode::NotAPackage),
    ("derived/apk__v2v3v4-resigned.apk.idsig", RefusalCode::NotAPackage),
    ("derived/pkg__no-packageinfo.pkg", RefusalCode::NotAPackage),
    ("derived/pkg__toc-bomb.pkg", RefusalCode::TooLarge),
];

/// What is found where the table asks for a finding. In the others no app is found.
const FLAGGED: [(&str, &str); 3] = [
    ("derived/apk__duplicate-manifest.apk", "duplicate-entry"),
    ("derived/ipa__two-apps-in-payload.ipa", "several-apps"),
    // An installer is on the volume.
    ("dmg/extractcode__easy-subclipse-mylyn-2.0.0.dmg", "nested-payload"),
];

fn refused_as(row: &Row) -> Option<RefusalCode> {
    REFUSED.iter().find(|(file, _)| *file == row.file).map(|(_, code)| *code)
}

fn flag(row: &Row) -> &'static str {
    FLAGGED.iter().find(|(file, _)| *file == row.file).map_or("no-application", |(_, code)| code)
}

/// Compares every row of these formats with what we read.
pub(crate) fn check(formats: &[&str], different: &[Different]) {
    let rows = rows(formats);
    let (mut wrong, mut score) = (Vec::new(), Score::default());
    for row in &rows {
        match (row.expect(), inspect_bytes(&row.file, &row.bytes())) {
            (Expect::Refusal(code), Err(refusal)) if code.or(refused_as(row)) == Some(refusal.code) => {
                score.refused += 1;
            }
            (Expect::Either, Err(_)) => score.refused += 1,
            (Expect::Refusal(_), outcome) => wrong.push(format!("{}: {outcome:?}", row.file)),
            (_, Err(refusal)) => wrong.push(format!("{}: {refusal:?}", row.file)),
            (expect, Ok(artifact)) => {
                let is_found = || artifact.findings.iter().any(|finding| finding.code == flag(row));
                if matches!(expect, Expect::Finding) && !is_found() {
                    wrong.push(format!("{}: expected {}, got none", row.file, flag(row)));
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
    /// Packages for which the table states fields.
    stated: usize,
    right: [usize; COLUMNS.len()],
}

/// What differs from the row and is not listed, or is listed and does not differ.
fn compare(row: &Row, artifact: &Artifact, different: &[Different], score: &mut Score) -> Vec<String> {
    // No reader accepts this one, or there is no app in it: what we read is not stated.
    if matches!(row.expect(), Expect::Either | Expect::Finding) && row.fields.iter().all(String::is_empty) {
        return Vec::new();
    }
    score.stated += 1;
    let fields = fields(artifact);
    let mut wrong = Vec::new();
    for (n, column) in COLUMNS.iter().enumerate() {
        let listed = different.iter().find(|(file, listed, _)| *file == row.file && listed == column);
        let expected = listed.map_or(row.fields[n].as_str(), |(_, _, ours)| ours);
        if fields[n] == row.fields[n] {
            score.right[n] += 1;
        }
        if fields[n] != expected || (listed.is_some() && fields[n] == row.fields[n]) {
            wrong.push(format!("{}: expected {column} `{expected}`, got `{}`", row.file, fields[n]));
        }
    }
    wrong
}

fn fields(artifact: &Artifact) -> [&str; COLUMNS.len()] {
    let Artifact { name, identifier, version, build, min_os, .. } = artifact;
    [name, identifier, version, build, min_os].map(|fact| fact.as_deref().unwrap_or(""))
}
