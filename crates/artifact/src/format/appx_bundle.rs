//! Windows bundles: `AppxMetadata/AppxBundleManifest.xml` and stored packages in a zip.

use crate::format::{Job, unknown};
use crate::zip::Archive;
use crate::{Artifact, InspectError, Source};

/// Reads the package whose zip directory was found.
pub(super) fn read(
    _job: &Job<'_>,
    _source: &mut dyn Source,
    _archive: &Archive,
) -> Result<Artifact, InspectError> {
    Err(unknown::not_yet("appx_bundle").into())
}
