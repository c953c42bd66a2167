//! What the suites and the benches are built on.
//!
//! - [`api`]: the service's router in process, on a platform in memory whose operations fail on demand ([`memory`]).
//! - [`stack`]: both Workers in workerd, as a process.
//! - [`network`]: a network with faults below HTTP. [`proxy`]: proxies with faults in HTTP. [`servers`]: small servers.
//! - [`browser`]: real browsers. [`clients`]: command lines and plain HTTP.
//! - [`package`]: packages of the corpus, and large ones made from them.
//! - [`deadline`], [`processes`], [`temp_folder`] and `random` are what all of these use.

#![expect(clippy::expect_used, reason = "a test that cannot continue says why and fails")]

pub mod api;
pub mod browser;
pub mod clients;
pub mod deadline;
pub mod memory;
pub mod network;
pub mod package;
pub mod processes;
pub mod proxy;
mod random;
pub mod servers;
pub mod stack;
pub mod temp_folder;

pub use api::{Api, ApiResponse, Upload};
pub use browser::Browser;
pub use clients::CommandOutput;
pub use clients::appcenter_cli::AppCenterCli;
pub use clients::slipway_cli::SlipwayCli;
pub use memory::{Fault, MemoryPlatform, When, WriteFault};
pub use network::FaultyNetwork;
pub use proxy::tls::CertificateAuthority;
pub use proxy::{FaultyProxy, streaming::StreamingProxy};
pub use servers::WebhookReceiver;
pub use stack::{SharedStack, Stack};
pub use temp_folder::TempFolder;
