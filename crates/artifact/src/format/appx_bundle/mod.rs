//! Windows bundles: `AppxMetadata/AppxBundleManifest.xml` and stored packages in a zip.

mod locations;

use crate::Severity::{Error, Warning};
use crate::container::zip::{Archive, RawEntry};
use crate::context::InspectContext;
use crate::format::{ReadResult, appx};
use crate::layer::optional;
use crate::report::quantity::Size;
use crate::windows::appx::bundle::{self, BundleManifest, ListedPackage};
use crate::windows::appx::findings::Findings;
use crate::windows::appx::inner::{InnerPackage, MAX_COMPRESSED};
use crate::windows::appx::parts::PackageParts;
use crate::windows::appx::{BUNDLE, Nesting, extension, is_msix_version};
use crate::{Artifact, Format, InspectError, Os, Refusal, RefusalCode, Source, Windows, sorting};

const REBUILD: &str = "make the bundle again with makeappx or the build: a tool changed it afterwards";

/// Packages that are listed at most. Large bundles have about 300.
pub(super) const MAX_SHOWN: usize = 1000;

/// Reads the bundle whose zip directory was found there.
pub(super) fn read(
    place: Nesting,
    context: &InspectContext<'_>,
    source: &mut dyn Source,
    archive: &Archive,
) -> ReadResult {
    let parts = &PackageParts::of(archive)?;
    let bundle = BundleManifest::parse(&appx::read_manifest(bundle::PART_NAME, parts, source)?)?;
    let architectures = distinct(bundle.applications().filter_map(|listed| listed.architecture.clone()));
    let mut findings = Findings::default();
    findings.archive(parts);
    findings.identity(&bundle.identity);
    findings.architectures(&architectures);
    same_applications(&bundle, &mut findings);
    let entries = entries(&bundle, parts);
    locations::check(&entries, archive, &mut findings);
    let certificates = appx::certificates(context, source, parts, &bundle.identity, place, &mut findings)?;
    let inner = application(context, source, archive, &entries, &mut findings)?;
    if let Some(inner) = &inner {
        compare(&bundle, &entries, inner, &mut findings);
    }
    let min_os = inner.as_ref().and_then(|inner| inner.min_os.clone());
    let (name, icon, windows) = match inner {
        Some(inner) => {
            findings.0.extend(inner.findings);
            (inner.name, inner.icon, inner.windows.unwrap_or_default())
        }
        None => (None, None, Windows::default()),
    };
    let format = format(context, &bundle, min_os.as_deref());
    let languages = bundle.packages.iter().flat_map(|listed| listed.languages.iter().cloned());
    Ok(Artifact {
        identifier: Some(bundle.identity.name.clone()),
        name,
        version: bundle.identity.version.clone(),
        min_os,
        icon,
        windows: Some(Windows {
            family_name: bundle.identity.family_name(),
            languages: distinct(windows.languages.iter().cloned().chain(languages)),
            publisher: bundle.identity.publisher.clone(),
            resource_id: None,
            architectures,
            packages: bundle.packages.iter().take(MAX_SHOWN).map(Into::into).collect(),
            is_signed: certificates.is_some(),
            certificates: certificates.unwrap_or_default(),
            ..windows
        }),
        findings: findings.0,
        ..Artifact::new(format, Os::Windows, source.len())
    })
}

/// By the bundle's name, else by those of its packages, else by what they need.
fn format(context: &InspectContext<'_>, bundle: &BundleManifest, min_os: Option<&str>) -> Format {
    let is_msix = || {
        let names = bundle.packages.iter().map(|listed| extension(&listed.file_name));
        names.into_iter().any(|extension| extension == "msix") || is_msix_version(min_os)
    };
    BUNDLE.by_extension(context.hints.file_name).unwrap_or_else(|| BUNDLE.pick(is_msix()))
}

fn distinct(values: impl Iterator<Item = String>) -> Vec<String> {
    /// More than any bundle has languages.
    const MAX_VALUES: usize = 1000;
    let mut found: Vec<String> = Vec::new();
    for value in values {
        if found.len() < MAX_VALUES && !found.iter().any(|other| other.eq_ignore_ascii_case(&value)) {
            found.push(value);
        }
    }
    found
}

