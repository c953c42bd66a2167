//! docs/command-line.md, against the program's own help.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const COMMANDS: [&[&str]; 12] = [
    &[],
    &["inspect"],
    &["login"],
    &["logout"],
    &["apps"],
    &["groups"],
    &["releases"],
    &["releases", "show"],
    &["distribute"],
    &["distribute", "release"],
    &["distribute", "link"],
    &["completions"],
];

#[test]
fn every_flag_is_on_the_page_and_every_flag_of_the_page_is_one() {
    let in_help: BTreeSet<String> = COMMANDS.iter().flat_map(|path| flags(&help(path))).collect();
    let page: BTreeSet<String> = page().split('`').skip(1).step_by(2).flat_map(flags).collect();
    // Scripts made for App Center's command line may have them. They are accepted, and not in the help.
    let hidden = ["--env", "--disable-telemetry"].map(str::to_owned);
    // Flags of other programs, in examples.
    let foreign = ["--path", "--locked"].map(str::to_owned);
    let missing: Vec<_> = in_help.difference(&page).collect();
    assert!(missing.is_empty(), "not on the page: {missing:?}");
    let unknown: Vec<_> =
        page.difference(&in_help).filter(|flag| !hidden.contains(flag) && !foreign.contains(flag)).collect();
    assert!(unknown.is_empty(), "not of the program: {unknown:?}");
    assert!(in_help.len() > 30, "{in_help:?}");
}

#[test]
fn a_short_flag_stands_beside_its_long_one() {
    let page = page();
    for line in COMMANDS.iter().flat_map(|path| help(path).lines().map(str::to_owned).collect::<Vec<_>>()) {
        let line = line.trim();
        if let Some((short, rest)) = line.split_once(", ").filter(|(short, _)| short.len() == 2) {
            let long = rest.split(' ').next().unwrap();
            if short.starts_with('-') && long.starts_with("--") {
                assert!(
                    page.contains(&format!("| `{short}`, `{long}"))
                        || page.contains(&format!("`{short}`, `{long}`")),
                    "{line}"
                );
            }
        }
    }
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let help = help(&[]);
    let (_, codes) = help.split_once("Exit codes:\n").unwrap();
    let rows: Vec<String> = codes
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(code, meaning)| format!("| {code} | {} |", meaning.trim()))
        .collect();
    let page = page();
    let (_, section) = page.split_once("\n## Exit codes\n").unwrap();
    let table: Vec<_> = section.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() == 9, "{rows:?}");
    assert_eq!(table[..rows.len()], rows);
}

#[test]
fn every_command_is_on_the_page() {
    let page = page();
    for path in COMMANDS.iter().filter(|path| !path.is_empty() && **path != ["distribute"]) {
        let command = format!("| `slipway {}", path.join(" "));
        assert!(page.contains(&command), "{command}");
    }
}

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/command-line.md");
    // Code in fences is no list of flags, and would turn the backticks around.
    let text = std::fs::read_to_string(path).unwrap();
    text.split("\n```")
        .step_by(2)
        .map(|part| part.split_once('\n').map_or("", |(_, rest)| rest))
        .collect::<Vec<_>>()
        .join("\n")
}

fn help(path: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_slipway")).args(path).arg("--help").output().unwrap();
    assert!(output.status.success(), "{path:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The words that are flags, without what follows them.
fn flags(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let is_flag = |word: &&str| {
        let name = word.trim_start_matches('-');
        (word.starts_with("--") && name.len() > 1
            || word.starts_with('-') && word.len() == 2 && name.len() == 1)
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    words.filter(is_flag).map(str::to_owned).collect()
}
