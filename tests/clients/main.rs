//! Clients of App Center against both Workers on workerd: its own command line and curl as they are, and what the
//! others were seen to send.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod accounts;
mod curl;
mod desk;
mod digests;
mod groups;
#[cfg(target_os = "linux")]
mod memory;
mod packages;
mod refusals;
mod releases;
mod replays;
mod site;
mod wire;
