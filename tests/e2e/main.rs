//! The whole story: the portal in a real browser, both Workers in workerd, real packages.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod bad_days;
mod bad_files;
mod bootstrap;
mod caller;
mod formats;
mod hooks;
mod invitations;
mod keyboard;
mod lost;
mod mail;
mod scene;
mod story;
mod unfinished;
mod wasm;
