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
//! ([`limits`]), nothing recurses, and no input makes a function panic.

mod android;
mod apple;
mod arsc;
mod artifact;
#[allow(dead_code)]
mod asn1;
mod axml;
mod bytes;
mod certificate;
#[cfg(feature = "digest")]
mod digest;
#[allow(dead_code)]
mod cms;
#[allow(dead_code)]
mod files;
mod finding;
mod format;
mod hints;
mod icon;
mod inspect;
#[allow(dead_code)]
mod layer;
pub mod limits;
mod manifest;
mod pages;
mod refusal;
mod source;
mod string_pool;
#[allow(dead_code)]
mod time;
mod windows;
#[allow(dead_code)]
mod x509;
#[allow(dead_code)]
mod xml;
#[allow(dead_code)]
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
pub use refusal::{Refusal, RefusalCode};
pub use source::{Miss, Source};
pub use windows::{DeviceFamily, Windows, WindowsPackage};
