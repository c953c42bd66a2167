//! The API over the real router, in process, on the in-memory platform.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod access;
mod accounts;
mod apps;
mod chunks;
mod destinations;
mod faults;
mod formats;
mod install;
mod openapi;
mod processing;
mod release_uploads;
mod releases;
mod rights;
mod traps;
