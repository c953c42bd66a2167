//! The API over the real router, in process, on the in-memory platform.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod accounts;
mod apps;
mod chunks;
mod crashes;
mod destinations;
mod digests;
mod docs;
mod errors;
mod faults;
mod formats;
mod install;
mod limits;
mod openapi;
mod processing;
mod queries;
mod release_uploads;
mod releases;
mod rights;
mod stories;
mod telling;
mod traps;
mod versions;
