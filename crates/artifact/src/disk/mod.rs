//! Mac disk images, from the file down to the files on its volume.
//!
//! [`udif`] unpacks the image to a disk ([`block_device`]), [`partition`] finds the volumes on it. A [`volume`] has
//! one of three file systems: [`hfs_plus`], [`apfs`] or [`fat`]. [`decmpfs`] unpacks the files that the first two
//! keep compressed.

pub(crate) mod apfs;
pub(crate) mod block_device;
pub(crate) mod decmpfs;
pub(crate) mod fat;
pub(crate) mod hfs_plus;
pub(crate) mod partition;
pub(crate) mod udif;
pub(crate) mod volume;
