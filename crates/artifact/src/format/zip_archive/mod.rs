//! Archives without a package in a known format. The uploader enters the version.

mod contents;

use contents::Contents;

use crate::Severity::{Error, Info, Warning};
use crate::container::zip::{self, Archive, ArchiveSummary, RawEntry, ZipError};
use crate::context::InspectContext;
use crate::format::{ReadResult, extension, unknown};
use crate::report::quantity::count;
use crate::{Artifact, Finding, Format, InspectError, Os, Refusal, RefusalCode, Severity, Source};

const SPLIT_FIX: &str =
    "build one universal APK, or let an app store deliver the set: phones do not install it";

/// Entries whose local header is looked at in a file that is in memory anyway.
const MAX_CHECKED: usize = 64;

/// Files up to this length are in memory by now.
const SMALL_FILE: u64 = 256 << 10;

/// Reads the package whose zip directory was found.
pub(super) fn read(context: &InspectContext<'_>, source: &mut dyn Source, archive: &Archive) -> ReadResult {
    let contents = Contents::of(archive);
    if let Some(refusal) = contents.refusal().or_else(|| misnamed_refusal(context, archive, &contents)) {
        return Err(refusal.into());
    }
    let summary = ArchiveSummary::of(archive);
    let renamed = check(archive, &summary, source)?;
    let mut findings = Findings(Vec::new());
    findings.version();
    findings.contents(&contents);
    findings.size(&summary, renamed);
    findings.names(zip::case_collision(archive));
    findings.links(&summary, &contents, unsafe_link(archive, source)?);
    let os = if contents.program.is_some() { Os::Windows } else { Os::Custom };
    Ok(Artifact { findings: findings.0, ..Artifact::new(Format::Zip, os, source.len()) })
}

/// Refuses an archive whose name says what it should be, and is not.
fn misnamed_refusal(context: &InspectContext<'_>, archive: &Archive, contents: &Contents) -> Option<Refusal> {
    let extension = extension::of(context.hints.file_name)?;
    if archive.directory.prefix > 0 && extension == "exe" {
        return Some(unknown::program());
    }
    let set = contents.split_packages().filter(|_| matches!(extension.as_str(), "apks" | "xapk" | "apkm"));
    if let Some(set) = set {
        let message = format!("expected a package that testers can install, got {set}");
        return Some(Refusal::new(RefusalCode::NotAPackage, message, SPLIT_FIX));
    }
    let format = Format::ALL.into_iter().find(|format| format.extension() == extension)?;
    let (what, missing) = match format {
        Format::Apk => ("an `AndroidManifest.xml`", " without one"),
        Format::Aab => ("a `base/manifest/AndroidManifest.xml`", " without one"),
        Format::Ipa => ("an app in `Payload`", " without one"),
        Format::Pkg => ("a Mac installer", ""),
        Format::Dmg => ("a disk image", ""),
        Format::Msi => ("a Windows installer", ""),
        Format::Appx | Format::Msix => ("an `AppxManifest.xml`", " without one"),
        Format::AppxBundle | Format::MsixBundle => {
            ("an `AppxMetadata/AppxBundleManifest.xml`", " without one")
        }
        Format::AppxUpload | Format::MsixUpload => ("a package or a bundle in the upload", " without one"),
        Format::AppZip | Format::Zip => return None,
    };
    let entries = count(archive.entries().count() as u64, "entry", "entries");
    let message = format!("expected {what}, got a zip archive of {entries}{missing}");
    let fix = "choose the package that the build made, or name it .zip to release it as it is";
    Some(Refusal::new(RefusalCode::NotAPackage, message, fix))
}

