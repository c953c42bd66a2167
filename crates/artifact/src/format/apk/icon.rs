//! The icon of an Android package.

use std::sync::Arc;

use crate::Severity::{Info, Warning};
use crate::android::arsc::Choice;
use crate::android::axml::Document;
use crate::android::drawable::{self, DrawableSource, DrawnIcon};
use crate::android::manifest::Manifest;
use crate::android::value::Value;
use crate::container::zip::{Archive, Entry, Packing, ZipError};
use crate::format::apk::ResourceTable;
use crate::limits::MAX_CHUNKS;
use crate::{Finding, Icon, InspectError, Miss, Source, layer};

pub(in crate::format) const FIX: &str =
    "open the package on a device: it may show another icon than the one here";

/// Reads the icon that the manifest names, and adds findings about it.
pub(super) fn read(
    manifest: &Manifest,
    archive: &Archive,
    table: &ResourceTable,
    source: &mut dyn Source,
    findings: &mut Vec<Finding>,
) -> Result<Option<Icon>, InspectError> {
    let references = references(manifest);
    if references.is_empty() {
        findings.push(missing());
        return Ok(None);
    }
    let mut package = Package { archive, table, source, steps_left: MAX_CHUNKS };
    let drawn = drawable::icon(&mut package, &references);
    Ok(layer::optional(drawn, "unreadable-icon", FIX, findings)?.map(|drawn| note_partial(drawn, findings)))
}

/// Adds a finding that the icon was not read.
pub(in crate::format) fn skip(manifest: &Manifest, findings: &mut Vec<Finding>) {
    if !references(manifest).is_empty() {
        let message =
            "expected an icon within the limit of reads, got none: it is spread over too much of the file"
                .to_owned();
        findings.push(Finding::new(Warning, "unreadable-icon", message, FIX));
    }
}

/// The finding of a package without an icon of its own.
pub(in crate::format) fn missing() -> Finding {
    let message = "expected an icon, got none: devices show the system's".to_owned();
    Finding::new(Info, "missing-icon", message, "set `android:icon` of the application in its manifest")
}

/// The icon, and a finding if it is not whole.
pub(in crate::format) fn note_partial(drawn: DrawnIcon, findings: &mut Vec<Finding>) -> Icon {
    findings.extend(drawn.remark.map(|remark| Finding::new(Info, "partial-icon", remark, FIX)));
    drawn.icon
}

/// The icons that the manifest names, the usual one first. The framework's are not in the package.
pub(in crate::format) fn references(manifest: &Manifest) -> Vec<Value> {
    let is_own = |value: &&Value| match value {
        Value::Reference(id) => !matches!(id >> 24, 0 | 1),
        Value::Named(name) => !name.starts_with("android:"),
        Value::Text(path) => !path.is_empty(),
        _ => false,
    };
    [&manifest.icon, &manifest.round_icon].into_iter().flatten().filter(is_own).cloned().collect()
}

/// A package as the source of drawables.
struct Package<'a> {
    archive: &'a Archive,
    table: &'a ResourceTable,
    source: &'a mut dyn Source,
    steps_left: u32,
}

impl Package<'_> {
    fn unpack(&mut self, entry: &Entry, path: &str, max: u64) -> Result<Arc<[u8]>, InspectError> {
        let (directory, mut failure) = (&self.archive.directory, None);
        // As with the manifest: headers may be wrong, and Android takes the packing that works.
        for &packing in entry.likely_packings() {
            let attempt = match packing {
                Packing::Deflated => entry.inflate_cached(path, self.source, directory, max),
                Packing::Stored => entry.read(path, packing, self.source, directory, max).map(Arc::from),
            };
            match attempt {
                Ok(bytes) => return Ok(bytes),
                Err(ZipError::Miss(miss)) => return Err(miss.into()),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure
            .map_or_else(|| drawable::broken_drawable("expected a file, got none"), InspectError::from))
    }
}

impl DrawableSource for Package<'_> {
    fn choices(&mut self, reference: &Value) -> Result<Vec<Choice>, Miss> {
        let Value::Reference(id) = reference else { return Ok(Vec::new()) };
        self.table.look(self.source, &mut self.steps_left, |table| table.choices(*id))
    }

    fn sizes(&self, paths: &[&str]) -> Vec<Option<u64>> {
        self.archive.sizes(paths)
    }

    fn file(&mut self, path: &str, max: u64) -> Result<Arc<[u8]>, InspectError> {
        let Some(entry) = self.archive.find(path).map(|raw| raw.entry) else {
            return Err(drawable::broken_drawable(format!("expected `{path}` in the package, got none")));
        };
        self.unpack(&entry, path, max)
    }

    fn document<'b>(&self, bytes: &'b [u8]) -> Document<'b> {
        Document::new(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_that_lacks_a_part_is_shown_with_a_finding() {
        let icon = Icon { media_type: "image/png".to_owned(), width: None, height: None, bytes: vec![1] };
        let drawn = |remark: Option<&str>| {
            let mut findings = Vec::new();
            let drawn = DrawnIcon { icon: icon.clone(), remark: remark.map(str::to_owned) };
            assert_eq!(note_partial(drawn, &mut findings), icon);
            findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
        };
        assert_eq!((drawn(None), drawn(Some("a part"))), (vec![], vec!["partial-icon".to_owned()]));
    }
}
