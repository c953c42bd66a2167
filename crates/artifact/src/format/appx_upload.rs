//! What Visual Studio makes for the Store: a bundle or packages and their symbols in a zip.
//!
//! Source: Microsoft on uploading app packages; packages may be stored or deflated in it.

use crate::Severity::{Error, Info, Warning};
use crate::container::zip::{Archive, RawEntry};
use crate::context::InspectContext;
use crate::format::{ReadResult, appx, appx_bundle};
use crate::report::quantity::Size;
use crate::windows::appx::findings::Findings;
use crate::windows::appx::inner::{InnerPackage, MAX_COMPRESSED};
use crate::windows::appx::{BUNDLE, Nesting, UPLOAD, bundle, extension, manifest, parts};
use crate::{Artifact, Format, InspectError, Os, Refusal, Source, Windows, WindowsPackage};

/// Entries that are listed. Real uploads have up to 10.
const MAX_LISTED: usize = 1000;

/// Reads the upload whose zip directory was found.
pub(super) fn read(context: &InspectContext<'_>, source: &mut dyn Source, archive: &Archive) -> ReadResult {
    let entries: Vec<_> = archive.entries().filter_map(UploadEntry::of).take(MAX_LISTED).collect();
    let Some(first) = entries.iter().min_by_key(|entry| entry.order()) else {
        return Err(Refusal::corrupt("expected a package or a bundle in the upload, got none").into());
    };
    let mut findings = Findings::default();
    let format = format(context, archive, first, &mut findings);
    let artifact = match InnerPackage::of(&first.raw, archive, source)? {
        Some(inner) => inner.with(source, |source| describe(context, source, &first.raw))?,
        None => {
            let message = format!(
                "expected to read the app in `{}`, got more than {} of it compressed",
                first.raw.text(),
                Size(MAX_COMPRESSED),
            );
            let fix = "store packages in the upload instead of compressing them again, or enter the version";
            findings.add(Warning, "unread-package", message, fix);
            Artifact::new(format, Os::Windows, 0)
        }
    };
    symbols(&entries, &mut findings);
    let windows = artifact.windows.unwrap_or_default();
    let mut packages: Vec<_> = entries.iter().map(UploadEntry::package).collect();
    if let Some(package) = packages.iter_mut().find(|package| package.file_name == first.file_name) {
        package.version.clone_from(&artifact.version);
        package.resource_id.clone_from(&windows.resource_id);
        if let [architecture] = windows.architectures.as_slice() {
            package.architecture = Some(architecture.clone());
        }
    }
    packages.extend(windows.packages);
    packages.truncate(appx_bundle::MAX_SHOWN);
    findings.0.extend(artifact.findings);
    Ok(Artifact {
        format,
        size: source.len(),
        windows: Some(Windows { packages, ..windows }),
        findings: findings.0,
        ..artifact
    })
}

/// Reads the bundle or package that the upload is for, by its content.
fn describe(
    context: &InspectContext<'_>,
    source: &mut dyn Source,
    raw: &RawEntry<'_>,
) -> Result<Artifact, InspectError> {
    let archive = Archive::open(source)?;
    let has = |path| archive.find_ignoring_case(path).is_some();
    if has(bundle::PART_NAME) {
        return appx_bundle::read(Nesting::InUpload, context, source, &archive);
    }
    if has(manifest::PART_NAME) {
        return appx::read(Nesting::InUpload, context, source, &archive);
    }
    Err(Refusal::corrupt(format!("expected a package or a bundle in `{}`, got another archive", raw.text()))
        .into())
}

/// A bundle that lost its manifest looks just like an upload but for its name and its block map.
fn format(
    context: &InspectContext<'_>,
    archive: &Archive,
    first: &UploadEntry<'_>,
    findings: &mut Findings,
) -> Format {
    let name = context.hints.file_name;
    let has_block_map = archive.find_ignoring_case("AppxBlockMap.xml").is_some();
    if let Some(format) = BUNDLE.by_extension(name).filter(|_| has_block_map) {
        let message = format!("expected a manifest `{}` in the bundle, got none", bundle::PART_NAME);
        findings.add(Error, "missing-bundle-manifest", message, "make the bundle again with makeappx");
        return format;
    }
    UPLOAD.by_extension(name).unwrap_or_else(|| UPLOAD.pick(extension(&first.file_name).starts_with("msix")))
}

/// Symbols, without which crash reports show addresses only.
fn symbols(entries: &[UploadEntry<'_>], findings: &mut Findings) {
    if !entries.iter().any(|entry| entry.kind == UploadEntryKind::Symbols) {
        let message = "expected symbols in the upload, got none: crashes will show addresses only";
        findings.add(
            Info,
            "symbols-missing",
            message,
            "let the build add symbol packages (.appxsym) to the upload",
        );
    }
}

/// An entry that matters, by its name.
struct UploadEntry<'a> {
    raw: RawEntry<'a>,
    file_name: String,
    kind: UploadEntryKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum UploadEntryKind {
    Bundle,
    Application,
    /// Frameworks, which Visual Studio puts beside a package for testers.
    Dependency,
    Symbols,
}

impl UploadEntryKind {
    fn of(file_name: &str) -> Option<Self> {
        let is_in = |folder: &str| file_name.split(['/', '\\']).rev().skip(1).any(|part| part == folder);
        if is_in("__MACOSX") {
            return None;
        }
        match extension(file_name).as_str() {
            "appxbundle" | "msixbundle" => Some(Self::Bundle),
            "appx" | "msix" if is_in("Dependencies") => Some(Self::Dependency),
            "appx" | "msix" => Some(Self::Application),
            "appxsym" | "msixsym" => Some(Self::Symbols),
            _ => None,
        }
    }
}

/// Bundles before packages, and what is in outer folders before what is in inner ones.
fn order(kind: UploadEntryKind, file_name: &str) -> (UploadEntryKind, usize) {
    (kind, file_name.split(['/', '\\']).count())
}

impl<'a> UploadEntry<'a> {
    fn of(raw: RawEntry<'a>) -> Option<Self> {
        let file_name = parts::percent_decoded(raw.name);
        Some(Self { raw, kind: UploadEntryKind::of(&file_name)?, file_name })
    }

    fn order(&self) -> (UploadEntryKind, usize) {
        order(self.kind, &self.file_name)
    }

    fn package(&self) -> WindowsPackage {
        let kind = match self.kind {
            UploadEntryKind::Bundle => "bundle",
            UploadEntryKind::Application => "application",
            UploadEntryKind::Dependency => "dependency",
            UploadEntryKind::Symbols => "symbols",
        };
        WindowsPackage {
            file_name: self.file_name.clone(),
            kind: kind.to_owned(),
            version: None,
            architecture: None,
            resource_id: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundle_is_what_an_upload_is_about() {
        let order = |name| UploadEntryKind::of(name).map(|kind| order(kind, name));
        assert!(order("a/b/App.msixbundle") < order("App.appx"));
        assert!(order("App.appx") < order("x86/App.appx"));
        assert!(order("x/App.MSIX") < order("Dependencies/Framework.appx"));
        assert_eq!(order("App.appxsym").map(|(kind, _)| kind), Some(UploadEntryKind::Symbols));
        assert_eq!(order("__MACOSX/App.appx"), None);
        assert_eq!(order("readme.txt"), None);
    }
}
