//! Files inside apps for Apple's systems, and the app itself as a folder of them.
//!
//! [`bundle`] reads an app wherever its folder is, in an ipa, a zip or a disk image. What it needs for that:
//! property lists ([`plist`]), provisioning profiles ([`profile`]), executables ([`macho`]) and icons ([`icns`]).

pub(crate) mod bundle;
pub(crate) mod icns;
pub(crate) mod macho;
pub(crate) mod plist;
pub(crate) mod profile;