/// Refuses an archive that no tool unpacks, because the data that its directory lists is missing.
///
/// Returns the message for an entry with another name in its own header: tools use one name or the other.
fn check(
    archive: &Archive,
    summary: &ArchiveSummary,
    source: &mut dyn Source,
) -> Result<Option<String>, InspectError> {
    if archive.directory.is_split {
        let message = "expected an archive in one file, got one that says it goes on in others";
        return Err(Refusal::new(RefusalCode::Truncated, message, "build it again as one file").into());
    }
    if let Some(name) = &summary.past_end {
        let message = format!("expected the data of `{name}` before the archive's list of files, got less");
        return Err(Refusal::corrupt(message).into());
    }
    let n_checked = if source.len() <= SMALL_FILE { MAX_CHECKED } else { 1 };
    let mut renamed = None;
    for raw in archive.entries().take(n_checked) {
        match raw.entry.data_start(&raw.text(), source, &archive.directory, 0) {
            Err(error @ ZipError::OtherName { .. }) => renamed = renamed.or(Some(error.to_string())),
            start => drop(start?),
        }
    }
    Ok(renamed)
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, severity: Severity, code: &str, message: impl Into<String>, fix: &str) {
        self.0.push(Finding::new(severity, code, message.into(), fix));
    }

    fn version(&mut self) {
        let fix = "enter the version: an archive does not state it";
        self.add(Info, "missing-version", "expected a version, got an archive without one", fix);
    }

    fn contents(&mut self, contents: &Contents) {
        if let Some(set) = contents.split_packages() {
            let message = format!("expected a package that testers can install, got {set}");
            self.add(Error, "split-packages", message, SPLIT_FIX);
        } else if let Some(inner) = contents.inner_package() {
            let message = format!("expected the package itself, got an archive with `{inner}` in it");
            let fix = "unpack the archive and choose that file: then its version and icon are known";
            self.add(Warning, "inner-package", message, fix);
        }
        if let Some(folder) = contents.bare_app() {
            let message = format!("expected an app in `{folder}`, got no `Info.plist` that says what it is");
            let fix = "zip the app that the build made with everything in it";
            self.add(Warning, "no-application", message, fix);
        }
    }

    fn size(&mut self, summary: &ArchiveSummary, renamed: Option<String>) {
        if let Some(name) = &summary.impossible_size {
            let message =
                format!("expected `{name}` to state a size that its data can unpack to, got a larger one");
            self.add(Error, "damaged-directory", message, "build the archive again: its sizes do not add up");
        } else if let Some(message) = renamed {
            self.add(
                Warning,
                "damaged-directory",
                message,
                "build the archive again: tools unpack different files",
            );
        }
    }

    fn names(&mut self, clash: Option<String>) {
        if let Some(name) = clash {
            let message = format!("expected names that differ in more than case, got `{name}` twice");
            let fix = "rename one of them: Windows and macOS keep only one";
            self.add(Warning, "clashing-names", message, fix);
        }
    }

    fn links(&mut self, summary: &ArchiveSummary, contents: &Contents, leads_out: Option<String>) {
        if let Some(name) = leads_out {
            let message =
                format!("expected links to files in the archive, got `{name}` that leads out of it");
            let fix = "pack the file it leads to: there may be none where it is unpacked";
            self.add(Warning, "unsafe-link", message, fix);
        }
        if summary.n_links > 0 {
            let severity = if contents.program.is_some() { Warning } else { Info };
            let links = count(summary.n_links as u64, "symbolic link", "symbolic links");
            let message = format!("expected files and folders, got {links} too");
            let fix = "check that it unpacks where it is used: Windows does not create symbolic links";
            self.add(severity, "symbolic-links", message, fix);
        }
    }
}

/// A link to something that is not in the archive. In a long file only the first link is looked at.
fn unsafe_link(archive: &Archive, source: &mut dyn Source) -> Result<Option<String>, InspectError> {
    /// The longest path on Linux (`PATH_MAX`).
    const MAX_TARGET: u64 = 4096;
    let n_checked = if source.len() <= SMALL_FILE { MAX_CHECKED } else { 1 };
    for raw in archive.entries().filter(RawEntry::is_link).take(n_checked) {
        let target = match archive.read(&raw, source, MAX_TARGET) {
            Ok(target) => target,
            Err(ZipError::Miss(miss)) => return Err(miss.into()),
            Err(_) => continue,
        };
        if leads_out(raw.name, &target) {
            return Ok(Some(raw.text()));
        }
    }
    Ok(None)
}

fn leads_out(name: &[u8], target: &[u8]) -> bool {
    let mut depth = name.iter().filter(|&&byte| byte == b'/').count();
    for part in target.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if depth == 0 => return true,
            b".." => depth -= 1,
            _ => depth += 1,
        }
    }
    target.starts_with(b"/")
}

/// Why an archive without anything in it is refused.
pub(super) fn empty() -> Refusal {
    let fix = "choose the archive again, or build it again: it was saved without content";
    Refusal::new(RefusalCode::NotAPackage, "expected a package, got an empty zip archive", fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_out_where_its_path_does() {
        for (name, target) in [("a", "/etc"), ("a", "../b"), ("a/b", "../../c"), ("a/b", "c/../../../d")] {
            assert!(leads_out(name.as_bytes(), target.as_bytes()), "{name} -> {target}");
        }
        for (name, target) in [("a", "b"), ("a/b", "../c"), ("a/b/c", "../../d"), ("a", "./b/../c")] {
            assert!(!leads_out(name.as_bytes(), target.as_bytes()), "{name} -> {target}");
        }
    }
}
