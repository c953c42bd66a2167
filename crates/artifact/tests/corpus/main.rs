//! Every package of the corpus, against what independent tools read from it.

mod android;
mod android_facts;
mod apple;
mod compare;
mod dmg;
mod msi;
mod pkg;
#[path = "../support/mod.rs"]
mod support;
mod windows;
mod zip;
