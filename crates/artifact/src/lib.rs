//! What an app package is, read from as few of its bytes as possible.
//!
//! Parsers are plain functions over a [`Source`]. When a range is not there yet they stop with a [`Miss`],
//! the driver fetches that range into [`Pages`] and calls again from the start: a parse costs well under a
//! millisecond, so restarts are free and one code serves a file, a browser's `Blob` and an object store.
//!
//! In scope: identity (id, version, build, name, minimum OS) and findings about whether the package installs.
//! Out of scope: I/O, clocks, verifying signatures, and for now every format but APK.
//!
//! Packages are untrusted. Counts and sizes in headers are hints, reads and inflated bytes have budgets
//! ([`limits`]), nothing recurses, and no input makes a function panic.

mod arsc;
mod artifact;
mod axml;
mod bytes;
mod finding;
mod format;
mod inspect;
pub mod limits;
mod manifest;
mod pages;
mod refusal;
mod source;
mod string_pool;
mod zip;

pub use artifact::{Artifact, Format, Os};
pub use finding::{Finding, Severity};
pub use inspect::{DriveError, InspectError, inspect, inspect_async, inspect_sync};
pub use pages::Pages;
pub use refusal::{Refusal, RefusalCode};
pub use source::{Miss, Source};
