//! What CONTRIBUTING.md says of commits, for those made since it is checked.
//!
//! Whether a subject is in the imperative is for reviewers: no list of endings tells a verb from a noun.

use std::process::Command;

use crate::error::{Error, Result};
use crate::process;
use crate::workspace::Workspace;

/// The last commit that was made before there was this check.
const BASE: &str = "87c2d699ffd1c08eb9405fd13e6e51dfc8054c4f";

/// How long a subject may be, in characters: more does not fit the lists in which commits are shown.
const LONGEST_SUBJECT: usize = 60;

/// What a commit may be about besides the folders of crates/: what is in no crate, or in many.
const AREAS: [&str; 14] = [
    "architecture",
    "bench",
    "changelog",
    "ci",
    "contributing",
    "deps",
    "docs",
    "fuzz",
    "glossary",
    "license",
    "portal",
    "readme",
    "tests",
    "workspace",
];

/// Separate the fields of a commit and the commits; neither can be in a message.
const FIELD: char = '\u{1f}';
const RECORD: char = '\u{1e}';

/// `commits`: names every commit that is not as it should be. Without the history there is nothing to check.
pub(crate) fn commits(workspace: &Workspace) -> Result<()> {
    let mut is_known = git(workspace);
    if !process::succeeds(is_known.args(["merge-base", "--is-ancestor", BASE, "HEAD"])) {
        println!(
            "  nothing checked: there is no history back to {}, as in an archive or a shallow clone",
            &BASE[..12]
        );
        return Ok(());
    }
    let mut log = git(workspace);
    log.args(["log", "--format=%h%x1f%P%x1f%s%x1f%b%x1e", &format!("{BASE}..HEAD")]);
    let broken = violations(&process::output(&mut log)?, &crates(workspace)?);
    if broken.is_empty() {
        return Ok(());
    }
    for rule in &broken {
        eprintln!("  {rule}");
    }
    Err(Error::Content {
        path: workspace.root.join("CONTRIBUTING.md"),
        problem: format!("{} rules about commits are broken", broken.len()),
        fix: "reword them with `git rebase -i`, before others have them".into(),
    })
}

fn git(workspace: &Workspace) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(&workspace.root);
    command
}

/// The folders of crates/.
fn crates(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.root.join("crates");
    let entries = std::fs::read_dir(&folder).map_err(Error::file("list", &folder))?;
    Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

fn violations(log: &str, crates: &[String]) -> Vec<String> {
    let commits = log.split(RECORD).map(str::trim_start).filter(|commit| !commit.is_empty());
    commits.flat_map(|commit| broken_in(commit, crates)).collect()
}

fn broken_in(commit: &str, crates: &[String]) -> Vec<String> {
    let mut fields = commit.splitn(4, FIELD);
    let mut field = || fields.next().unwrap_or_default();
    let (hash, parents, subject, body) = (field(), field(), field(), field());
    let is_scope = |scope: &str| AREAS.contains(&scope) || crates.iter().any(|name| name == scope);
    let (scope, summary) = subject.split_once(": ").unwrap_or(("", subject));
    let n_chars = subject.chars().count();
    let mut problems = Vec::new();
    if parents.split(' ').count() > 1 {
        problems.push("merges: rebase in place of it".to_owned());
    }
    if is_unfinished(subject) {
        problems.push("is not finished: squash it into what it belongs to".to_owned());
    }
    if n_chars > LONGEST_SUBJECT {
        problems.push(format!("has a subject of {n_chars} characters, more than {LONGEST_SUBJECT}"));
    }
    if !is_scope(scope) {
        problems.push("does not begin with a crate's folder or an area, and `: `".to_owned());
    }
    if !summary.starts_with(char::is_lowercase) {
        problems.push("does not go on in lower case after the scope".to_owned());
    }
    if subject.ends_with('.') {
        problems.push("has a full stop at the end of its subject".to_owned());
    }
    if body.trim().is_empty() {
        problems.push("has no body: say what was wrong, and why this is right".to_owned());
    }
    problems.into_iter().map(|problem| format!("{hash} \"{subject}\" {problem}")).collect()
}

fn is_unfinished(subject: &str) -> bool {
    let subject = subject.to_lowercase();
    let is_wip = subject.split(|c: char| !c.is_alphanumeric()).any(|word| word == "wip");
    is_wip || ["fixup!", "squash!", "amend!"].iter().any(|mark| subject.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problems of one commit, whose body and parents are as they should be unless said otherwise.
    fn check_with(subject: &str, parents: &str, body: &str) -> Vec<String> {
        let log = format!("abc{FIELD}{parents}{FIELD}{subject}{FIELD}{body}{RECORD}\n");
        let prefix = format!("abc \"{subject}\" ");
        let broken = violations(&log, &["upload".to_owned(), "web".to_owned()]);
        broken.iter().map(|problem| problem.strip_prefix(&prefix).unwrap().to_owned()).collect()
    }

    fn check(subject: &str, expected: &[&str]) {
        assert_eq!(check_with(subject, "def", "Because.\n"), expected, "{subject}");
    }

    #[test]
    fn a_commit_as_contributing_says_has_no_problem() {
        check("upload: retry a chunk that stalls", &[]);
        check("docs: say what R2 promises", &[]);
        check("web: wipe a draft that is over", &[]);
        check(&format!("web: {}", "ü".repeat(55)), &[]);
    }

    #[test]
    fn a_subject_is_short_and_has_a_scope() {
        check(&format!("web: {}", "u".repeat(56)), &["has a subject of 61 characters, more than 60"]);
        let no_scope = "does not begin with a crate's folder or an area, and `: `";
        check("retry a chunk", &[no_scope]);
        check("uploads: retry a chunk", &[no_scope]);
        check("upload:retry a chunk", &[no_scope]);
    }

    #[test]
    fn a_summary_is_no_sentence() {
        check("web: Show icons", &["does not go on in lower case after the scope"]);
        check("web: show icons.", &["has a full stop at the end of its subject"]);
    }

    #[test]
    fn a_commit_that_was_to_be_squashed_is_found() {
        let unfinished = "is not finished: squash it into what it belongs to";
        check("web: wip on icons", &[unfinished]);
        check("web: icons (WIP)", &[unfinished]);
        let no_scope = "does not begin with a crate's folder or an area, and `: `";
        check("fixup! web: show icons", &[unfinished, no_scope]);
    }

    #[test]
    fn a_commit_has_a_reason_and_one_parent() {
        let no_body = "has no body: say what was wrong, and why this is right";
        assert_eq!(check_with("web: show icons", "def", "\n"), [no_body]);
        assert_eq!(check_with("web: show icons", "def ghi", "Because."), ["merges: rebase in place of it"]);
        assert_eq!(check_with("web: show icons", "", "The first one of all."), [""; 0]);
    }

    #[test]
    fn every_commit_of_a_log_is_looked_at() {
        let one = format!("a{FIELD}b{FIELD}web: show icons.{FIELD}Because.{RECORD}\n");
        assert_eq!(violations(&one.repeat(3), &["web".to_owned()]).len(), 3);
        assert_eq!(violations("", &[]), [""; 0]);
    }
}
