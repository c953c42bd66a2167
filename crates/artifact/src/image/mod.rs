//! Pictures.
//!
//! [`png`] reads and writes them, and converts those that Apple's tools changed. [`raster`] tells the kind and the size
//! of a PNG, WebP or JPEG from its first bytes. `data_url` writes an icon into a URL.

mod data_url;
pub(crate) mod png;
pub(crate) mod raster;
