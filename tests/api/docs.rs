//! What docs/api.md promises.

use std::fs;
use std::path::Path;

const API: &str = include_str!("../../docs/api.md");

#[test]
fn every_quirk_is_pinned_by_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = String::new();
    for folder in ["tests", "crates/service/src", "crates/protocol/src"] {
        collect(&root.join(folder), &mut sources);
    }
    let (_, quirks) = API.split_once("## Known quirks").expect("the section");
    let rows: Vec<_> = quirks.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() > 20, "{} quirks", rows.len());
    for row in rows {
        let tests = row.trim_end_matches(" |").rsplit(" | ").next().expect("a last column");
        let names: Vec<_> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test: {row}");
        for name in names {
            assert!(sources.contains(&format!("fn {name}(")), "no test of that name: {name}");
        }
    }
}

/// Adds the text of all sources under a folder.
fn collect(folder: &Path, sources: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder of the project") {
        let path = entry.expect("an entry").path();
        if path.ends_with("node_modules") {
            continue;
        }
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(&path).expect("a source"));
        }
    }
}
