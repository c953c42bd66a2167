//! Slipway's own command line against both Workers on workerd.

#![expect(clippy::expect_used, reason = "a test that cannot continue says why and fails")]

mod files;
mod fixture;
mod lists;
mod login;
mod network;
mod releases;
mod resume;
