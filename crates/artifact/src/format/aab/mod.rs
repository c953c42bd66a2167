//! Android app bundles, from which Google Play makes packages.
//!
//! Source: "The Android App Bundle format" in Android's documentation, and `Resources.proto` of aapt2. A bundle is a
//! zip of modules, each with a manifest and a resource table in the form of Protocol Buffers.

mod bundle;
mod findings;
mod table;

use std::collections::BTreeMap;

use bundle::OpenBundle;

use crate::android::axml::Document;
use crate::android::drawable;
use crate::android::manifest::{Manifest, is_true};
use crate::android::value::Value;
use crate::container::zip::Archive;
use crate::context::{Depth, InspectContext};
use crate::format::ReadResult;
use crate::format::apk::findings::fitness;
use crate::format::apk::{icon, native, signing, text, version_code};
use crate::{Android, Artifact, Format, InspectError, Miss, Os, Refusal, Source, layer, limits};

const BASE: &str = "base";
const MANIFEST: &str = "/manifest/AndroidManifest.xml";

/// Modules of a bundle that are listed. Large apps have 100.
const MAX_MODULES: usize = 1000;

/// Reads the package whose zip directory was found.
pub(super) fn read(context: &InspectContext<'_>, source: &mut dyn Source, archive: &Archive) -> ReadResult {
    let mut manifest = read_manifest(source, archive)?;
    let modules = modules(archive);
    let (labels, unreadable) = match context.depth {
        Depth::IdentityOnly => (BTreeMap::new(), Some("it is spread over too much of the file".to_owned())),
        Depth::Full | Depth::NoIcon => {
            let mut bundle = OpenBundle::new(archive, source, &modules);
            let labels = follow_references(&mut manifest, &mut bundle)?;
            (labels, bundle.unreadable)
        }
    };
    let signing = signing::read(source, archive)?;
    let native = native::scan_names(archive.entries().filter_map(|raw| in_module(raw.name)));
    let mut findings = findings::all(context, &manifest, &signing, unreadable);
    findings.append(&mut fitness::all(&manifest, &native));
    let references = icon::references(&manifest);
    let icon = if references.is_empty() {
        findings.push(icon::missing());
        None
    } else if context.depth < Depth::Full {
        icon::skip(&manifest, &mut findings);
        None
    } else {
        let drawn = drawable::icon(&mut OpenBundle::new(archive, source, &modules), &references);
        let drawn = layer::optional(drawn, "unreadable-icon", icon::FIX, &mut findings)?;
        drawn.map(|drawn| icon::note_partial(drawn, &mut findings))
    };
    let android = Android {
        target_sdk: text(manifest.target_sdk.as_ref()),
        max_sdk: text(manifest.max_sdk.as_ref()),
        labels,
        permissions: std::mem::take(&mut manifest.permissions),
        features: std::mem::take(&mut manifest.features),
        abis: native.abis,
        debuggable: is_true(manifest.debuggable.as_ref()),
        test_only: is_true(manifest.test_only.as_ref()),
        split: None,
        modules,
        signing: signing.declared,
    };
    Ok(Artifact {
        findings,
        icon,
        android: Some(android),
        name: text(manifest.label.as_ref()),
        version: text(manifest.version_name.as_ref()),
        build: version_code(&manifest),
        min_os: text(manifest.min_sdk.as_ref()),
        identifier: Some(manifest.package),
        ..Artifact::new(Format::Aab, Os::Android, source.len())
    })
}

fn read_manifest(source: &mut dyn Source, archive: &Archive) -> Result<Manifest, InspectError> {
    let name = format!("{BASE}{MANIFEST}");
    let Some(raw) = archive.find(&name) else {
        return Err(Refusal::corrupt(format!("expected `{name}` in the bundle, got none")).into());
    };
    let bytes = archive.read(&raw, source, limits::MAX_MANIFEST)?;
    let manifest = Manifest::read(Document::proto(&bytes));
    Ok(manifest.map_err(|error| Refusal::corrupt(error.to_string()))?)
}

/// The folders with a manifest, in the archive's order.
fn modules(archive: &Archive) -> Vec<String> {
    let mut modules: Vec<String> = Vec::new();
    let names = archive.entries().filter_map(|raw| raw.name.strip_suffix(MANIFEST.as_bytes()));
    for name in names.filter(|name| !name.contains(&b'/')).take(MAX_MODULES) {
        let module = String::from_utf8_lossy(name).into_owned();
        if !modules.contains(&module) {
            modules.push(module);
        }
    }
    modules
}

/// A path without its module.
fn in_module(path: &[u8]) -> Option<&[u8]> {
    let slash = path.iter().position(|&byte| byte == b'/')?;
    path.get(slash + 1..)
}

/// Replaces references in the manifest by what the tables have for them, and gives the name by language.
fn follow_references(
    manifest: &mut Manifest,
    bundle: &mut OpenBundle<'_>,
) -> Result<BTreeMap<String, String>, Miss> {
    let labels = match &manifest.label {
        Some(label @ (Value::Reference(_) | Value::Named(_))) => bundle.labels(label)?,
        _ => BTreeMap::new(),
    };
    for value in manifest.references() {
        if let Some(found) = bundle.resolve(value)? {
            *value = found;
        }
    }
    Ok(labels)
}
