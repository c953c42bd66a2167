//! Clients of the service, but for browsers.
//!
//! `http` makes plain calls. `slipway_cli` and `appcenter_cli` run the two command lines as processes; `command` is
//! what both return.

pub mod appcenter_cli;
mod command;
pub mod http;
pub mod slipway_cli;

pub use command::CommandOutput;
