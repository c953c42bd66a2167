//! What an app package is, read from as few of its bytes as possible.
//!
//! Parsers are plain functions over a [`Source`]. When a range is not there yet they stop with a [`Miss`],
//! the driver fetches that range into [`Pages`] and calls again from the start: a parse costs well under a
//! millisecond, so restarts are free and one code serves a file, a browser's `Blob` and object storage.
//!
//! In scope, in layers: identity (id, version, build, name, minimum OS), findings about whether the package
//! installs, the icon, and who says to have signed it. Out of scope: I/O, clocks, verifying signatures.
//!
//! Packages are untrusted. Counts and sizes in headers are hints, reads and inflated bytes have budgets
//! ([`limits`]), nothing recurses without a bound, and no input makes a function panic.

mod android;
mod apple;
mod container;
mod context;
#[cfg(test)]
#[path = "../tests/support/index.rs"]
#[allow(dead_code, reason = "not every row is asked for everything")]
mod corpus_index;
#[cfg(feature = "mac-installers")]
mod disk;
mod encoding;
mod error;
mod files;
mod format;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod hints;
mod image;
mod inspect;
mod layer;
pub mod limits;
#[cfg(test)]
mod oracles;
mod pages;
mod report;
mod sorting;
mod source;
mod windows;

#[cfg(feature = "digest")]
pub use encoding::digest::{Digester, Digests};
pub use error::InspectError;
pub use hints::Hints;
pub use inspect::{DriveError, inspect, inspect_async, inspect_sync};
pub use pages::Pages;
pub use report::{
    Android, AndroidSigning, Apple, Artifact, Certificate, Component, DeviceFamily, Feature, Finding, Format,
    Icon, NestedBundle, Os, Profile, ProfileKind, Refusal, RefusalCode, Severity, Size, Slice, Volume,
    Windows, WindowsPackage, finding_title,
};
pub use source::{Miss, Source};
