//! What can go wrong in a task, and what to do about it.

use std::error::Error as _;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// A task that did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command line was not understood.
    #[error("{0}")]
    Usage(String),
    /// Something that must be installed is not there.
    #[error("{what}")]
    Missing { what: String, fix: String },
    /// A program could not be started at all.
    #[error("cannot start {program}")]
    Start { program: String, source: io::Error },
    /// A program ran and failed; its own output has already been shown.
    #[error("{program} failed ({status})")]
    Failed { program: String, status: ExitStatus },
    /// A file could not be read or written.
    #[error("cannot {action} {}", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    /// The generator of JavaScript glue refused a module.
    #[error("cannot generate glue for {name}: {reason}")]
    Bindgen { name: String, reason: String },
    /// A file of ours does not say what it should.
    #[error("{}: {problem}", path.display())]
    Content { path: PathBuf, problem: String, fix: String },
    /// The local stack ended or never answered.
    #[error("{what}")]
    Stack { what: String, fix: String },
    /// One or more checks failed; the summary has already been shown.
    #[error("{failed} of {total} checks failed")]
    Checks { failed: usize, total: usize },
}

impl Error {
    /// Ties an I/O error to the file it happened to.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }

    fn fix(&self) -> Option<&str> {
        match self {
            Self::Missing { fix, .. } | Self::Content { fix, .. } | Self::Stack { fix, .. } => Some(fix),
            Self::Usage(_) => Some("run `cargo xtask --help`"),
            _ => None,
        }
    }

    /// Prints the error, its causes and its fix on standard error.
    pub(crate) fn report(&self) {
        eprintln!("error: {self}");
        let mut cause = self.source();
        while let Some(error) = cause {
            eprintln!("  because: {error}");
            cause = error.source();
        }
        if let Some(fix) = self.fix() {
            eprintln!("  fix: {fix}");
        }
    }
}
