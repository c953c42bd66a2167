//! Large uploads from real browsers, over a network with faults, into both Workers in workerd.

#![expect(clippy::expect_used, reason = "a test that cannot continue says why and fails")]

mod beyond_4_gib;
mod cancel;
mod changed;
mod faults;
mod fixture;
mod pause;
mod resume;
mod tabs;
