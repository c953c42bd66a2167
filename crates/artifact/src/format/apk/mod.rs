//! Android packages: a zip with a binary `AndroidManifest.xml`, and names in `resources.arsc`.

mod entries;
pub(super) mod findings;
pub(super) mod icon;
pub(super) mod native;
pub(super) mod signing;
mod table;

use std::collections::BTreeMap;

use entries::{EntryOddities, KeyEntries};
use native::NativeCode;
use signing::Signing;
use table::ResourceTable;

use crate::android::manifest::{self, Manifest};
use crate::android::value::Value;
use crate::container::zip::{Archive, Directory, Entry, ZipError};
use crate::context::{Depth, InspectContext};
use crate::format::ReadResult;
use crate::{Android, Artifact, Format, Hints, InspectError, Miss, Os, Refusal, RefusalCode, Source, limits};

const MANIFEST: &str = "AndroidManifest.xml";
const RESOURCES: &str = "resources.arsc";

/// Reads the package whose zip directory was found.
pub(super) fn read(context: &InspectContext<'_>, source: &mut dyn Source, archive: &Archive) -> ReadResult {
    let directory = &archive.directory;
    let key_entries = KeyEntries::find(archive);
    let Some(entry) = key_entries.manifest else {
        return Err(Refusal::corrupt("expected a manifest, got none").into());
    };
    let mut manifest = read_manifest(source, directory, &entry)?;
    let (table, resources) = match context.depth {
        Depth::Full | Depth::NoIcon => find_table(&mut manifest, source, directory, &key_entries)?,
        Depth::IdentityOnly => (
            ResourceTable::Absent,
            TableState::Unreadable("it is spread over too much of the file".to_owned()),
        ),
    };
    let labels = follow_references(&mut manifest, source, &table)?;
    let signing = signing::read(source, archive)?;
    let mut about_icon = Vec::new();
    let icon = match context.depth {
        Depth::Full => icon::read(&manifest, archive, &table, source, &mut about_icon)?,
        Depth::NoIcon | Depth::IdentityOnly => {
            icon::skip(&manifest, &mut about_icon);
            None
        }
    };
    // Nothing misses from here on: what goes through the whole directory is done once.
    let inputs = FindingInputs {
        hints: context.hints,
        directory,
        is_manifest_intact: is_intact(source, directory, &entry)?,
        oddities: &EntryOddities::scan(archive, &key_entries),
        manifest: &manifest,
        resources,
        native: native::scan(archive),
        signing,
    };
    let mut findings = findings::all(&inputs);
    findings.append(&mut about_icon);
    Ok(Artifact {
        findings,
        icon,
        android: Some(Android { labels, ..android(&inputs) }),
        name: text(manifest.label.as_ref()),
        version: text(manifest.version_name.as_ref()),
        build: version_code(&manifest),
        min_os: text(manifest.min_sdk.as_ref()),
        identifier: Some(manifest.package),
        ..Artifact::new(Format::Apk, Os::Android, source.len())
    })
}

/// Everything that the findings are made from.
struct FindingInputs<'a> {
    hints: &'a Hints<'a>,
    directory: &'a Directory,
    /// Whether the manifest has the checksum that the archive states. Android does not compare it.
    is_manifest_intact: bool,
    oddities: &'a EntryOddities,
    /// With references resolved where possible.
    manifest: &'a Manifest,
    resources: TableState,
    native: NativeCode,
    signing: Signing,
}

impl FindingInputs<'_> {
    fn is_debuggable(&self) -> bool {
        manifest::is_true(self.manifest.debuggable.as_ref())
    }
}

/// What only Android packages say, without the names in other languages.
fn android(inputs: &FindingInputs<'_>) -> Android {
    let manifest = inputs.manifest;
    Android {
        target_sdk: text(manifest.target_sdk.as_ref()),
        max_sdk: text(manifest.max_sdk.as_ref()),
        permissions: manifest.permissions.clone(),
        features: manifest.features.clone(),
        abis: inputs.native.abis.clone(),
        debuggable: inputs.is_debuggable(),
        test_only: manifest::is_true(manifest.test_only.as_ref()),
        split: manifest.split.clone().filter(|split| !split.is_empty()),
        signing: inputs.signing.declared.clone(),
        ..Android::default()
    }
}

