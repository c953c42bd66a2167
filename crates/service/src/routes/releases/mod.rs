//! Releases: `list`, `show`, `update` (and delete), those that are hosted elsewhere (`external`), the `destinations` to which
//! they are distributed, and their `install_links`.

pub(crate) mod destinations;
mod external;
pub(crate) mod install_links;
mod list;
mod show;
mod update;

pub(crate) use external::create_external;
pub(crate) use list::{list, of_tester, recent};
pub(crate) use show::{provisioning_profile, show};
pub(crate) use update::{delete, update};
