//! Files inside Windows packages.
//!
//! [`appx`] has the manifests, signatures and logos of appx and msix packages and of their bundles; [`pri`] is the
//! index of their texts. [`msi`] is the database of an installer; [`pe`] and [`ico`] find the icon that it shows.

pub(crate) mod appx;
#[cfg(feature = "windows")]
pub(crate) mod ico;
#[cfg(feature = "windows")]
pub(crate) mod msi;
#[cfg(feature = "windows")]
pub(crate) mod pe;
pub(crate) mod pri;
