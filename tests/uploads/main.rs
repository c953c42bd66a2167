//! Large uploads from real browsers, over a bad network, into both Workers in workerd.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod beyond;
mod cancel;
mod changed;
mod faults;
mod pause;
mod resume;
mod scene;
mod tabs;
