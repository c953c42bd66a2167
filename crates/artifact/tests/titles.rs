//! The titles of findings, against the table in docs/inspecting-a-package.md.

#![expect(clippy::unwrap_used, reason = "a test without the documentation stops where that shows")]

use std::collections::BTreeMap;
use std::fs;

use artifact::{Finding, RefusalCode, Severity, finding_title};

/// Code and title of each row of the tables below `## Findings`.
fn rows() -> BTreeMap<String, String> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/inspecting-a-package.md");
    let text = fs::read_to_string(page).unwrap();
    let (_, findings) = text.split_once("\n## Findings\n").unwrap();
    let findings = findings.split("\n## ").next().unwrap();
    let rows = findings.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let mut cells = row.split(" | ");
        let code = cells.next().unwrap().trim_end_matches('`');
        (code.to_owned(), cells.next().unwrap().to_owned())
    })
    .collect()
}

#[test]
fn every_code_has_the_title_that_the_documentation_says() {
    let rows = rows();
    assert!(rows.len() > 90, "{} rows", rows.len());
    for (code, title) in &rows {
        assert_eq!(finding_title(code), Some(title.as_str()), "{code}");
    }
    for code in RefusalCode::ALL {
        assert_eq!(rows.get(code.as_str()).map(String::as_str), Some(code.title()));
    }
}

#[test]
fn a_title_has_three_to_six_words_and_belongs_to_one_code() {
    let mut codes_by_title = BTreeMap::new();
    for (code, title) in rows() {
        let n_words = title.split_whitespace().count();
        assert!((3..=6).contains(&n_words), "{code}: {title}");
        assert!(title.starts_with(|first: char| first.is_uppercase()), "{code}: {title}");
        assert!(!title.ends_with('.'), "{code}: {title}");
        assert_eq!(codes_by_title.insert(title, code.clone()), None, "{code}");
    }
}

#[test]
fn a_code_of_another_version_is_its_own_title() {
    let finding = Finding {
        severity: Severity::Info,
        code: "not-known-yet".to_owned(),
        message: String::new(),
        fix: String::new(),
    };
    assert_eq!(finding.title(), "not-known-yet");
    assert_eq!(Finding { code: "debuggable".to_owned(), ..finding }.title(), "Build can be debugged");
}
