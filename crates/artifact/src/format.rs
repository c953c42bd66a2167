//! Which format a file has, by its content, and what it says in that format.

mod aab;
mod apk;
mod app_zip;
mod apps;
mod appx;
mod appx_bundle;
mod appx_upload;
mod archive_findings;
mod dmg;
mod extension;
mod ipa;
mod jar;
#[cfg_attr(not(feature = "codecs"), path = "format/no_msi.rs")]
mod msi;
#[cfg(test)]
mod one_byte;
#[cfg_attr(not(feature = "codecs"), path = "format/no_pkg.rs")]
mod pkg;
mod unknown;
mod zip_archive;

use crate::zip::{self, Archive, ZipError};
use crate::{Artifact, Finding, Hints, InspectError, Miss, Refusal, RefusalCode, Severity, Source};

/// One attempt at one file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job<'a> {
    pub(crate) hints: &'a Hints<'a>,
    pub(crate) depth: Depth,
}

/// How much of a package is read: the longer it takes, the less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    /// Only what cannot be done without.
    IdentityOnly,
    /// With names that are kept in resource tables.
    NoIcon,
    /// With the icon.
    Full,
}

/// Reads whatever the file is. `bytes_read` and `reads` are left at 0: only the caller knows.
pub(crate) fn read(job: &Job<'_>, source: &mut dyn Source) -> Result<Artifact, InspectError> {
    let mut artifact = read_content(job, source)?;
    extension::check(&mut artifact, job.hints.file_name);
    Ok(artifact)
}

fn read_content(job: &Job<'_>, source: &mut dyn Source) -> Result<Artifact, InspectError> {
    /// Offsets stay far from overflow: 2^53 is also the largest size that a browser can state.
    const MAX_LEN: u64 = 1 << 53;
    let len = source.len();
    if len == 0 {
        let fix = "choose the file again, or build it again: it was saved without content";
        return Err(Refusal::new(RefusalCode::Empty, "expected a package, got an empty file", fix).into());
    }
    if len > MAX_LEN {
        let message = format!("expected at most {MAX_LEN} bytes, got {len}");
        return Err(Refusal::new(RefusalCode::TooLarge, message, "choose the package itself").into());
    }
    zip::prefetch_tail(source)?;
    if dmg::has_trailer(source)? {
        return dmg::read(job, source);
    }
    match Archive::open(source) {
        Ok(archive) if archive.directory.prefix == 0 => read_archive(job, source, &archive),
        Err(ZipError::Miss(miss)) => Err(miss.into()),
        opened => match (by_head(source)?, opened) {
            (Some(read), _) => read(job, source),
            (None, Ok(archive)) => read_archive(job, source, &archive),
            (None, Err(error)) => {
                appx::refuse_encrypted(job, source)?;
                match error {
                    ZipError::NoEnd => {
                        let refusal = unknown::refusal(source)?;
                        Err(dmg::lost_trailer(job.hints.file_name).unwrap_or(refusal).into())
                    }
                    error => Err(error.into()),
                }
            }
        },
    }
}

