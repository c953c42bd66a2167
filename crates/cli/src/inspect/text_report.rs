//! A report for people.

use std::fmt::Write;

use super::facts::{self, Fact};
use crate::output::{ColourMode, TextStyle, text};
use crate::package::{FindingView, PackageReport};

/// Columns of a line, before it is broken between words.
const WIDTH: usize = 100;

/// A file's facts and findings. Empty for a file that could not be read: standard error says why.
pub(super) fn page(report: &PackageReport, colour: ColourMode) -> String {
    let mut page = String::new();
    if report.artifact.is_none() && report.digests.is_none() {
        return page;
    }
    let title = text::one_line(&report.file.to_string_lossy());
    page.push_str(&colour.paint(TextStyle::Title, &title));
    page.push('\n');
    let facts = facts::of_report(report);
    let column = facts.iter().map(|fact| fact.label.len()).max().unwrap_or(0) + 2;
    for Fact { label, value } in &facts {
        let label = colour.paint(TextStyle::Quiet, &format!("  {label:<column$}"));
        let _ = writeln!(page, "{label}{}", wrap(&text::one_line(value), column + 2));
    }
    if let Some(artifact) = &report.artifact {
        let findings: Vec<_> = report.findings().take(artifact.findings.len()).collect();
        page.push_str(&list_findings(&findings, colour));
    }
    page
}

fn list_findings(findings: &[FindingView<'_>], colour: ColourMode) -> String {
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
        let word = colour.paint(TextStyle::Severity(finding.severity), &format!("{severity:<7}"));
        let title = format!("{} ({})", text::one_line(finding.title), text::one_line(finding.code));
        let _ = writeln!(text, "  {word}  {}", wrap(&title, 11));
        let _ = writeln!(text, "           {}", wrap(&text::one_line(finding.message), 11));
        let fix = wrap(&text::one_line(finding.fix), 11);
        let _ = writeln!(text, "           {}", colour.paint(TextStyle::Quiet, &fix));
    }
    text
}

/// The text broken between words, every line after the first indented.
fn wrap(text: &str, indent: usize) -> String {
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
        let lines: Vec<_> = wrap(&text, 4).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].len() + 4 <= WIDTH && lines[1].starts_with("    "));
        assert_eq!(wrap(&"x".repeat(500), 4).len(), 500);
    }

    #[test]
    fn a_finding_has_its_title_then_what_was_found_then_the_fix() {
        let finding = FindingView {
            severity: Severity::Warning,
            code: "unsigned",
            title: "Package is not signed",
            message: "no\x1b",
            fix: "sign",
        };
        let plain = "\n  warning  Package is not signed (unsigned)\n           no\\u{1b}\n           sign\n";
        assert_eq!(list_findings(&[finding], ColourMode::Off), plain);
        assert!(list_findings(&[finding], ColourMode::On).starts_with("\n  \x1b[1;33mwarning\x1b[0m"));
    }
}
