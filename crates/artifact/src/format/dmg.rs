//! Mac disk images: a UDIF file or a bare volume.

#[cfg(feature = "codecs")]
mod app;
#[cfg(feature = "codecs")]
mod file;
mod head;
#[cfg(feature = "codecs")]
mod image;
#[cfg(feature = "codecs")]
mod installer;
#[cfg(feature = "codecs")]
mod signature;

pub(super) use head::{has_head, has_trailer, lost_trailer};
#[cfg(feature = "codecs")]
pub(super) use image::read;

/// What to do where nothing tells the version.
#[cfg(feature = "codecs")]
const TYPE_THEM: &str = "type the version and the build when you release it";

/// Without the feature `codecs` nothing of a disk image is read.
#[cfg(not(feature = "codecs"))]
pub(super) fn read(
    _: &super::Job<'_>,
    _: &mut dyn crate::Source,
) -> Result<crate::Artifact, crate::InspectError> {
    Err(crate::InspectError::NeedsFullBuild)
}
