//! Colours, on a terminal that shows them.

use std::env;
use std::io::IsTerminal;

use artifact::Severity;

/// How a piece of text is emphasized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextStyle {
    /// A file's name, or the headline of an error.
    Title,
    /// Labels and fixes, beside the facts.
    Quiet,
    /// A finding's severity.
    Severity(Severity),
}

/// Whether escape sequences are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColourMode {
    /// They are.
    On,
    /// They are not.
    Off,
}

impl ColourMode {
    /// On for a terminal, unless `NO_COLOR` (no-color.org) is set to something or the terminal is dumb.
    pub(crate) fn of(stream: &impl IsTerminal) -> Self {
        let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        if stream.is_terminal() && !is_set("NO_COLOR") && !is_dumb { Self::On } else { Self::Off }
    }

    /// The text in that style (ECMA-48, SGR).
    pub(crate) fn paint(self, style: TextStyle, text: &str) -> String {
        let code = match style {
            _ if self == Self::Off => return text.to_owned(),
            TextStyle::Title => "1",
            TextStyle::Quiet => "2",
            TextStyle::Severity(Severity::Error) => "1;31",
            TextStyle::Severity(Severity::Warning) => "1;33",
            TextStyle::Severity(Severity::Info) => "1;36",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}
