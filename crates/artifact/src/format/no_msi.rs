//! Windows installers in builds without the feature `windows`: recognised, not read.

use crate::context::InspectContext;
use crate::{Artifact, InspectError, Miss, Source};

const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Whether the file begins as one does.
pub(super) fn has_head(source: &mut dyn Source) -> Result<bool, Miss> {
    Ok(source.get(0, MAGIC.len())? == MAGIC)
}

/// Asks for another build.
pub(super) fn read(_: &InspectContext<'_>, _: &mut dyn Source) -> Result<Artifact, InspectError> {
    Err(InspectError::NeedsFullBuild)
}
