//! Why a file could not be read.

use artifact::{DriveError, Refusal, finding_title};

use crate::error::{CliError, ExitReason};

/// Why a file could not be read, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileError {
    /// For programs: stable, kebab-case.
    pub(crate) code: String,
    /// For people: what was found.
    pub(crate) message: String,
    /// For people: what to do about it.
    pub(crate) fix: String,
}

impl FileError {
    pub(crate) fn new(code: &str, message: impl Into<String>, fix: &str) -> Self {
        Self { code: code.to_owned(), message: message.into(), fix: fix.to_owned() }
    }

    /// The system's own message, and what usually helps.
    pub(crate) fn io(error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{NotFound, PermissionDenied};
        let message = format!("the file cannot be read: {error}");
        match error.kind() {
            NotFound => Self::new("missing-file", "there is no file of that name", "check the path"),
            PermissionDenied => Self::new("unreadable", message, "give this user read access to the file"),
            _ => Self::new(
                "unreadable",
                message,
                "check the disk, and that no other program writes to the file",
            ),
        }
    }
}

impl FileError {
    /// For people: three to six words.
    pub(crate) fn title(&self) -> &str {
        finding_title(&self.code).unwrap_or("File cannot be used")
    }
}

impl From<Refusal> for FileError {
    fn from(refusal: Refusal) -> Self {
        let code = serde_json::to_value(refusal.code);
        let code = code.ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default();
        Self { code, message: refusal.message, fix: refusal.fix }
    }
}

impl From<DriveError<std::io::Error>> for FileError {
    fn from(error: DriveError<std::io::Error>) -> Self {
        match error {
            DriveError::Fetch(error) => Self::io(&error),
            DriveError::Refused(refusal) => refusal.into(),
            DriveError::NeedsFullBuild => {
                Self::new("needs-codecs", error.to_string(), "use a build of slipway with all its features")
            }
        }
    }
}

impl From<FileError> for CliError {
    /// A file that is missing is not found, one that is read but is no package is refused.
    fn from(error: FileError) -> Self {
        let exit = match error.code.as_str() {
            "missing-file" => ExitReason::NotFound,
            "unreadable" => ExitReason::Failed,
            _ => ExitReason::Refused,
        };
        Self {
            exit,
            title: error.title().to_owned(),
            code: error.code,
            message: error.message,
            fix: error.fix,
        }
    }
}
