//! Whole releases: the portal in a real browser, both Workers in workerd, real packages.

#![expect(clippy::expect_used, reason = "a test that cannot continue says why and fails")]

mod api_client;
mod bootstrap;
mod emails;
mod failed_uploads;
mod faults;
mod fixture;
mod formats;
mod invitations;
mod keyboard;
mod refused_files;
mod release;
mod saved_uploads;
mod wasm;
mod webhooks;
