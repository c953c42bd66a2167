//! Everything that was found out about one file.

use std::path::PathBuf;

use artifact::{Artifact, Digests};
use serde::Serialize;

use super::error::FileError;

/// What `inspect_file` found out about a file.
#[derive(Debug)]
pub(crate) struct PackageReport {
    /// The path, as the user wrote it.
    pub(crate) file: PathBuf,
    /// What the package is, if it is one.
    pub(crate) artifact: Option<Artifact>,
    /// Digests of the whole file, if they were asked for.
    pub(crate) digests: Option<Digests>,
    /// In bytes, if the file could be opened.
    pub(crate) size: Option<u64>,
    /// Bytes fetched to find out what the package is; digests read the whole file as well.
    pub(crate) bytes_read: u64,
    /// Ranges in which they were fetched.
    pub(crate) reads: u32,
    /// Why the file could not be read, or not to its end.
    pub(crate) error: Option<FileError>,
}

/// A finding of the package, or the error in the same form.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct FindingView<'a> {
    pub(crate) severity: artifact::Severity,
    pub(crate) code: &'a str,
    /// For people. It follows from the code, so JSON does not have it.
    #[serde(skip)]
    pub(crate) title: &'a str,
    pub(crate) message: &'a str,
    pub(crate) fix: &'a str,
}

impl PackageReport {
    /// The package's findings, and the error as one more.
    pub(crate) fn findings(&self) -> impl Iterator<Item = FindingView<'_>> {
        let findings = self.artifact.iter().flat_map(|artifact| &artifact.findings);
        let findings = findings.map(|finding| FindingView {
            severity: finding.severity,
            code: &finding.code,
            title: finding.title(),
            message: &finding.message,
            fix: &finding.fix,
        });
        findings.chain(self.error.iter().map(|error| FindingView {
            severity: artifact::Severity::Error,
            code: &error.code,
            title: error.title(),
            message: &error.message,
            fix: &error.fix,
        }))
    }
}
