//! Mac disk images: a UDIF file or a bare volume.

#[cfg(feature = "mac-installers")]
mod app;
#[cfg(feature = "mac-installers")]
mod file;
mod head;
#[cfg(feature = "mac-installers")]
mod image;
#[cfg(feature = "mac-installers")]
mod installer;
#[cfg(feature = "mac-installers")]
mod signature;

pub(super) use head::{has_head, has_trailer, lost_trailer};
#[cfg(feature = "mac-installers")]
pub(super) use image::read;

/// What to do where nothing in the image states the version.
#[cfg(feature = "mac-installers")]
const TYPE_THEM: &str = "enter the version and the build when you release it";

/// Without the feature `mac-installers` nothing of a disk image is read.
#[cfg(not(feature = "mac-installers"))]
pub(super) fn read(
    _: &crate::context::InspectContext<'_>,
    _: &mut dyn crate::Source,
) -> Result<crate::Artifact, crate::InspectError> {
    Err(crate::InspectError::NeedsFullBuild)
}
