//! What is shown of a package: rows of a label and a fact, without a view around them.

mod app_id;
mod device;
mod language;
mod name;
mod order;
mod rows;
mod signer;
mod version;

pub(crate) use app_id::AppId;
pub(crate) use name::proposed_name;
pub(crate) use order::by_severity;
pub(crate) use rows::{main_rows, more_rows};
pub(crate) use version::released_as;
