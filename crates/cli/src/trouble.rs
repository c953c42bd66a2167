//! Why a command that talks to a server could not do its part.

use std::process::ExitCode;

use serde::Serialize;

use crate::report::Failure;

/// What a program learns from the exit code. `args::EXIT_CODES` tells people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// For none of the reasons below.
    Failed = 1,
    /// The command makes no sense.
    Usage = 2,
    /// Not signed in, or without the right to do that.
    Rights = 3,
    /// No such app, group, store, release or file.
    NotFound = 4,
    /// The package is no good.
    Refused = 5,
    /// The server could not be reached, is in trouble, or was not done in time.
    Network = 6,
    /// Another process is at this upload.
    Busy = 7,
    /// By Ctrl-C: 128 and the number of SIGINT, as shells count.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// What went wrong, for people and for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Trouble {
    /// What the program exits with.
    #[serde(skip)]
    pub(crate) exit: Exit,
    /// For programs: stable, kebab-case.
    pub(crate) code: String,
    /// For people: what was found.
    pub(crate) message: String,
    /// For people: what to do about it.
    pub(crate) fix: String,
}

impl Trouble {
    pub(crate) fn new(exit: Exit, code: &str, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { exit, code: code.to_owned(), message: message.into(), fix: fix.into() }
    }

    /// A file of the program's own could not be read or written.
    pub(crate) fn own_file(what: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        let message = format!("could not {what} {}: {error}", path.display());
        Self::new(Exit::Failed, "own-file", message, "let this user read and write there")
    }
}

impl From<Failure> for Trouble {
    /// Of a package: a file that is not there is not found, any other is no package.
    fn from(failure: Failure) -> Self {
        let exit = match failure.code.as_str() {
            "missing-file" => Exit::NotFound,
            "unreadable" => Exit::Failed,
            _ => Exit::Refused,
        };
        Self { exit, code: failure.code, message: failure.message, fix: failure.fix }
    }
}
