//! Files inside Windows packages and installers.
//!
//! [`appx`]: manifests, signatures and logos of appx and msix packages and of their bundles. [`pri`]: the index of
//! their localized texts. `msi`: the database of an installer. `pe` and `ico`: the resources of a program, and the icon
//! that an installer shows.

pub(crate) mod appx;
#[cfg(feature = "windows")]
pub(crate) mod ico;
#[cfg(feature = "windows")]
pub(crate) mod msi;
#[cfg(feature = "windows")]
pub(crate) mod pe;
pub(crate) mod pri;
