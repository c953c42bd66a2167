//! What is shown of a package: rows of a label and a fact, without a view around them.

mod rows;
mod version;

pub(crate) use rows::{main_rows, more_rows};
pub(crate) use version::released_as;
