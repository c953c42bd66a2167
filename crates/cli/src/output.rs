//! What a command that talks to a server says: the result on standard output, everything else on standard error.

use std::io::{self, Write};

use artifact::Severity;
use serde::Serialize;

use crate::args::{Format, ServiceArgs};
use crate::plain;
use crate::style::{Colour, Style};
use crate::trouble::{Exit, Trouble};

/// Both standard streams, as the arguments want them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    format: Format,
    is_quiet: bool,
    is_debug: bool,
    err_colour: Colour,
}

impl Output {
    pub(crate) fn of(args: &ServiceArgs) -> Self {
        Self {
            format: args.output,
            is_quiet: args.quiet,
            is_debug: args.debug,
            err_colour: Colour::of(&io::stderr()),
        }
    }

    /// Whether nothing but errors is said on standard error: to programs too, which read the error there.
    pub(crate) fn is_quiet(self) -> bool {
        self.is_quiet || self.format == Format::Json
    }

    /// What came of it: an object or an array for programs, lines for people.
    pub(crate) fn result(self, json: &impl Serialize, text: &str) -> Result<(), Trouble> {
        let written = match self.format {
            Format::Text => write!(io::stdout(), "{text}"),
            Format::Json => {
                let json = serde_json::to_string_pretty(json).unwrap_or_default();
                writeln!(io::stdout(), "{json}")
            }
        };
        match written.and_then(|()| io::stdout().flush()) {
            // Whoever read it has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                let message = format!("could not write the result: {error}");
                Err(Trouble::new(Exit::Failed, "no-output", message, "look where standard output goes"))
            }
            Ok(()) => Ok(()),
        }
    }

    /// What goes on meanwhile.
    pub(crate) fn note(self, text: &str) {
        if !self.is_quiet() {
            say(text);
        }
    }

    /// What should be known before it goes wrong.
    pub(crate) fn warn(self, message: &str, fix: &str) {
        if !self.is_quiet() {
            self.heading(Severity::Warning, message, fix);
        }
    }

    /// Calls that are made, if somebody wants to know.
    pub(crate) fn debug(self, text: impl FnOnce() -> String) {
        if self.is_debug {
            say(&format!("debug: {}", text()));
        }
    }

    /// Why it could not be done.
    pub(crate) fn complain(self, trouble: &Trouble) {
        match self.format {
            Format::Text => self.heading(Severity::Error, &trouble.message, &trouble.fix),
            Format::Json => {
                let json = serde_json::json!({ "error": trouble });
                let _ = writeln!(io::stderr(), "{json}");
            }
        }
    }

    fn heading(self, severity: Severity, message: &str, fix: &str) {
        let word = if severity == Severity::Error { "error" } else { "warning" };
        let word = self.err_colour.paint(Style::Severity(severity), word);
        let fix = self.err_colour.paint(Style::Quiet, &plain::line(fix));
        let _ = writeln!(io::stderr(), "{word}: {}\n  {fix}", plain::line(message));
    }
}

/// A line on standard error. If that is gone, nobody is left to be told.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{}", plain::line(text));
}

/// Rows below a head, each column as wide as its widest cell.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let plain: Vec<[String; N]> =
        rows.iter().map(|row| std::array::from_fn(|i| plain::line(&row[i]))).collect();
    let width = |i: usize| {
        let cells = plain.iter().map(|row| row[i].chars().count());
        cells.chain([head[i].chars().count()]).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: [&str; N]| {
        let padded: Vec<_> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let rows = plain.iter().map(|row| line(std::array::from_fn(|i| row[i].as_str())));
    std::iter::once(line(head)).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["ann/one".to_owned(), "Android".to_owned()], ["b/2".to_owned(), "iOS\u{1b}".to_owned()]];
        let expected = "APP      OS\nann/one  Android\nb/2      iOS\\u{1b}\n";
        assert_eq!(table(["APP", "OS"], &rows), expected);
    }
}
