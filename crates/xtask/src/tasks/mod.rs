//! The tasks, a file each: what `cargo xtask <task>` does. (`bench` and `build` are rooms of their own.)
//!
//! - `dev` builds, runs and watches, by `watch`; `serve` runs what is built, for tests;
//! - `test` is the list of all checks;
//! - `bootstrap` makes the first account of an installation, and API tokens.

pub(crate) mod bootstrap;
pub(crate) mod dev;
pub(crate) mod serve;
pub(crate) mod test;
mod watch;
