//! Apps for Apple's systems: the app's folder, and the files in it.
//!
//! [`bundle`] reads an app by its folder, which may be in an ipa, a zip or a disk image. It uses the readers of
//! property lists ([`plist`]), provisioning profiles ([`profile`]), Mach-O executables ([`macho`]) and icons
//! ([`icns`]).

pub(crate) mod bundle;
pub(crate) mod icns;
pub(crate) mod macho;
pub(crate) mod plist;
pub(crate) mod profile;
