//! Mac installers: a xar archive.

use crate::format::{Job, unknown};
use crate::{Artifact, InspectError, Miss, Source};

/// Whether the file begins as one does.
pub(super) fn has_head(_source: &mut dyn Source) -> Result<bool, Miss> {
    Ok(false)
}

/// Reads the file that [`has_head`] knew.
pub(super) fn read(_job: &Job<'_>, _source: &mut dyn Source) -> Result<Artifact, InspectError> {
    Err(unknown::not_yet("pkg").into())
}
