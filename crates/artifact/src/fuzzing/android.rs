//! Resources and drawables of Android packages.

use std::sync::Arc;

use crate::android::arsc::{Choice, Config, SearchRange, Table};
use crate::android::axml::Document;
use crate::android::drawable::{self, DrawableSource};
use crate::android::value::Value;
use crate::limits::MAX_CHUNKS;
use crate::source::Memory;
use crate::{Android, Artifact, Format, InspectError, Miss, Os};

/// The file beside a package that its signature by scheme v4 lies in.
pub(super) fn idsig(bytes: &[u8]) {
    let mut artifact = Artifact::new(Format::Apk, Os::Android, 0);
    artifact.android = Some(Android::default());
    artifact.note_v4_signature(bytes);
}

/// Follows references as manifests have them: to the first entries of an app's first types.
pub(super) fn arsc(bytes: &[u8]) {
    let mut source = Memory(bytes);
    let mut table = Table::new(&mut source, MAX_CHUNKS);
    for id in (0..16).flat_map(|kind| [0, 1, 31].map(|entry| 0x7f00_0000 | kind << 16 | entry)) {
        drop(table.resolve(Value::Reference(id)));
        drop(table.choices(id));
        drop(table.labels(id, SearchRange::WHOLE));
    }
}

/// A drawable that refers to itself, whatever it refers to.
struct SelfReference<'a> {
    bytes: &'a [u8],
    is_proto: bool,
}

impl DrawableSource for SelfReference<'_> {
    fn choices(&mut self, _: &Value) -> Result<Vec<Choice>, Miss> {
        let file = |path: &str| Choice { config: Config::default(), value: Value::Text(path.to_owned()) };
        Ok(vec![file("res/a.xml"), file("res/a.png")])
    }

    fn sizes(&self, paths: &[&str]) -> Vec<Option<u64>> {
        vec![Some(self.bytes.len() as u64); paths.len()]
    }

    fn file(&mut self, _: &str, _: u64) -> Result<Arc<[u8]>, InspectError> {
        Ok(self.bytes.into())
    }

    fn document<'b>(&self, bytes: &'b [u8]) -> Document<'b> {
        if self.is_proto { Document::proto(bytes) } else { Document::new(bytes) }
    }
}

pub(super) fn drawable(bytes: &[u8]) {
    draw(SelfReference { bytes, is_proto: false });
}

/// The elements of a document in its other form, and what they draw.
pub(super) fn proto(bytes: &[u8]) {
    let mut document = Document::proto(bytes);
    while let Some(element) = document.next_element() {
        drop(element.attribute(0x0101_0003, "name"));
        drop(element.plain_attribute("package"));
    }
    draw(SelfReference { bytes, is_proto: true });
}

fn draw(mut resources: SelfReference<'_>) {
    drop(drawable::icon(&mut resources, &[Value::Reference(0x7f01_0000)]));
}
