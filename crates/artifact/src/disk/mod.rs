//! Mac disk images, from the file down to the files on its volume.
//!
//! Each module reads what the one before it yields. [`udif`]: the image as a disk whose runs are decompressed on demand
//! ([`block_device`]). [`partition`]: the volumes on it. [`volume`]: one of three file systems, [`hfs_plus`], [`apfs`]
//! or [`fat`]. [`decmpfs`]: files that the first two store compressed. Nothing here knows apps or installers.

pub(crate) mod apfs;
pub(crate) mod block_device;
pub(crate) mod decmpfs;
pub(crate) mod fat;
pub(crate) mod hfs_plus;
pub(crate) mod partition;
pub(crate) mod udif;
pub(crate) mod volume;
