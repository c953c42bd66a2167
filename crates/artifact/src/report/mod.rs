//! The result of an inspection: plain types without parsers, which other crates use as they are.
//!
//! [`artifact`] has the whole of it, with what all formats share. What only one platform's packages have is in
//! [`android`], [`apple`] and [`windows`]; who signed is in [`certificate`], the picture in [`icon`]. What is wrong
//! is a [`finding`], or a [`refusal`] where the file cannot be released at all. [`quantity`] writes counts and
//! sizes for their messages.

mod android;
mod apple;
mod artifact;
mod certificate;
mod finding;
mod icon;
pub(crate) mod quantity;
mod refusal;
mod windows;

pub use android::{Android, AndroidSigning, Feature};
pub use apple::{Apple, Component, NestedBundle, Profile, ProfileKind, Slice, Volume};
pub use artifact::{Artifact, Format, Os};
pub use certificate::Certificate;
pub use finding::{Finding, Severity, finding_title};
pub use icon::Icon;
pub use quantity::Size;
pub use refusal::{Refusal, RefusalCode};
pub use windows::{DeviceFamily, Windows, WindowsPackage};
