//! Windows app packages: `AppxManifest.xml` in a zip.

use crate::Severity::{Error, Info, Warning};
use crate::container::zip::{Archive, RawEntry};
use crate::context::{Depth, InspectContext};
use crate::format::ReadResult;
use crate::layer::optional;
use crate::limits::MAX_MANIFEST;
use crate::windows::appx::findings::Findings;
use crate::windows::appx::identity::Identity;
use crate::windows::appx::manifest::{self, Manifest};
use crate::windows::appx::parts::PackageParts;
use crate::windows::appx::{Nesting, PACKAGE, is_msix_version, logo, signature, strings};
use crate::windows::pri::Pri;
use crate::{Artifact, Certificate, Icon, InspectError, Miss, Os, Refusal, RefusalCode, Source, Windows};

/// Reads the package whose zip directory was found there.
pub(super) fn read(
    place: Nesting,
    context: &InspectContext<'_>,
    source: &mut dyn Source,
    archive: &Archive,
) -> ReadResult {
    let parts = &PackageParts::of(archive)?;
    let manifest = Manifest::parse(&read_manifest(manifest::PART_NAME, parts, source)?)?;
    let mut findings = Findings::default();
    if place != Nesting::InBundle {
        findings.archive(parts);
        findings.identity(&manifest.identity);
        findings.architectures(manifest.identity.architecture.as_slice());
    }
    kind_findings(&manifest, place, &mut findings);
    let mut reader =
        NameAndIconReader { context, source, parts, manifest: &manifest, findings: &mut findings };
    let texts = reader.texts()?;
    let icon = reader.icon()?;
    let certificates = match place {
        Nesting::InBundle => None,
        Nesting::Standalone | Nesting::InUpload => {
            certificates(context, source, parts, &manifest.identity, place, &mut findings)?
        }
    };
    let format = PACKAGE
        .by_extension(context.hints.file_name)
        .unwrap_or(PACKAGE.pick(is_msix_version(manifest.min_version())));
    let min_os = manifest.min_version().map(str::to_owned);
    Ok(Artifact {
        identifier: Some(manifest.identity.name.clone()),
        name: texts.name,
        version: manifest.identity.version.clone(),
        min_os,
        icon,
        windows: Some(Windows {
            family_name: manifest.identity.family_name(),
            publisher: manifest.identity.publisher,
            publisher_name: texts.publisher_name,
            resource_id: manifest.identity.resource_id,
            architectures: manifest.identity.architecture.into_iter().collect(),
            device_families: manifest.families,
            capabilities: manifest.capabilities,
            dependencies: manifest.dependencies,
            languages: manifest.languages,
            is_signed: certificates.is_some(),
            certificates: certificates.unwrap_or_default(),
            ..Windows::default()
        }),
        findings: findings.0,
        ..Artifact::new(format, Os::Windows, source.len())
    })
}

/// A manifest's bytes.
pub(super) fn read_manifest(
    path: &str,
    parts: &PackageParts<'_>,
    source: &mut dyn Source,
) -> Result<Vec<u8>, InspectError> {
    let raw = parts
        .find(path)
        .ok_or_else(|| Refusal::corrupt(format!("expected a manifest `{path}`, got none")))?;
    read_ahead(&raw, parts.archive(), source)?;
    Ok(parts.archive().read(&raw, source, MAX_MANIFEST)?)
}

/// Manifest, block map and signature are usually the last entries: one range has them all.
fn read_ahead(raw: &RawEntry<'_>, archive: &Archive, source: &mut dyn Source) -> Result<(), Miss> {
    const LONGEST: u64 = 128 << 10;
    let start = raw.entry.header_offset.saturating_add(archive.directory.prefix);
    match archive.directory.offset.checked_sub(start) {
        Some(len) if len <= LONGEST => source.prefetch(start, len as usize),
        _ => Ok(()),
    }
}

/// Refuses packages that are no application: resources and frameworks.
fn kind_findings(manifest: &Manifest, place: Nesting, findings: &mut Findings) {
    if place == Nesting::InBundle {
        return;
    }
    if manifest.is_resources {
        let message = "expected an application, got a package with resources for another one";
        findings.add(Error, "split-package", message, "release the bundle, or the application's package");
    } else if manifest.is_framework {
        let message = "expected an application, got a framework that other packages need";
        findings.add(Warning, "no-application", message, "release the application's package");
    } else if !manifest.has_application && !manifest.is_optional {
        let message = "expected an application in the manifest, got none: nothing can be started";
        findings.add(
            Warning,
            "no-application",
            message,
            "add an `Application` to the manifest if this is an app",
        );
    }
}

/// Names as users see them.
struct DisplayNames {
    name: Option<String>,
    publisher_name: Option<String>,
}

/// Reads a package's name and icon.
struct NameAndIconReader<'a> {
    context: &'a InspectContext<'a>,
    source: &'a mut dyn Source,
    parts: &'a PackageParts<'a>,
    manifest: &'a Manifest,
    findings: &'a mut Findings,
}

