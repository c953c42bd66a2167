//! Colours, where there is a terminal that wants them.

use std::env;
use std::io::IsTerminal;

use artifact::Severity;

/// How a piece of text is set off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A file's name.
    Title,
    /// What is said beside the facts.
    Quiet,
    /// A finding's severity.
    Severity(Severity),
}

/// Whether escape sequences are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    /// They are.
    On,
    /// They are not.
    Off,
}

impl Colour {
    /// On for a terminal, unless `NO_COLOR` (no-color.org) is set to something or the terminal is dumb.
    pub(crate) fn of(stream: &impl IsTerminal) -> Self {
        let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        if stream.is_terminal() && !is_set("NO_COLOR") && !is_dumb { Self::On } else { Self::Off }
    }

    /// The text in that style (ECMA-48, SGR).
    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        let code = match style {
            _ if self == Self::Off => return text.to_owned(),
            Style::Title => "1",
            Style::Quiet => "2",
            Style::Severity(Severity::Error) => "1;31",
            Style::Severity(Severity::Warning) => "1;33",
            Style::Severity(Severity::Info) => "1;36",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}
