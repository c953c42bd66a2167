//! What the tests stand on.
//!
//! For the API in process: an in-memory platform that fails on command ([`memory`]), and the router on it
//! ([`api`]). For the whole story: both Workers in workerd ([`stack`]), a proxy that breaks what passes it
//! ([`proxy`]), a bad network ([`wire`]) and a gate that turns requests away ([`gate`]) for what is too large for it,
//! TLS before it ([`tls`]), real clients ([`appcenter_cli`]), a site that is told of news ([`receiver`]), and a
//! real browser ([`browser`]), also on pages of ours ([`pages`]). For both: real packages ([`package`]).

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

pub mod api;
pub mod appcenter_cli;
pub mod browser;
mod draw;
pub mod gate;
pub mod memory;
pub mod package;
pub mod pages;
pub mod patience;
pub mod processes;
pub mod proxy;
pub mod receiver;
pub mod slipway_cli;
pub mod stack;
pub mod tls;
pub mod wire;

pub use api::{Answer, Api, Upload};
pub use appcenter_cli::AppCenterCli;
pub use browser::Browser;
pub use gate::Gate;
pub use memory::{Fault, Memory, Strike, When};
pub use proxy::Proxy;
pub use receiver::Receiver;
pub use slipway_cli::SlipwayCli;
pub use stack::Stack;
pub use tls::Authority;
pub use wire::Wire;
