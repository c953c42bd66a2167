//! What there is to say about one file.

use std::path::PathBuf;

use artifact::{Artifact, Digests, DriveError, Refusal};
use serde::Serialize;

/// Everything that was found out about a file.
#[derive(Debug)]
pub(crate) struct Report {
    /// As it was given.
    pub(crate) file: PathBuf,
    /// What the package is, if it is one.
    pub(crate) artifact: Option<Artifact>,
    /// Digests of the whole file, if they were asked for.
    pub(crate) digests: Option<Digests>,
    /// In bytes, if the file could be opened.
    pub(crate) size: Option<u64>,
    /// Bytes fetched to tell what the package is; digests read all the others too.
    pub(crate) bytes_read: u64,
    /// Ranges in which they were fetched.
    pub(crate) reads: u32,
    /// Why the file could not be read, or not to its end.
    pub(crate) failure: Option<Failure>,
}

/// Why something asked for could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// For programs: stable, kebab-case.
    pub(crate) code: String,
    /// For people: what was found.
    pub(crate) message: String,
    /// For people: what to do about it.
    pub(crate) fix: String,
}

impl Failure {
    pub(crate) fn new(code: &str, message: impl Into<String>, fix: &str) -> Self {
        Self { code: code.to_owned(), message: message.into(), fix: fix.to_owned() }
    }

    /// The platform's own words, and what usually helps.
    pub(crate) fn io(error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{NotFound, PermissionDenied};
        let message = format!("expected to read the file, got: {error}");
        match error.kind() {
            NotFound => Self::new("missing-file", "expected a file, got none of that name", "check the path"),
            PermissionDenied => Self::new("unreadable", message, "let this user read the file"),
            _ => Self::new("unreadable", message, "try again once the file is whole and its disk is well"),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let code = serde_json::to_value(refusal.code);
        let code = code.ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default();
        Self { code, message: refusal.message, fix: refusal.fix }
    }
}

impl From<DriveError<std::io::Error>> for Failure {
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

/// A finding, borrowed, or a failure in its place.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct FindingView<'a> {
    pub(crate) severity: artifact::Severity,
    pub(crate) code: &'a str,
    pub(crate) message: &'a str,
    pub(crate) fix: &'a str,
}

impl Report {
    /// The package's findings, and the failure as one more.
    pub(crate) fn findings(&self) -> impl Iterator<Item = FindingView<'_>> {
        let findings = self.artifact.iter().flat_map(|artifact| &artifact.findings);
        let findings = findings.map(|finding| FindingView {
            severity: finding.severity,
            code: &finding.code,
            message: &finding.message,
            fix: &finding.fix,
        });
        findings.chain(self.failure.iter().map(|failure| FindingView {
            severity: artifact::Severity::Error,
            code: &failure.code,
            message: &failure.message,
            fix: &failure.fix,
        }))
    }
}
