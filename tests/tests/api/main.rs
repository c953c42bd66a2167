//! The API over the real router, in process, on the in-memory platform.

mod access;
mod apps;
mod chunks;
mod faults;
mod install;
mod processing;
mod releases;
