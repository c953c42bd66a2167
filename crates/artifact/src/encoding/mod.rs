//! Encodings that the formats of several platforms share: numbers, texts, dates, signatures, compressed bytes.
//!
//! Numbers: [`bytes`] (little-endian), [`big_endian`], [`decimal`]. Texts: [`base64`], [`codepage`], [`xml`], and
//! dates in [`time`]. Signatures: [`asn1`], [`cms`] and [`x509`]. Compression: `codec` and `lzvn`. Checksums:
//! [`crc32`], and `digest` for whole files. Nothing here knows a package format or reads a `Source`.

pub(crate) mod asn1;
pub(crate) mod base64;
#[cfg_attr(not(feature = "mac-installers"), allow(dead_code))]
pub(crate) mod big_endian;
pub(crate) mod bytes;
pub(crate) mod cms;
#[cfg(feature = "mac-installers")]
pub(crate) mod codec;
pub(crate) mod codepage;
pub(crate) mod crc32;
pub(crate) mod decimal;
#[cfg(feature = "digest")]
pub(crate) mod digest;
#[cfg(feature = "mac-installers")]
pub(crate) mod lzvn;
pub(crate) mod time;
pub(crate) mod x509;
pub(crate) mod xml;
