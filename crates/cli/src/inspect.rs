//! `slipway inspect`: one file after the other, each shown as soon as it is read.

use std::io::{self, StderrLock, StdoutLock, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::args::InspectArgs;
use crate::report::{Failure, Report};
use crate::style::{Colour, Style};
use crate::{file, icon, json, plain, text};

/// Inspects all files and tells whether all could be read.
pub(crate) fn run(args: &InspectArgs) -> ExitCode {
    let mut output = Output::new(args);
    let mut is_complete = true;
    for (n, path) in args.files.iter().enumerate() {
        let report = file::read(path, now(), args.digest);
        // Standard output gone is no failure of the files: whoever read it has seen enough.
        if output.show(n, &report).is_err() {
            return ExitCode::FAILURE;
        }
        let icon = args.icon.as_ref().filter(|_| report.failure.is_none());
        let written = icon.map(|to| icon::write(&report, to)).transpose();
        match (&report.failure, &written) {
            (Some(failure), _) | (None, Err(failure)) => {
                is_complete = false;
                output.complain(&report, failure);
            }
            (None, Ok(Some(written))) => output.note(&report, written),
            (None, Ok(None)) => {}
        }
    }
    if output.end().is_ok() && is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Seconds since 1970-01-01T00:00:00Z; a clock before that counts as then.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Both standard streams, as the arguments want them.
struct Output {
    out: StdoutLock<'static>,
    err: StderrLock<'static>,
    is_json: bool,
    is_array: bool,
    colour: Colour,
    err_colour: Colour,
}

impl Output {
    fn new(args: &InspectArgs) -> Self {
        Self {
            out: io::stdout().lock(),
            err: io::stderr().lock(),
            is_json: args.json,
            is_array: args.json && args.files.len() > 1,
            colour: Colour::of(&io::stdout()),
            err_colour: Colour::of(&io::stderr()),
        }
    }

    /// Shows the `n`th report.
    fn show(&mut self, n: usize, report: &Report) -> io::Result<()> {
        if !self.is_json {
            let gap = if n > 0 && report.artifact.is_some() { "\n" } else { "" };
            return write!(self.out, "{gap}{}", text::page(report, self.colour))
                .and_then(|()| self.out.flush());
        }
        let object = json::object(report)?;
        if self.is_array {
            // No string of it holds a line feed: JSON escapes them.
            let gap = if n > 0 { "," } else { "[" };
            let object = object.replace('\n', "\n  ");
            write!(self.out, "{gap}\n  {object}")
        } else {
            writeln!(self.out, "{object}")
        }
    }

    /// Says on standard error what could not be done. If that is gone too, the exit code is all there is.
    fn complain(&mut self, report: &Report, failure: &Failure) {
        let error = self.err_colour.paint(Style::Severity(artifact::Severity::Error), "error");
        let file = plain::line(&report.file.to_string_lossy());
        let message = plain::line(&format!("{}: {}", failure.code, failure.message));
        let fix = self.err_colour.paint(Style::Quiet, &plain::line(&failure.fix));
        let _ = writeln!(self.err, "{error}: {file}: {message}\n  {fix}");
    }

    /// Says on standard error what was done besides the report, which standard output is for.
    fn note(&mut self, report: &Report, what: &str) {
        let file = plain::line(&report.file.to_string_lossy());
        let _ = writeln!(self.err, "{file}: {}", plain::line(what));
    }

    fn end(&mut self) -> io::Result<()> {
        if self.is_array {
            writeln!(self.out, "\n]")?;
        }
        self.out.flush()
    }
}
