//! The engine: reads and uploads packages in a dedicated Web Worker.
//!
//! There it keeps no frame of the page waiting.
//!
//! In scope: [`message`]s from and to the page and the form in which they cross ([`structured`]), what is kept of an
//! upload ([`saved_upload`]), and, with the feature `worker`, carrying out what the pure crates decide: slices of a `File`
//! for `artifact`; requests, timers and bytes for `upload`; keeping uploads in `IndexedDB`; and seeing to it that one tab
//! drives each of them. Without the feature `inspect` it uploads files and reads no packages.
//!
//! Out of scope: deciding. What a file is, is `artifact`'s business; which request is next, `upload`'s.
//!
//! A page depends on this crate without default features. The two must be built by two runs of Cargo, because
//! one run unites the features; as a precaution the Worker's code does nothing when it finds itself in a
//! page.

#[cfg(feature = "worker")]
mod failure_text;
pub mod message;
pub mod saved_upload;
pub mod structured;
#[cfg(feature = "worker")]
mod worker;
