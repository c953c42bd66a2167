//! What the tests stand on: an in-memory platform that fails on command, the API in process, and packages.

pub mod api;
pub mod memory;
pub mod package;

pub use api::{Answer, Api, Upload};
pub use memory::{Fault, Memory, When};