/// Whether the resource table could be used.
enum TableState {
    /// Read, absent, or not needed.
    Settled,
    /// There, but unreadable, and why.
    Unreadable(String),
}

/// Reads the manifest in the first packing with which it parses.
fn read_manifest(
    source: &mut dyn Source,
    directory: &Directory,
    entry: &Entry,
) -> Result<Manifest, InspectError> {
    let mut failure = None;
    for &packing in entry.likely_packings() {
        let attempt = entry.read_cached(MANIFEST, packing, source, directory, limits::MAX_MANIFEST);
        let refused = match attempt {
            Ok(bytes) => match Manifest::parse(&bytes) {
                Ok(manifest) => return Ok(manifest),
                Err(error) => Refusal::corrupt(error.to_string()).into(),
            },
            Err(ZipError::Miss(miss)) => return Err(miss.into()),
            Err(error) => InspectError::from(error),
        };
        failure.get_or_insert(refused);
    }
    if entry.claims_encryption() {
        let message = format!("expected `{MANIFEST}` unencrypted, got an encrypted entry");
        let fix = "release the package as the build made it, without a zip password";
        return Err(Refusal::new(RefusalCode::Encrypted, message, fix).into());
    }
    Err(failure.unwrap_or_else(|| Refusal::corrupt("expected a manifest, got none").into()))
}

/// Whether the manifest has the sum that the directory states, in any packing that makes sense of it.
fn is_intact(source: &mut dyn Source, directory: &Directory, entry: &Entry) -> Result<bool, Miss> {
    for &packing in entry.likely_packings() {
        match entry.read_cached(MANIFEST, packing, source, directory, limits::MAX_MANIFEST) {
            Ok(bytes) if entry.has_stated_checksum(&bytes) => return Ok(true),
            Err(ZipError::Miss(miss)) => return Err(miss),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(false)
}

/// Finds the resource table if the manifest needs it.
fn find_table(
    manifest: &mut Manifest,
    source: &mut dyn Source,
    directory: &Directory,
    key_entries: &KeyEntries,
) -> Result<(ResourceTable, TableState), Miss> {
    let needs_table = manifest.references().next().is_some() || !icon::references(manifest).is_empty();
    let Some(entry) = key_entries.resources.filter(|_| needs_table) else {
        return Ok((ResourceTable::Absent, TableState::Settled));
    };
    match ResourceTable::find(&entry, source, directory) {
        Ok(table) if table.is_table(source)? => Ok((table, TableState::Settled)),
        Ok(_) => Ok((ResourceTable::Absent, TableState::Unreadable("it is not a resource table".to_owned()))),
        Err(ZipError::Miss(miss)) => Err(miss),
        Err(error) => Ok((ResourceTable::Absent, TableState::Unreadable(error.to_string()))),
    }
}

/// Replaces references in the manifest by what the resource table has for them, and gives the name by language.
fn follow_references(
    manifest: &mut Manifest,
    source: &mut dyn Source,
    table: &ResourceTable,
) -> Result<BTreeMap<String, String>, Miss> {
    let (range, mut steps_left) = (table.search_range(), limits::MAX_CHUNKS);
    table.look(source, &mut steps_left, |table| {
        // First, because they are fetched in one range with the default.
        let labels = match manifest.label {
            Some(Value::Reference(id)) => table.labels(id, range)?,
            _ => BTreeMap::new(),
        };
        for value in manifest.references() {
            if let Some(found) = table.resolve(value.clone())? {
                *value = found;
            }
        }
        Ok(labels)
    })
}

/// A value as text for users; `None` for an unresolved reference and for blank text.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Text(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(bool) => Some(bool.to_string()),
        Value::Reference(_) | Value::Named(_) | Value::Other(..) => None,
    }
}

/// Both halves of the version code, joined as `PackageInfo.getLongVersionCode` joins them.
pub(super) fn version_code(manifest: &Manifest) -> Option<String> {
    let low = match manifest.version_code.as_ref()? {
        Value::Number(code) => code.cast_unsigned(),
        other => return text(Some(other)),
    };
    let high = match manifest.version_code_major {
        Some(Value::Number(major)) => major.cast_unsigned(),
        _ => 0,
    };
    Some((u64::from(high) << 32 | u64::from(low)).cast_signed().to_string())
}
