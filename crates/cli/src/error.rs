//! Why a command that talks to a server failed, and the exit codes.

use std::process::ExitCode;

use serde::Serialize;

/// The reason that the exit code gives to a calling program. `EXIT_CODES` in `args` explains them to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitReason {
    /// None of the reasons below.
    Failed = 1,
    /// Wrong arguments.
    Usage = 2,
    /// Not signed in, or not allowed to do this.
    NotAllowed = 3,
    /// No such app, group, store, release or file.
    NotFound = 4,
    /// The package was refused, here or by the server.
    Refused = 5,
    /// The server could not be reached, failed, or did not finish in time.
    Unavailable = 6,
    /// Another process is uploading this file.
    UploadInUse = 7,
    /// Interrupted by Ctrl-C: 128 and the number of SIGINT, as shells count.
    Interrupted = 130,
}

impl From<ExitReason> for ExitCode {
    fn from(exit: ExitReason) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// What went wrong, for people and for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CliError {
    /// What the program exits with.
    #[serde(skip)]
    pub(crate) exit: ExitReason,
    /// For programs: stable, kebab-case.
    pub(crate) code: String,
    /// For people: three to six words, as the headline. JSON has the code in its place.
    #[serde(skip)]
    pub(crate) title: String,
    /// For people: what was found.
    pub(crate) message: String,
    /// For people: what to do about it.
    pub(crate) fix: String,
}

impl CliError {
    pub(crate) fn new(
        exit: ExitReason,
        code: &str,
        title: impl Into<String>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { exit, code: code.to_owned(), title: title.into(), message: message.into(), fix: fix.into() }
    }

    /// One of the program's own files could not be read or written.
    pub(crate) fn own_file(what: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        let title = "Cannot access Slipway's file";
        let message = format!("could not {what} {}: {error}", path.display());
        Self::new(
            ExitReason::Failed,
            "own-file",
            title,
            message,
            "give this user read and write access to it",
        )
    }
}
