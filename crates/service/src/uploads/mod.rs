//! Uploads: from the first call to the release.

pub(crate) mod file_name;
pub mod ledger;
pub(crate) mod package_form;
pub(crate) mod process;
