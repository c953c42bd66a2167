//! What `cargo xtask bench upload` has built and fetched.

use std::env;
use std::path::PathBuf;
use std::process::Command;

/// Where everything is.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// The peers with their pages and servers.
    pub(crate) peers: PathBuf,
    /// The programs of the project's own `node_modules`.
    pub(crate) tools: PathBuf,
    /// The command line, `slipway`.
    pub(crate) cli: PathBuf,
    /// What browsers load, as [`sizes`](crate::sizes) reads it.
    pub(crate) sizes: String,
    /// The glue of the crates that are built for browsers.
    pub(crate) glue: PathBuf,
}

impl Environment {
    pub(crate) fn read() -> Environment {
        Environment {
            peers: path("SLIPWAY_PEERS"),
            tools: path("SLIPWAY_TOOLS"),
            cli: path("SLIPWAY_CLI"),
            sizes: env::var("SLIPWAY_SIZES").unwrap_or_default(),
            glue: path("SLIPWAY_ENGINES"),
        }
    }

    /// Whether the peers could be fetched.
    pub(crate) fn has_peers(&self) -> bool {
        self.peers.join("bundled/uppy.js").is_file()
    }

    /// The project's own Node. Programs that it starts find the project's tools first.
    pub(crate) fn node(&self) -> Command {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.tools.clone()).chain(env::split_paths(&path));
        let mut command = Command::new(self.tools.join("node"));
        command
            .env("PATH", env::join_paths(folders).unwrap_or(path))
            // wrangler must not prompt, and not send metrics.
            .env("CI", "1")
            .env("FORCE_COLOR", "0")
            .env("WRANGLER_SEND_METRICS", "false")
            .env("WRANGLER_SEND_ERROR_REPORTS", "false")
            .env("WRANGLER_WRITE_LOGS", "false")
            .env("CLOUDFLARE_CF_FETCH_ENABLED", "false");
        command
    }
}

fn path(name: &str) -> PathBuf {
    let value =
        env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: use `cargo xtask bench upload`"));
    value.into()
}
