//! What is odd about a zip archive, whatever it holds.

use crate::Severity::{Error, Warning};
use crate::container::zip::{self, Archive, ArchiveSummary};
use crate::report::quantity::{Size, count};
use crate::{Artifact, Finding, Format, Severity};

const REBUILD: &str = "release the file as the build made it: a tool changed it afterwards";

/// Adds findings that the format's own reader does not make. Those about an APK's archive are made by the apk reader.
pub(super) fn add(artifact: &mut Artifact, archive: &Archive) {
    let mut findings = Findings(artifact);
    findings.overlap(archive);
    let summary = ArchiveSummary::of(archive);
    findings.size(&summary);
    if findings.0.format != Format::Apk {
        findings.place(archive, &summary);
        findings.entries(&summary);
    }
}

struct Findings<'a>(&'a mut Artifact);

impl Findings<'_> {
    fn add(&mut self, severity: Severity, code: &str, message: impl Into<String>, fix: &str) {
        let findings = &mut self.0.findings;
        if findings.iter().all(|finding| finding.code != code) {
            findings.push(Finding::new(severity, code, message.into(), fix));
        }
    }

    fn overlap(&mut self, archive: &Archive) {
        if let Some(name) = zip::overlapping_entry(archive) {
            let message =
                format!("expected every entry to have its own bytes, got some shared with `{name}`");
            self.add(
                Error,
                "overlapping-entries",
                message,
                "build it again: archives that are made to fill disks look like this",
            );
        }
    }

    /// Archives that unpack to a hundred times their size fill disks.
    fn size(&mut self, summary: &ArchiveSummary) {
        const LARGE: u64 = 1 << 30;
        const FOLD: u64 = 100;
        if summary.size > LARGE && summary.size / FOLD > summary.packed {
            let (size, packed) = (Size(summary.size), Size(summary.packed));
            let message = format!("expected files of usual sizes, got {size} unpacked out of {packed}");
            let fix = "check what is in the archive: unpacking it fills the disk";
            self.add(Warning, "too-large-expanded", message, fix);
        }
    }

    /// Readers that go by the stated offsets do not find the directory of such archives.
    fn place(&mut self, archive: &Archive, summary: &ArchiveSummary) {
        let directory = &archive.directory;
        if directory.prefix > 0 {
            let message =
                format!("expected the archive at the file's start, got {} before it", Size(directory.prefix));
            self.add(Warning, "leading-bytes", message, REBUILD);
        }
        if directory.trailing > 0 {
            let message =
                format!("expected the archive to end the file, got {} behind it", Size(directory.trailing));
            self.add(Warning, "trailing-bytes", message, REBUILD);
        }
        if directory.is_wrapped {
            let message =
                "expected zip64 records past 4.3 GB, got offsets cut short, as Archive Utility writes them";
            self.add(
                Warning,
                "damaged-directory",
                message,
                "zip it with `ditto -c -k`: other tools do not unpack this",
            );
        }
        if directory.is_inconsistent || summary.is_inconsistent {
            let message =
                "expected the archive's list of files to match the file, got one that some tools refuse";
            self.add(Warning, "damaged-directory", message, REBUILD);
        }
    }

    fn entries(&mut self, summary: &ArchiveSummary) {
        // In a plain archive users may know the password; installers never do.
        let severity = if self.0.format == Format::Zip { Warning } else { Error };
        if summary.n_encrypted > 0 {
            let message = format!(
                "expected unencrypted files, got {} encrypted",
                count(summary.n_encrypted as u64, "file", "files")
            );
            let fix = "pack it without a password: testers do not have it";
            self.add(severity, "encrypted", message, fix);
        }
        if let Some((name, method)) = &summary.unusual_method {
            let message =
                format!("expected all files stored or deflated, got `{name}` packed by method {method}");
            let fix = "pack it with deflate: many systems unpack nothing else";
            self.add(severity, "unknown-method", message, fix);
        }
        if summary.n_duplicates > 0 {
            let fix = "build it again: tools differ in which one they use";
            self.add(Warning, "duplicate-entry", zip::repeated_names_message(summary.n_duplicates), fix);
        }
        if let Some(name) = &summary.unsafe_name {
            let message = format!("expected names of plain files, got `{name}`");
            self.add(Warning, "unsafe-entry-name", message, "do not unpack it with tools that trust names");
        }
    }
}