/// A listed package and its entry, if the bundle has one.
type Entries<'a> = Vec<(&'a ListedPackage, Option<RawEntry<'a>>)>;

fn entries<'a>(bundle: &'a BundleManifest, parts: &PackageParts<'a>) -> Entries<'a> {
    bundle.packages.iter().map(|listed| (listed, parts.find(&listed.file_name))).collect()
}

/// Several applications for the same devices: Windows could install any of them.
fn same_applications(bundle: &BundleManifest, findings: &mut Findings) {
    let mut devices: Vec<_> = bundle
        .applications()
        .map(|listed| (listed.architecture.as_deref().unwrap_or("neutral"), format!("{:?}", listed.families)))
        .collect();
    sorting::sort(&mut devices);
    let twice = devices.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first());
    if let Some((architecture, _)) = twice {
        let message =
            format!("expected one application for each architecture, got several for {architecture}");
        findings.add(
            Warning,
            "duplicate-package",
            message,
            "remove one of them, or let them target other devices",
        );
    }
    if devices.is_empty() {
        let message = "expected an application in the bundle, got none";
        findings.add(Error, "no-application", message, "add the application's package to the bundle");
    }
}

/// The first application in the bundle. If it cannot be read, a finding says so.
fn application(
    context: &InspectContext<'_>,
    source: &mut dyn Source,
    archive: &Archive,
    entries: &Entries<'_>,
    findings: &mut Findings,
) -> Result<Option<Artifact>, InspectError> {
    let mut applications = entries.iter().filter(|(listed, _)| listed.is_application && !listed.is_stub);
    let Some((listed, raw)) = applications.find_map(|(listed, raw)| Some((listed, raw.as_ref()?))) else {
        return Ok(None);
    };
    let read = inner(context, source, archive, listed, raw, findings);
    let fix = "make the bundle again, and check that it installs";
    optional(read, "unreadable-package", fix, &mut findings.0)
}

fn inner(
    context: &InspectContext<'_>,
    source: &mut dyn Source,
    archive: &Archive,
    listed: &ListedPackage,
    raw: &RawEntry<'_>,
    findings: &mut Findings,
) -> Result<Artifact, InspectError> {
    let Some(inner) = InnerPackage::of(raw, archive, source)? else {
        let limit = Size(MAX_COMPRESSED);
        let message = format!("expected at most {limit} of the packed `{}`, got more", raw.text());
        return Err(Refusal::new(RefusalCode::TooLarge, message, "store it in the bundle").into());
    };
    if let (InnerPackage::Stored(start, _), Some(offset)) = (&inner, listed.offset)
        && *start != offset
        && !findings.0.iter().any(|finding| finding.code == "wrong-package-offset")
    {
        let message = locations::wrong_offset(&raw.text(), offset, *start).concat();
        findings.add(Error, "wrong-package-offset", message, REBUILD);
    }
    inner.with(source, |source| {
        let archive = Archive::open(source)?;
        appx::read(Nesting::InBundle, context, source, &archive)
    })
}

/// Findings for what bundle and application state differently.
fn compare(bundle: &BundleManifest, entries: &Entries<'_>, inner: &Artifact, findings: &mut Findings) {
    let listed =
        entries.iter().find(|(listed, raw)| listed.is_application && !listed.is_stub && raw.is_some());
    let publisher = inner.windows.as_ref().and_then(|windows| windows.publisher.as_deref());
    let facts = [
        ("name", Some(bundle.identity.name.as_str()), inner.identifier.as_deref()),
        ("publisher", bundle.identity.publisher.as_deref(), publisher),
        ("version", listed.and_then(|(listed, _)| listed.version.as_deref()), inner.version.as_deref()),
    ];
    for (what, stated, found) in facts {
        if let (Some(stated), Some(found)) = (stated, found)
            && stated != found
        {
            let [stated, found] =
                [stated, found].map(|text| text.escape_debug().take(200).collect::<String>());
            let message =
                format!("expected an application with the {what} `{stated}` in the bundle, got `{found}`");
            findings.add(Error, "package-mismatch", message, REBUILD);
        }
    }
}
