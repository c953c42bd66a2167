//! Which format a file has, by its content, and what it says in that format.

mod aab;
mod apk;
mod app_zip;
mod apps;
mod appx;
mod appx_bundle;
mod appx_upload;
mod archive_findings;
mod archive_kind;
mod dmg;
mod extension;
mod ipa;
mod jar;
#[cfg(feature = "windows")]
mod msi;
#[cfg(not(feature = "windows"))]
mod no_msi;
#[cfg(not(feature = "mac-installers"))]
mod no_pkg;
#[cfg(test)]
mod piecewise;
#[cfg(feature = "mac-installers")]
mod pkg;
mod unknown;
mod zip_archive;

use archive_kind::ArchiveKind;
#[cfg(not(feature = "windows"))]
use no_msi as msi;
#[cfg(not(feature = "mac-installers"))]
use no_pkg as pkg;

use crate::container::zip::{self, Archive, ZipError};
use crate::context::InspectContext;
use crate::report::quantity::sizes;
use crate::windows::appx::Nesting;
use crate::{Artifact, Finding, InspectError, Miss, Refusal, RefusalCode, Severity, Source, sorting};

/// Reads a file that is nothing but the signing block of an Android package.
#[cfg(feature = "fuzzing")]
pub(crate) fn signing_block(bytes: &[u8]) {
    apk::signing::read_alone(bytes);
}

/// What a reader of one format returns.
type ReadResult = Result<Artifact, InspectError>;

/// Reads whatever the file is, the worst of its findings first. `bytes_read` and `reads` are left at 0: only the
/// caller knows.
pub(crate) fn read(context: &InspectContext<'_>, source: &mut dyn Source) -> Result<Artifact, InspectError> {
    let mut artifact = read_content(context, source)?;
    extension::check(&mut artifact, context.hints.file_name);
    sorting::sort_by(&mut artifact.findings, |a, b| a.severity.cmp(&b.severity));
    Ok(artifact)
}

fn read_content(context: &InspectContext<'_>, source: &mut dyn Source) -> Result<Artifact, InspectError> {
    /// Offsets stay far from overflow: 2^53 is also the largest size that a browser can state.
    const MAX_LEN: u64 = 1 << 53;
    let len = source.len();
    if len == 0 {
        let fix = "choose the file again, or build it again: it was saved without content";
        return Err(Refusal::new(RefusalCode::Empty, "expected a package, got an empty file", fix).into());
    }
    if len > MAX_LEN {
        let (expected, got) = sizes(MAX_LEN, len);
        let message = format!("expected a file of at most {expected}, got {got}");
        return Err(Refusal::new(RefusalCode::TooLarge, message, "choose the package itself").into());
    }
    zip::prefetch_tail(source)?;
    if dmg::has_trailer(source)? {
        return dmg::read(context, source);
    }
    match Archive::open(source) {
        Ok(archive) if archive.directory.prefix == 0 => read_archive(context, source, &archive),
        Err(ZipError::Miss(miss)) => Err(miss.into()),
        opened => match (by_head(source)?, opened) {
            (Some(read), _) => read(context, source),
            (None, Ok(archive)) => read_archive(context, source, &archive),
            (None, Err(error)) => {
                appx::refuse_encrypted(context, source)?;
                match error {
                    ZipError::NoEnd => {
                        let refusal = unknown::refusal(source)?;
                        Err(dmg::lost_trailer(context.hints.file_name).unwrap_or(refusal).into())
                    }
                    error => Err(error.into()),
                }
            }
        },
    }
}

type ReadFormat = fn(&InspectContext<'_>, &mut dyn Source) -> Result<Artifact, InspectError>;

/// The reader of a file whose first bytes say what it is.
fn by_head(source: &mut dyn Source) -> Result<Option<ReadFormat>, Miss> {
    /// Room for the tables that such files begin with.
    const HEAD: usize = 64 << 10;
    source.prefetch(0, HEAD)?;
    if msi::has_head(source)? {
        return Ok(Some(msi::read));
    }
    if pkg::has_head(source)? {
        return Ok(Some(pkg::read));
    }
    Ok(dmg::has_head(source)?.then_some(dmg::read))
}

/// Reads a zip archive as what its names say it is.
fn read_archive(
    context: &InspectContext<'_>,
    source: &mut dyn Source,
    archive: &Archive,
) -> Result<Artifact, InspectError> {
    let kind = archive_kind::of(archive);
    let read: fn(&InspectContext<'_>, &mut dyn Source, &Archive) -> ReadResult = match kind {
        ArchiveKind::Apk => apk::read,
        ArchiveKind::Aab => aab::read,
        ArchiveKind::Appx | ArchiveKind::AppxBundle | ArchiveKind::AppxUpload
            if !cfg!(feature = "windows") =>
        {
            return Err(InspectError::NeedsFullBuild);
        }
        ArchiveKind::Appx => {
            |context, source, archive| appx::read(Nesting::Standalone, context, source, archive)
        }
        ArchiveKind::AppxBundle => {
            |context, source, archive| appx_bundle::read(Nesting::Standalone, context, source, archive)
        }
        ArchiveKind::Ipa => ipa::read,
        ArchiveKind::AppZip if archive_kind::has_app(archive) => app_zip::read,
        ArchiveKind::AppxUpload => appx_upload::read,
        ArchiveKind::AppZip | ArchiveKind::Zip => zip_archive::read,
    };
    let mut artifact = match read(context, source, archive) {
        Err(InspectError::Refused(refusal)) if may_be_plain(context, kind, &refusal) => {
            read_broken(context, source, archive, refusal)?
        }
        read => read?,
    };
    archive_findings::add(&mut artifact, archive);
    Ok(artifact)
}

/// Whether an archive in which a package is broken may be for something else, as its name says: sources and test
/// data have files that are named as parts of packages.
fn may_be_plain(context: &InspectContext<'_>, kind: ArchiveKind, refusal: &Refusal) -> bool {
    let name = context.hints.file_name.to_ascii_lowercase();
    refusal.code == RefusalCode::Corrupt
        && matches!(kind, ArchiveKind::Apk | ArchiveKind::Ipa | ArchiveKind::AppZip)
        && name.ends_with(".zip")
        && !name.ends_with(".app.zip")
}

/// Reads an archive as a plain one, with a finding for the package in it that was refused.
fn read_broken(
    context: &InspectContext<'_>,
    source: &mut dyn Source,
    archive: &Archive,
    refusal: Refusal,
) -> Result<Artifact, InspectError> {
    let mut artifact = match zip_archive::read(context, source, archive) {
        // The refusal of the package says more.
        Err(InspectError::Refused(_)) => return Err(refusal.into()),
        read => read?,
    };
    // `no-application` would be wrong: there is an application, and it is broken.
    artifact.findings.retain(|finding| finding.code != "no-application");
    let fix = "leave it as it is if the archive is for something else, or build the package again";
    let finding = Finding::new(Severity::Warning, "broken-package", refusal.message, fix);
    artifact.findings.push(finding);
    Ok(artifact)
}
