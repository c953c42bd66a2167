//! Findings and refusals as a release manager reads them.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{PACKAGES, inspect_bytes, rows};

/// Product names in a wrong spelling.
const MISSPELT: [&str; 17] = [
    "windows",
    "android",
    "macos",
    "ios",
    "tvos",
    "apple",
    "google",
    "gatekeeper",
    "harmonyos",
    "sdk",
    "ndk",
    "api",
    "guid",
    "png",
    "xml",
    "apk",
    "apks",
];

fn check(file: &str, message: &str, fix: &str, wrong: &mut Vec<String>) {
    let mut note = |what: &str, text: &str| wrong.push(format!("{file}: {what}: {text}"));
    for text in [message, fix] {
        if text.starts_with(|c: char| c.is_uppercase() && !text.starts_with("PNG")) {
            note("begins with a capital", text);
        }
        if text.ends_with(['.', ' ', ',']) {
            note("ends as no message does", text);
        }
        for word in misspelt(text) {
            note(&format!("a name as `{word}`"), text);
        }
        let words: Vec<_> = text.split(' ').collect();
        for pair in words.windows(2) {
            let word = pair[1].trim_end_matches([',', ':']);
            let is_many = word.ends_with('s') && !["is", "was", "knows"].contains(&word);
            if pair[0] == "1" && is_many {
                note("one of many", text);
            }
            if pair[0].len() > 4
                && pair[0].bytes().all(|byte| byte.is_ascii_digit())
                && pair[1].starts_with("bytes")
            {
                note("many bytes", text);
            }
        }
    }
    if !message.contains("expected ") || !message.contains("got ") {
        note("does not say what was expected and what was got", message);
    }
}

/// The misspelt names in a text, without code between backticks and file names.
fn misspelt(text: &str) -> Vec<String> {
    let plain: Vec<_> = text.split('`').step_by(2).collect();
    let plain = plain.join("");
    let words = plain.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '_' || c == ':'));
    words
        .map(|word| word.trim_end_matches([':', '.']))
        .filter(|word| MISSPELT.contains(word))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_message_about_the_corpus_reads_well() {
    let (mut wrong, mut n_messages) = (Vec::new(), 0);
    for row in rows(&PACKAGES) {
        match inspect_bytes(&row.file, &row.bytes()) {
            Ok(artifact) => {
                for finding in &artifact.findings {
                    check(&row.file, &finding.message, &finding.fix, &mut wrong);
                }
                assert!(artifact.findings.is_sorted_by_key(|finding| finding.severity), "{}", row.file);
                n_messages += artifact.findings.len();
            }
            Err(refusal) => {
                check(&row.file, &refusal.message, &refusal.fix, &mut wrong);
                n_messages += 1;
            }
        }
    }
    println!("{n_messages} messages");
    assert!(n_messages > 1000, "expected the corpus beside the project, got {n_messages} messages");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Those that no package of the corpus calls forth too.
#[test]
fn no_message_in_the_sources_misspells_a_name() {
    let mut wrong = Vec::new();
    for file in sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        let source = fs::read_to_string(&file).unwrap();
        let code = source.split("#[cfg(test)]\nmod tests").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let Some((_, literal)) = line.split_once('"') else { continue };
            let literal = literal.rsplit_once('"').map_or(literal, |(literal, _)| literal);
            if literal.contains(": ") || literal.contains("expected ") {
                wrong.extend(
                    misspelt(literal).iter().map(|word| format!("{}: `{word}`: {literal}", file.display())),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let inside = folders.iter().flat_map(|folder| sources(folder));
    files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .chain(inside)
        .collect()
}

#[test]
fn the_refusal_of_an_archive_named_as_a_package_says_what_it_lacks() {
    let plain = rows(&["zip"]).into_iter().find(|row| inspect_bytes("a.zip", &row.bytes()).is_ok());
    let bytes = plain.unwrap().bytes();
    for (name, lacks) in [
        ("a.apk", "expected an `AndroidManifest.xml`, got a zip archive of "),
        ("a.msi", "expected a Windows installer, got a zip archive of "),
    ] {
        let refusal = inspect_bytes(name, &bytes).unwrap_err();
        assert!(refusal.message.starts_with(lacks), "{refusal}");
        assert_eq!(refusal.message.ends_with(" without one"), name == "a.apk", "{refusal}");
    }
}

#[test]
fn the_worst_finding_comes_first() {
    let row =
        rows(&["apk"]).into_iter().find(|row| row.file == "derived/apk__trailing-junk-1000.apk").unwrap();
    let findings = inspect_bytes("app.zip", &row.bytes()).unwrap().findings;
    let codes: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
    assert!(findings.is_sorted_by_key(|finding| finding.severity), "{codes:?}");
    assert_eq!(codes.first(), Some(&"trailing-bytes"));
    assert!(codes.contains(&"mismatched-extension"), "found last of all, by the name: {codes:?}");
}
