//! What an app package is, read from as few of its bytes as possible.
//!
//! Parsers are plain functions over a [`Source`]. When a range is not there yet they stop with a [`Miss`],
//! the driver fetches that range into [`Pages`] and calls again from the start: a parse costs well under a
//! millisecond, so restarts are free and one code serves a file, a browser's `Blob` and an object store.
//!
//! In scope, in layers: identity (id, version, build, name, minimum OS), findings about whether the package
//! installs, the icon, and who says to have signed it. Out of scope: I/O, clocks, verifying signatures.
//!
//! Packages are untrusted. Counts and sizes in headers are hints, reads and inflated bytes have budgets
//! ([`limits`]), nothing recurses without a bound, and no input makes a function panic.

mod android;
#[cfg(feature = "codecs")]
mod apfs;
mod apple;
mod appx;
mod arsc;
mod artifact;
mod asn1;
mod axml;
mod base64;
#[cfg_attr(not(feature = "codecs"), allow(dead_code))]
mod big_endian;
mod bundle;
mod bytes;
mod certificate;
#[cfg(feature = "codecs")]
mod cfb;
mod cms;
#[cfg(feature = "codecs")]
mod codec;
mod codepage;
#[cfg(test)]
#[path = "../tests/support/index.rs"]
#[allow(dead_code, reason = "not every row is asked for everything")]
mod corpus_index;
mod crc32;
mod decimal;
#[cfg(feature = "codecs")]
mod decmpfs;
#[cfg(feature = "digest")]
mod digest;
#[cfg(feature = "codecs")]
mod disk;
mod drawable;
#[cfg(feature = "codecs")]
mod fat;
mod files;
mod finding;
mod format;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "codecs")]
mod hfs_plus;
mod hints;
mod icns;
#[cfg(feature = "codecs")]
mod ico;
mod icon;
mod inspect;
mod layer;
pub mod limits;
#[cfg(feature = "codecs")]
mod lzvn;
mod macho;
mod manifest;
#[cfg(feature = "codecs")]
mod msi;
#[cfg(test)]
mod oracles;
mod order;
mod pages;
#[cfg(feature = "codecs")]
mod partition;
#[cfg(feature = "codecs")]
mod pe;
mod plist;
mod png;
mod pri;
mod profile;
mod proto;
mod proto_xml;
mod quantity;
mod raster;
mod refusal;
mod source;
mod string_pool;
mod time;
#[cfg(feature = "codecs")]
mod udif;
#[cfg(feature = "codecs")]
mod volume;
mod windows;
mod x509;
#[cfg(feature = "codecs")]
mod xar;
mod xml;
mod zip;

pub use android::{Android, AndroidSigning, Feature};
pub use apple::{Apple, Component, NestedBundle, Profile, ProfileKind, Slice, Volume};
pub use artifact::{Artifact, Format, Os};
pub use certificate::Certificate;
#[cfg(feature = "digest")]
pub use digest::{Digester, Digests};
pub use finding::{Finding, Severity};
pub use hints::Hints;
pub use icon::Icon;
pub use inspect::{DriveError, InspectError, inspect, inspect_async, inspect_sync};
pub use pages::Pages;
pub use quantity::Size;
pub use refusal::{Refusal, RefusalCode};
pub use source::{Miss, Source};
pub use windows::{DeviceFamily, Windows, WindowsPackage};
