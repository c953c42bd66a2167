use std::collections::BTreeSet;

use artifact::{Android, Artifact, Severity};

use crate::support::{Row, inspect_bytes, rows};

fn bundles() -> Vec<(Row, Artifact, Android)> {
    let inspected = rows(&["aab"]).into_iter().map(|row| {
        let artifact = inspect_bytes(&row.file, &row.bytes()).unwrap_or_else(|refusal| panic!("{refusal:?}"));
        let android = artifact.android.clone().unwrap_or_default();
        (row, artifact, android)
    });
    inspected.collect()
}

/// A fact of the table's last column, its parts sorted.
fn stated<'a>(row: &'a Row, key: &str) -> BTreeSet<&'a str> {
    let fact = row.extra.split(' ').find_map(|fact| fact.strip_prefix(key)?.strip_prefix('='));
    fact.into_iter().flat_map(|fact| fact.split(',')).filter(|part| !part.is_empty()).collect()
}

#[test]
fn every_bundle_declares_what_independent_tools_read() {
    for (row, _, android) in bundles() {
        let set = |fields: &'static str| {
            stated(&row, fields).into_iter().map(str::to_owned).collect::<BTreeSet<_>>()
        };
        assert_eq!(android.modules.iter().cloned().collect::<BTreeSet<_>>(), set("modules"), "{}", row.file);
        assert_eq!(android.abis.iter().cloned().collect::<BTreeSet<_>>(), set("abis"), "{}", row.file);
        assert_eq!(android.target_sdk.into_iter().collect::<BTreeSet<_>>(), set("target"), "{}", row.file);
        assert_eq!(
            stated(&row, "signed").contains("True"),
            android.signing.schemes == ["v1"],
            "{}",
            row.file
        );
        assert_eq!(stated(&row, "debuggable").contains("True"), android.debuggable, "{}", row.file);
        assert_eq!(android.signing.certificates.len(), 1, "{}", row.file);
    }
}

#[test]
fn an_ordinary_bundle_has_one_finding() {
    for (row, artifact, _) in bundles() {
        let findings: Vec<_> =
            artifact.findings.iter().map(|found| (found.severity, found.code.as_str())).collect();
        let is_for_watches = row.file.contains("watch-face");
        let special = is_for_watches.then_some((Severity::Info, "special-device"));
        let expected: Vec<_> = [(Severity::Warning, "needs-conversion")].into_iter().chain(special).collect();
        assert_eq!(findings, expected, "{}", row.file);
    }
}

#[test]
fn names_in_other_languages_are_those_that_aapt2_shows() {
    let labels: Vec<_> = bundles().into_iter().map(|(_, _, android)| android.labels).collect();
    let labels: Vec<Vec<_>> = labels
        .iter()
        .map(|labels| labels.iter().map(|(tag, name)| (tag.as_str(), name.as_str())).collect())
        .collect();
    let expected = [vec![("zh-CN", "AppInfo演示")], vec![("pl", "Przykład modułów na żądanie")], vec![]];
    assert_eq!(labels, expected);
}
