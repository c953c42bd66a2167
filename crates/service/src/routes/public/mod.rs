//! Calls whose address is the permission: the install page, downloads by signed links, icons, and the link that
//! unsubscribes from e-mails.

pub(crate) mod download;
pub(crate) mod icon;
pub(crate) mod install;
pub(crate) mod unsubscribe;
