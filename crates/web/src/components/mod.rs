//! Pieces that more than one page is made of. None of them knows the release that is being made.
//!
//! - `dialog`: the dialog that asks before something is lost.
//! - `error_box`: an error with its title and fix.
//! - `remote`: what comes from the server, and what is shown until it is there.
//! - `package_card`: a package with its findings.
//! - `rich`: messages and facts with code and times set apart.

mod dialog;
mod error_box;
mod package_card;
mod remote;
pub(crate) mod rich;

pub(crate) use dialog::{Dialog, DialogChoice, DialogContent, DialogView};
pub(crate) use error_box::{CallError, ErrorBox};
pub(crate) use package_card::{AppIcon, FactList, PackageCard};
pub(crate) use remote::{RemoteValue, when_loaded};
