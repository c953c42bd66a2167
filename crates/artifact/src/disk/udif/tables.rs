//! The index of an image: its tables by name, from the property list or an old resource fork.

use std::sync::Arc;

use crate::apple::plist::{self, Value};
use crate::disk::block_device::{damaged_image, too_large};
use crate::disk::udif::Trailer;
use crate::disk::udif::resource_fork::resources;
use crate::limits::MAX_IMAGE_INDEX;
use crate::report::quantity::sizes;
use crate::{InspectError, Source};

/// Reads all tables and serializes them for [`iter`]. The source keeps that: the property list is long, and a miss
/// would parse it again.
pub(super) fn read(source: &mut dyn Source, trailer: &Trailer) -> Result<Arc<[u8]>, InspectError> {
    let (offset, len) = if trailer.plist.1 > 0 { trailer.plist } else { trailer.resource_fork };
    if let Some(packed) = source.recall(offset) {
        return Ok(packed);
    }
    if len > MAX_IMAGE_INDEX {
        let (expected, got) = sizes(MAX_IMAGE_INDEX, len);
        let message = format!("expected an index of the image of at most {expected}, got {got}");
        return Err(too_large(message));
    }
    let bytes = source.get(offset, len as usize)?;
    let packed: Arc<[u8]> =
        if trailer.plist.1 > 0 { from_plist(bytes)? } else { from_resource_fork(bytes) }.into();
    if packed.is_empty() {
        return Err(damaged_image("expected tables of runs in the index of the image, got none"));
    }
    source.keep(offset, &packed);
    Ok(packed)
}

fn from_plist(bytes: &[u8]) -> Result<Vec<u8>, InspectError> {
    let bytes = bytes.trim_ascii_end();
    let list = plist::parse(bytes.strip_suffix(b"\0").unwrap_or(bytes))
        .map_err(|error| damaged_image(format!("index of the image: {error}")))?;
    let tables = list.at("resource-fork").and_then(|fork| fork.at("blkx")).map_or(&[][..], Value::items);
    let mut packed = Vec::new();
    for table in tables {
        let name =
            table.at("Name").or_else(|| table.at("CFName")).and_then(Value::string).unwrap_or_default();
        let bytes = table.at("Data").and_then(Value::data).unwrap_or_default();
        push(&mut packed, name, bytes);
    }
    Ok(packed)
}

fn from_resource_fork(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    for (name, bytes) in resources(bytes, b"blkx") {
        push(&mut packed, &name, bytes);
    }
    packed
}

fn push(packed: &mut Vec<u8>, name: &str, bytes: &[u8]) {
    for part in [name.as_bytes(), bytes] {
        packed.extend_from_slice(&(part.len() as u64).to_le_bytes());
        packed.extend_from_slice(part);
    }
}

/// Name and content of each table.
pub(super) fn iter(packed: &[u8]) -> impl Iterator<Item = (&str, &[u8])> {
    let mut rest = packed;
    let mut part = move || {
        let (len, after) = rest.split_first_chunk::<8>()?;
        let (part, after) = after.split_at_checked(usize::try_from(u64::from_le_bytes(*len)).ok()?)?;
        rest = after;
        Some(part)
    };
    std::iter::from_fn(move || Some((std::str::from_utf8(part()?).ok()?, part()?)))
}
