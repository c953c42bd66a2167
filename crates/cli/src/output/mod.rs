//! What a command that talks to a server prints: the result on standard output, everything else on standard error.
//!
//! `table` makes columns, `text` what a terminal may show of other people's texts, `style` colours, and `progress` the line
//! that shows how much of a large file was read.

mod progress;
mod style;
mod table;
pub(crate) mod text;

use std::io::{self, Write};

use artifact::Severity;
use serde::Serialize;

use crate::args::{OutputFormat, ServerArgs};
use crate::error::{CliError, ExitReason};

pub(crate) use progress::DigestProgress;
pub(crate) use style::{ColourMode, TextStyle};
pub(crate) use table::table;

/// Both standard streams, as the arguments want them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    format: OutputFormat,
    is_quiet: bool,
    is_debug: bool,
    err_colour: ColourMode,
}

impl Output {
    pub(crate) fn new(args: &ServerArgs) -> Self {
        Self {
            format: args.output,
            is_quiet: args.quiet,
            is_debug: args.debug,
            err_colour: ColourMode::of(&io::stderr()),
        }
    }

    /// Whether standard error has errors only. So it is with JSON, because a program reads the error there.
    pub(crate) fn is_quiet(self) -> bool {
        self.is_quiet || self.format == OutputFormat::Json
    }

    /// Prints the result: an object or an array for programs, lines for people.
    pub(crate) fn print_result(self, json: &impl Serialize, text: &str) -> Result<(), CliError> {
        let written = match self.format {
            OutputFormat::Text => write!(io::stdout(), "{text}"),
            OutputFormat::Json => {
                let json = serde_json::to_string_pretty(json).unwrap_or_default();
                writeln!(io::stdout(), "{json}")
            }
        };
        match written.and_then(|()| io::stdout().flush()) {
            // The program that reads the result, such as `head`, needs no more of it.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                let message = format!("could not write to standard output: {error}");
                let (title, fix) = ("Cannot write the result", "check where standard output goes");
                Err(CliError::new(ExitReason::Failed, "no-output", title, message, fix))
            }
            Ok(()) => Ok(()),
        }
    }

    /// Prints what the command does meanwhile.
    pub(crate) fn note(self, text: &str) {
        if !self.is_quiet() {
            print_line(text);
        }
    }

    /// Prints what does not stop the command, and what to do about it.
    pub(crate) fn warn(self, title: &str, message: &str, fix: &str) {
        if !self.is_quiet() {
            self.print_message(Severity::Warning, title, message, fix);
        }
    }

    /// Prints a call of the API, with `--debug` only.
    pub(crate) fn debug(self, text: impl FnOnce() -> String) {
        if self.is_debug {
            print_line(&format!("debug: {}", text()));
        }
    }

    /// Prints why the command failed.
    pub(crate) fn print_error(self, error: &CliError) {
        match self.format {
            OutputFormat::Text => {
                self.print_message(Severity::Error, &error.title, &error.message, &error.fix);
            }
            OutputFormat::Json => {
                let json = serde_json::json!({ "error": error });
                let _ = writeln!(io::stderr(), "{json}");
            }
        }
    }

    fn print_message(self, severity: Severity, title: &str, message: &str, fix: &str) {
        let word = if severity == Severity::Error { "error" } else { "warning" };
        let word = self.err_colour.paint(TextStyle::Severity(severity), word);
        let title = self.err_colour.paint(TextStyle::Title, &text::one_line(title));
        let fix = self.err_colour.paint(TextStyle::Quiet, &text::one_line(fix));
        let _ = writeln!(io::stderr(), "{word}: {title}\n  {}\n  {fix}", text::one_line(message));
    }
}

/// A line on standard error. If standard error is closed, the exit code is all that the caller learns.
fn print_line(text: &str) {
    let _ = writeln!(io::stderr(), "{}", text::one_line(text));
}
