//! Every package of the corpus, against what independent tools read from it.

mod android;
mod android_bundles;
mod android_details;
mod android_icons;
mod apple;
mod budget;
mod compare;
mod dmg;
mod msi;
mod pkg;
#[path = "../support/mod.rs"]
mod support;
mod windows;
mod zip;
