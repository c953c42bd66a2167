//! A package as plain data, without a view: the file that was picked, and what is shown of it.
//!
//! - `picked_file`: the file, by a name of its own.
//! - `rows`: labels and facts; `device`, `language` and `signer` name what is in them.
//! - `order`: which finding comes first; `version`: a package as it is released.
//! - `app_id`, `name`: what the package says of the app it belongs to.

mod app_id;
mod device;
mod language;
mod name;
mod order;
mod picked_file;
mod rows;
mod signer;
mod version;

pub(crate) use app_id::AppIdTexts;
pub(crate) use name::proposed_name;
pub(crate) use order::by_severity;
pub(crate) use picked_file::PickedFile;
pub(crate) use rows::{main_rows, more_rows};
pub(crate) use version::released_as;
