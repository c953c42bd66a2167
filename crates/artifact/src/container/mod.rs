//! Files that hold other files.
//!
//! [`zip`] is what most packages are. [`cfb`] is Microsoft's compound file, in which an msi keeps its database, and
//! [`xar`] the archive of a Mac's installer package.

#[cfg(feature = "windows")]
pub(crate) mod cfb;
#[cfg(feature = "mac-installers")]
pub(crate) mod xar;
pub(crate) mod zip;
