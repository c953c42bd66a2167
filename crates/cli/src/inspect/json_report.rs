//! A report for programs.

use artifact::{Android, Apple, Format, Icon, Os, Windows};
use serde::Serialize;

use crate::package::{FindingView, PackageReport};

/// The object of one file. It always has all of these keys, in this order; null means unknown.
#[derive(Debug, Serialize)]
struct FileView<'a> {
    file: String,
    format: Option<Format>,
    os: Option<Os>,
    identifier: Option<&'a str>,
    name: Option<&'a str>,
    version: Option<&'a str>,
    build: Option<&'a str>,
    min_os: Option<&'a str>,
    size: Option<u64>,
    md5: Option<&'a str>,
    sha256: Option<&'a str>,
    icon: Option<&'a Icon>,
    android: Option<&'a Android>,
    apple: Option<&'a Apple>,
    windows: Option<&'a Windows>,
    findings: Vec<FindingView<'a>>,
    bytes_read: u64,
    reads: u32,
}

/// One file's object, over several lines.
pub(super) fn object(report: &PackageReport) -> serde_json::Result<String> {
    let artifact = report.artifact.as_ref();
    let digests = report.digests.as_ref();
    let view = FileView {
        file: report.file.to_string_lossy().into_owned(),
        format: artifact.map(|artifact| artifact.format),
        os: artifact.map(|artifact| artifact.os),
        identifier: artifact.and_then(|artifact| artifact.identifier.as_deref()),
        name: artifact.and_then(|artifact| artifact.name.as_deref()),
        version: artifact.and_then(|artifact| artifact.version.as_deref()),
        build: artifact.and_then(|artifact| artifact.build.as_deref()),
        min_os: artifact.and_then(|artifact| artifact.min_os.as_deref()),
        size: report.size,
        md5: digests.map(|digests| digests.md5.as_str()),
        sha256: digests.map(|digests| digests.sha256.as_str()),
        icon: artifact.and_then(|artifact| artifact.icon.as_ref()),
        android: artifact.and_then(|artifact| artifact.android.as_ref()),
        apple: artifact.and_then(|artifact| artifact.apple.as_ref()),
        windows: artifact.and_then(|artifact| artifact.windows.as_ref()),
        findings: report.findings().collect(),
        bytes_read: report.bytes_read,
        reads: report.reads,
    };
    serde_json::to_string_pretty(&view)
}
