//! Clients of App Center against both Workers on workerd: its own command line and curl as they are, and the requests
//! that other clients were recorded to send (`recorded_client`, `recordings`).

#![expect(clippy::expect_used, reason = "a test that cannot continue says why and fails")]

mod accounts;
mod curl;
mod digests;
mod fixture;
mod groups;
#[cfg(target_os = "linux")]
mod memory;
mod packages;
mod recorded_client;
mod recordings;
mod refusals;
mod releases;
