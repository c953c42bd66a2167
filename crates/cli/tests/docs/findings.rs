//! The table of findings in docs/inspecting-a-package.md, against the codes in the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What stands right before a finding's code, and the severity that it states, if one.
const BEFORE: [(&str, Option<&str>); 5] = [
    ("Error,", Some("error")),
    ("Warning,", Some("warning")),
    ("Info,", Some("info")),
    ("severity,", None),
    // Errors of the command line itself: some of them appear on standard error only.
    ("FileError::new(", None),
];

/// Codes that begin like this are found wherever they stand, as those of layers that may fail.
const TELLING_PREFIXES: [&str; 2] = ["missing-", "unreadable-"];

#[test]
fn the_sample_is_what_is_printed() {
    let folder = std::env::temp_dir().join(format!("slipway-sample-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let package = root().join("../shared/corpus/apk/app-info__wear.apk");
    fs::copy(package, folder.join("app.apk")).unwrap();
    let slipway = std::process::Command::new(env!("CARGO_BIN_EXE_slipway"))
        .args(["inspect", "app.apk"])
        .current_dir(&folder)
        .output()
        .unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let page = fs::read_to_string(root().join("docs/inspecting-a-package.md")).unwrap();
    let printed = String::from_utf8(slipway.stdout).unwrap();
    assert!(page.contains(&format!("```\n{printed}```\n")), "{printed}");
}

#[test]
fn every_code_of_the_sources_is_in_the_table() {
    let (table, sources) = (table(), sources());
    let mut found: Vec<(String, Option<&str>)> = sources.iter().flat_map(|text| codes(text)).collect();
    found.extend(refusal_codes().into_iter().map(|code| (code, Some("error"))));
    let missing: BTreeSet<_> = found.iter().filter(|(code, _)| !table.contains_key(code)).collect();
    assert!(missing.is_empty(), "in no row of the table: {missing:?}");
    let wrong: BTreeSet<_> = found
        .iter()
        .filter(|(code, severity)| severity.is_some_and(|severity| !table[code].contains(severity)))
        .collect();
    assert!(wrong.is_empty(), "another severity in the table: {wrong:?}");
    assert!(found.len() > 100, "expected the sources, got {} codes", found.len());
}

#[test]
fn the_table_has_no_code_that_the_sources_have_not() {
    let (sources, refusals) = (sources(), refusal_codes());
    let is_known = |code: &String| {
        refusals.contains(code) || sources.iter().any(|text| text.contains(&format!("\"{code}\"")))
    };
    let unknown: Vec<String> = table().into_keys().filter(|code| !is_known(code)).collect();
    assert!(unknown.is_empty(), "in no source: {unknown:?}");
}

#[test]
fn every_code_of_the_table_is_in_a_test() {
    /// Only a build without its usual features has it, which is not the one that is tested.
    const ELSEWHERE: &str = "needs-codecs";
    let (tests, refusals) = (tests(), refusal_codes());
    let is_tested = |code: &String| {
        let literals = [format!("\"{code}\""), format!(" {code}\"")];
        let variant = format!("RefusalCode::{}", pascal(code));
        tests.iter().any(|text| {
            literals.iter().any(|literal| text.contains(literal))
                || (refusals.contains(code) && text.contains(&variant))
        })
    };
    let wanted = table().into_keys().filter(|code| code != ELSEWHERE);
    let untested: Vec<String> = wanted.filter(|code| !is_tested(code)).collect();
    assert!(untested.is_empty(), "in no test: {untested:?}");
}

/// The tests of the crates that make findings, except this file: test files, and the ends of sources.
fn tests() -> Vec<String> {
    let folders = ["crates/artifact/tests", "crates/artifact/src", "crates/cli/tests", "crates/cli/src"];
    let files = folders.iter().flat_map(|folder| files(&root().join(folder)));
    let files = files.filter(|path| !path.ends_with("cli/tests/docs/findings.rs"));
    files
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let is_test =
                path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs");
            if is_test {
                text
            } else {
                text.split_once("\nmod tests {").map_or_else(String::new, |(_, tests)| tests.to_owned())
            }
        })
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The severities of each code, as the rows of the tables below `## Findings` state them.
fn table() -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join("docs/inspecting-a-package.md")).unwrap();
    let (_, findings) = text.split_once("\n## Findings\n").unwrap();
    let findings = findings.split("\n## ").next().unwrap();
    let mut rows = BTreeMap::new();
    for row in findings.lines().filter_map(|line| line.strip_prefix("| `")) {
        let mut cells = row.split(" | ");
        let code = cells.next().unwrap().trim_end_matches('`');
        let severities = cells.nth(1).unwrap();
        let earlier = rows.insert(code.to_owned(), severities.to_owned());
        assert_eq!(earlier, None, "two rows of `{code}`");
    }
    rows
}

/// The sources of the crates that make findings, without their tests.
fn sources() -> Vec<String> {
    let files = ["crates/artifact/src", "crates/cli/src"].map(|folder| files(&root().join(folder)));
    // The table of titles has every code, and makes no finding.
    let files = files.iter().flatten().filter(|path| !path.ends_with("report/finding.rs"));
    let texts = files.map(|path| fs::read_to_string(path).unwrap());
    texts.map(|text| text.split("\nmod tests {").next().unwrap_or_default().to_owned()).collect()
}

/// The files in Rust in a folder and its folders.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}

/// The codes in a source, with the severity that stands before them.
fn codes(text: &str) -> Vec<(String, Option<&'static str>)> {
    let pieces: Vec<&str> = text.split('"').collect();
    let mut codes = Vec::new();
    for (before, literal) in pieces.iter().zip(pieces.iter().skip(1)).filter(|(_, literal)| is_code(literal))
    {
        let marker = BEFORE.iter().find(|(end, _)| before.trim_end().ends_with(end));
        if let Some((_, severity)) = marker {
            codes.push(((*literal).to_owned(), *severity));
        } else if TELLING_PREFIXES.iter().any(|start| literal.starts_with(start)) {
            codes.push(((*literal).to_owned(), None));
        }
    }
    codes
}

fn is_code(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.split('-').all(is_part)
}

/// The variants of `RefusalCode`, as they are written on the wire.
fn refusal_codes() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("crates/artifact/src/report/refusal.rs")).unwrap();
    let (_, variants) = text.split_once("pub enum RefusalCode {").unwrap();
    let variants = variants.split('}').next().unwrap().lines().map(str::trim);
    let names =
        variants.filter(|line| line.starts_with(char::is_uppercase)).map(|line| line.trim_end_matches(','));
    names.map(kebab).collect()
}

/// The variant of a code.
fn pascal(code: &str) -> String {
    let capital = |part: &str| part[..1].to_ascii_uppercase() + &part[1..];
    code.split('-').map(capital).collect()
}

fn kebab(name: &str) -> String {
    let mut text = String::new();
    for char in name.chars() {
        if char.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(char.to_ascii_lowercase());
    }
    text
}