type Reader = fn(&Job<'_>, &mut dyn Source) -> Result<Artifact, InspectError>;

/// The reader of a file that says at its beginning what it is.
fn by_head(source: &mut dyn Source) -> Result<Option<Reader>, Miss> {
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
fn read_archive(job: &Job<'_>, source: &mut dyn Source, archive: &Archive) -> Result<Artifact, InspectError> {
    let kind = kind(archive);
    let read = match kind {
        Kind::Apk => apk::read,
        Kind::Aab => aab::read,
        Kind::Appx | Kind::AppxBundle | Kind::AppxUpload if !cfg!(feature = "windows") => {
            return Err(InspectError::NeedsFullBuild);
        }
        Kind::Appx => appx::read,
        Kind::AppxBundle => appx_bundle::read,
        Kind::Ipa => ipa::read,
        Kind::AppZip if has_app(archive) => app_zip::read,
        Kind::AppxUpload => appx_upload::read,
        Kind::AppZip | Kind::Zip => zip_archive::read,
    };
    let mut artifact = match read(job, source, archive) {
        Err(InspectError::Refused(refusal)) if may_be_plain(job, kind, &refusal) => {
            read_broken(job, source, archive, refusal)?
        }
        read => read?,
    };
    archive_findings::add(&mut artifact, archive);
    Ok(artifact)
}

/// Whether an archive in which a package is broken may be for something else, as its name says: sources and test
/// data have files that are named as parts of packages.
fn may_be_plain(job: &Job<'_>, kind: Kind, refusal: &Refusal) -> bool {
    let name = job.hints.file_name.to_ascii_lowercase();
    refusal.code == RefusalCode::Corrupt
        && matches!(kind, Kind::Apk | Kind::Ipa | Kind::AppZip)
        && name.ends_with(".zip")
        && !name.ends_with(".app.zip")
}

/// Reads an archive as a plain one, with a finding for the package in it that was refused.
fn read_broken(
    job: &Job<'_>,
    source: &mut dyn Source,
    archive: &Archive,
    refusal: Refusal,
) -> Result<Artifact, InspectError> {
    let mut artifact = match zip_archive::read(job, source, archive) {
        // What is wrong with the package says more.
        Err(InspectError::Refused(_)) => return Err(refusal.into()),
        read => read?,
    };
    // It would say that nothing tells what the app is, and something does, though it is broken.
    artifact.findings.retain(|finding| finding.code != "no-application");
    let fix = "leave it as it is if the archive is for something else, or build the package again";
    let finding = Finding::new(Severity::Warning, "broken-package", refusal.message, fix);
    artifact.findings.push(finding);
    Ok(artifact)
}

/// Whether some app's folder has what makes it one.
fn has_app(archive: &Archive) -> bool {
    const ENDS: [&[u8]; 2] = [b".app/Info.plist", b".app/Contents/Info.plist"];
    archive.entries().any(|raw| {
        raw.entry.size > 0
            && !raw.name.starts_with(b"__MACOSX/")
            && ENDS.iter().any(|end| raw.name.ends_with(end))
    })
}

/// What an archive may be, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Apk,
    Aab,
    Appx,
    AppxBundle,
    Ipa,
    AppZip,
    AppxUpload,
    Zip,
}

fn kind(archive: &Archive) -> Kind {
    let mut kind = Kind::Zip;
    for raw in archive.entries() {
        kind = kind_by_name(raw.name, kind).map_or(kind, |found| found.min(kind));
        if kind == Kind::Apk {
            break;
        }
    }
    kind
}

/// What an archive with this entry is, if it is surer than what is known.
fn kind_by_name(name: &[u8], known: Kind) -> Option<Kind> {
    const WINDOWS: [&[u8]; 4] = [b".appx", b".msix", b".appxbundle", b".msixbundle"];
    let is_named = |expected: &str| name.eq_ignore_ascii_case(expected.as_bytes());
    if name == b"AndroidManifest.xml" {
        return Some(Kind::Apk);
    }
    if name == b"base/manifest/AndroidManifest.xml" || name == b"BundleConfig.pb" {
        return Some(Kind::Aab);
    }
    if is_named("AppxManifest.xml") {
        return Some(Kind::Appx);
    }
    if is_named("AppxMetadata/AppxBundleManifest.xml") {
        return Some(Kind::AppxBundle);
    }
    // A directory has 70,000 names: what would change nothing is not looked for.
    if known <= Kind::Ipa {
        return None;
    }
    let mut folders = name.split(|&byte| byte == b'/').rev().skip(1).peekable();
    let mut kind = None;
    while let Some(folder) = folders.next() {
        if folder == b"__MACOSX" {
            return None;
        }
        if folder.len() > 4 && folder.ends_with(b".app") {
            let is_payload = folders.peek().is_some_and(|parent| *parent == b"Payload");
            kind = if is_payload { Some(Kind::Ipa) } else { kind.or(Some(Kind::AppZip)) };
        }
    }
    let is_windows = || {
        WINDOWS.iter().any(|extension| {
            let end = name.len().checked_sub(extension.len()).and_then(|from| name.get(from..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(extension))
        })
    };
    kind.or_else(|| is_windows().then_some(Kind::AppxUpload))
}

impl From<ZipError> for InspectError {
    fn from(error: ZipError) -> Self {
        let message = error.to_string();
        let too_large = "check that the file is the package that was built: no usual one is so large inside";
        match error {
            ZipError::Miss(miss) => Self::Miss(miss),
            ZipError::TooLarge { .. }
            | ZipError::DirectoryTooLarge { .. }
            | ZipError::LongerThanDeclared { .. } => {
                Refusal::new(RefusalCode::TooLarge, message, too_large).into()
            }
            ZipError::Encrypted { .. } => {
                let fix = "release the package as the build made it, without a password";
                Refusal::new(RefusalCode::Encrypted, message, fix).into()
            }
            ZipError::UnknownMethod { .. } => {
                let fix = "pack it with deflate: the systems that install it know no other method";
                Refusal::new(RefusalCode::Corrupt, message, fix).into()
            }
            ZipError::NoEnd
            | ZipError::NoDirectory { .. }
            | ZipError::NoLocalHeader { .. }
            | ZipError::PastEnd { .. }
            | ZipError::Inflate { .. }
            | ZipError::WrongSum { .. } => Refusal::corrupt(message).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_what_its_surest_name_says() {
        let cases: [(&str, Option<Kind>); 12] = [
            ("AndroidManifest.xml", Some(Kind::Apk)),
            ("res/AndroidManifest.xml", None),
            ("Payload/A.app/Info.plist", Some(Kind::Ipa)),
            ("out/Payload/A.app/PlugIns/B.app/Info.plist", Some(Kind::Ipa)),
            ("A.app/Contents/Library/B.app/Contents/Info.plist", Some(Kind::AppZip)),
            ("__MACOSX/A.app/._Info.plist", None),
            (".app/Info.plist", None),
            ("A.app", None),
            ("appxmanifest.xml", Some(Kind::Appx)),
            ("x/A.MSIX", Some(Kind::AppxUpload)),
            ("BundleConfig.pb", Some(Kind::Aab)),
            ("readme.txt", None),
        ];
        for (name, kind) in cases {
            assert_eq!(kind_by_name(name.as_bytes(), Kind::Zip), kind, "{name}");
        }
        assert!(Kind::Apk < Kind::Aab && Kind::Ipa < Kind::AppZip && Kind::AppxUpload < Kind::Zip);
    }
}
