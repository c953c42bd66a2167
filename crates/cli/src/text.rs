//! A report for people.

use std::fmt::Write;

use crate::facts::{self, Fact};
use crate::plain;
use crate::report::{FindingView, Report};
use crate::style::{Colour, Style};

/// Columns of a line, before it is broken between words.
const WIDTH: usize = 100;

/// A file's facts and findings. Nothing for one that could not be read: standard error says why.
pub(crate) fn page(report: &Report, colour: Colour) -> String {
    let mut page = String::new();
    if report.artifact.is_none() && report.digests.is_none() {
        return page;
    }
    let title = plain::line(&report.file.to_string_lossy());
    page.push_str(&colour.paint(Style::Title, &title));
    page.push('\n');
    let facts = facts::of(report);
    let column = facts.iter().map(|fact| fact.label.len()).max().unwrap_or(0) + 2;
    for Fact { label, value } in &facts {
        let label = colour.paint(Style::Quiet, &format!("  {label:<column$}"));
        let _ = writeln!(page, "{label}{}", wrapped(&plain::line(value), column + 2));
    }
    if let Some(artifact) = &report.artifact {
        let findings: Vec<_> = report.findings().take(artifact.findings.len()).collect();
        page.push_str(&self::findings(&findings, colour));
    }
    page
}

fn findings(findings: &[FindingView<'_>], colour: Colour) -> String {
    let mut text = String::new();
    if !findings.is_empty() {
        text.push('\n');
    }
    for finding in findings {
        let severity = match finding.severity {
            artifact::Severity::Error => "error",
            artifact::Severity::Warning => "warning",
            artifact::Severity::Info => "info",
        };
        let word = colour.paint(Style::Severity(finding.severity), &format!("{severity:<7}"));
        let message = format!("{}: {}", plain::line(finding.code), plain::line(finding.message));
        let _ = writeln!(text, "  {word}  {}", wrapped(&message, 11));
        let fix = wrapped(&plain::line(finding.fix), 11);
        let _ = writeln!(text, "           {}", colour.paint(Style::Quiet, &fix));
    }
    text
}

/// The text broken between words, every line after the first indented.
fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = String::with_capacity(text.len());
    let mut column = indent;
    for (n, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if n > 0 && column + 1 + length > WIDTH {
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if n > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use artifact::Severity;

    use super::*;

    #[test]
    fn long_lines_are_broken_between_words() {
        let text = ["twelve chars"; 10].join(" ");
        let lines: Vec<_> = wrapped(&text, 4).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].len() + 4 <= WIDTH && lines[1].starts_with("    "));
        assert_eq!(wrapped(&"x".repeat(500), 4).len(), 500);
    }

    #[test]
    fn a_finding_says_what_and_what_to_do() {
        let finding =
            FindingView { severity: Severity::Warning, code: "unsigned", message: "no\x1b", fix: "sign" };
        let plain = "\n  warning  unsigned: no\\u{1b}\n           sign\n";
        assert_eq!(findings(&[finding], Colour::Off), plain);
        assert!(findings(&[finding], Colour::On).starts_with("\n  \x1b[1;33mwarning\x1b[0m"));
    }
}
