//! Files that contain other files, read by the specification of their container alone.
//!
//! [`zip`]: most packages (PKWARE's APPNOTE). `cfb`: Microsoft's compound file, in which an msi keeps its database
//! (MS-CFB). `xar`: the archive of a Mac's installer package. What the files inside mean is decided in `format`.

#[cfg(feature = "windows")]
pub(crate) mod cfb;
#[cfg(feature = "mac-installers")]
pub(crate) mod xar;
pub(crate) mod zip;
