//! The reports of `slipway inspect` on standard output, and its errors on standard error.

use std::io::{self, StderrLock, StdoutLock, Write};

use super::{json_report, text_report};
use crate::args::InspectArgs;
use crate::output::{ColourMode, TextStyle, text};
use crate::package::{FileError, PackageReport};

/// Both standard streams, as the arguments want them.
pub(super) struct ReportOutput {
    out: StdoutLock<'static>,
    err: StderrLock<'static>,
    is_json: bool,
    is_array: bool,
    colour: ColourMode,
    err_colour: ColourMode,
}

impl ReportOutput {
    pub(super) fn new(args: &InspectArgs) -> Self {
        Self {
            out: io::stdout().lock(),
            err: io::stderr().lock(),
            is_json: args.json,
            is_array: args.json && args.files.len() > 1,
            colour: ColourMode::of(&io::stdout()),
            err_colour: ColourMode::of(&io::stderr()),
        }
    }

    /// Prints the `n`th report.
    pub(super) fn print_report(&mut self, n: usize, report: &PackageReport) -> io::Result<()> {
        if !self.is_json {
            let gap = if n > 0 && report.artifact.is_some() { "\n" } else { "" };
            return write!(self.out, "{gap}{}", text_report::page(report, self.colour))
                .and_then(|()| self.out.flush());
        }
        let object = json_report::object(report)?;
        if self.is_array {
            // Every line feed is between values: in strings, JSON escapes them.
            let gap = if n > 0 { "," } else { "[" };
            let object = object.replace('\n', "\n  ");
            write!(self.out, "{gap}\n  {object}")
        } else {
            writeln!(self.out, "{object}")
        }
    }

    /// Prints on standard error what failed. If standard error is closed, the exit code is all that the caller learns.
    pub(super) fn print_error(&mut self, report: &PackageReport, error: &FileError) {
        let word = self.err_colour.paint(TextStyle::Severity(artifact::Severity::Error), "error");
        let file = text::one_line(&report.file.to_string_lossy());
        let title = text::one_line(&format!("{} ({})", error.title(), error.code));
        let message = text::one_line(&error.message);
        let fix = self.err_colour.paint(TextStyle::Quiet, &text::one_line(&error.fix));
        let _ = writeln!(self.err, "{word}: {file}: {title}\n  {message}\n  {fix}");
    }

    /// Prints on standard error what was done besides the report: standard output has reports only.
    pub(super) fn note(&mut self, report: &PackageReport, what: &str) {
        let file = text::one_line(&report.file.to_string_lossy());
        let _ = writeln!(self.err, "{file}: {}", text::one_line(what));
    }

    /// Closes the array.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if self.is_array {
            writeln!(self.out, "\n]")?;
        }
        self.out.flush()
    }
}