impl NameAndIconReader<'_> {
    /// Takes the names from the manifest, and from the index where the manifest refers to it.
    fn texts(&mut self) -> Result<DisplayNames, InspectError> {
        let Self { context, source, parts, manifest, findings } = self;
        let Manifest { name, application_name, publisher_name, .. } = manifest;
        let references = [name, application_name, publisher_name].into_iter().flatten();
        let needs_index = references.filter_map(|text| strings::resource_reference(text)).next().is_some();
        let bytes = if needs_index && context.depth > Depth::IdentityOnly {
            let index = strings::index(parts, *source);
            let fix = "build the package again, and check that it installs";
            optional(index, "unreadable-resources", fix, &mut findings.0)?.flatten()
        } else {
            None
        };
        let index = bytes.as_deref().and_then(Pri::parse);
        let text = |text: &Option<String>| match strings::resource_reference(text.as_deref()?) {
            Some(reference) => strings::resolve(reference, index.as_ref()?),
            None => text.clone(),
        };
        let texts = DisplayNames {
            name: text(name).or_else(|| text(application_name)),
            publisher_name: text(publisher_name),
        };
        for (what, stated, found) in
            [("name", name, &texts.name), ("publisher's name", publisher_name, &texts.publisher_name)]
        {
            if let (Some(stated), None) = (stated, found) {
                let stated: String = stated.escape_debug().take(100).collect();
                let message =
                    format!("expected the {what} among the package's resources, got nothing for `{stated}`");
                findings.add(
                    Info,
                    "unresolved-reference",
                    message,
                    "write it as text in the manifest if it matters",
                );
            }
        }
        if name.is_none() {
            let message = "expected a display name in the manifest, got none";
            findings.add(Warning, "missing-name", message, "set `Properties/DisplayName` in the manifest");
        }
        Ok(DisplayNames { name: texts.name.or_else(|| Some(manifest.identity.name.clone())), ..texts })
    }

    /// The picture, unless it takes too long.
    fn icon(&mut self) -> Result<Option<Icon>, InspectError> {
        let Self { context, source, parts, manifest, findings } = self;
        if context.depth < Depth::Full {
            return Ok(None);
        }
        let fix = "check that the manifest's logo is a PNG or JPEG file";
        let icon =
            optional(logo::read(&manifest.logos, parts, *source), "unreadable-icon", fix, &mut findings.0)?;
        // Those of a package of resources are in the application's package.
        if icon == Some(None) && !manifest.is_resources {
            let message = match manifest.logos.first() {
                Some(logo) => {
                    let logo: String = logo.chars().filter(|c| !c.is_control()).take(100).collect();
                    format!("expected the logo `{logo}` in the package, got none")
                }
                None => "expected a logo in the manifest, got none".to_owned(),
            };
            findings.add(Warning, "missing-icon", message, "add the picture that the manifest names");
        }
        Ok(icon.flatten())
    }
}

/// The certificates of the signature; none if the package is not signed.
pub(super) fn certificates(
    context: &InspectContext<'_>,
    source: &mut dyn Source,
    parts: &PackageParts<'_>,
    identity: &Identity,
    place: Nesting,
    findings: &mut Findings,
) -> Result<Option<Vec<Certificate>>, InspectError> {
    let publisher = identity.publisher.as_deref();
    if parts.find(signature::PART_NAME).is_none() {
        findings.add_unsigned(publisher, place);
        return Ok(None);
    }
    findings.signature_place(parts);
    if context.depth == Depth::IdentityOnly {
        return Ok(Some(Vec::new()));
    }
    let fix = "sign the package again";
    let read = optional(signature::read(parts, source), "unreadable-signature", fix, &mut findings.0)?;
    let certificates = read.flatten().unwrap_or_default();
    findings.certificates(&certificates, publisher, context.hints.now);
    Ok(Some(certificates))
}

/// Refuses encrypted packages and bundles, which are no zips: `EXPH`, `EXBH` and, unsigned, `EXSH` begin them.
///
/// Source: the project `UnpEax` on the headers of `.eappx` and `.eappxbundle`; Microsoft does not document them.
pub(super) fn refuse_encrypted(
    context: &InspectContext<'_>,
    source: &mut dyn Source,
) -> Result<(), InspectError> {
    const HEADS: [&[u8]; 3] = [b"EXPH", b"EXBH", b"EXSH"];
    const EXTENSIONS: [&str; 4] = ["eappx", "emsix", "eappxbundle", "emsixbundle"];
    let is_named = EXTENSIONS.contains(&crate::windows::appx::extension(context.hints.file_name).as_str());
    if !is_named && !HEADS.contains(&source.get(0, 4)?) {
        return Ok(());
    }
    let message = "expected an unencrypted package, got one that is encrypted for the Store";
    let fix = "release the package as the build made it: .appx, .msix or a bundle";
    Err(Refusal::new(RefusalCode::Encrypted, message, fix).into())
}
