//! The API over the real router, in process, on the platform in memory.
//!
//! Most files are named after what they test. `scenarios` are sequences of calls that `write_faults` repeats with every
//! write failing; `client_quirks` has what real clients depend on.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot continue fails")]

mod access;
mod accounts;
mod apps;
mod client_quirks;
mod destinations;
mod docs;
mod errors;
mod faults;
mod formats;
mod install;
mod limits;
mod notifications;
mod openapi;
mod queries;
mod releases;
mod rights;
mod scenarios;
mod uploads;
mod versions;
mod write_faults;
