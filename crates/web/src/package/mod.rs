//! What is shown of a package: rows of a label and a fact, without a view around them.

mod rows;

pub(crate) use rows::{main_rows, more_rows};
