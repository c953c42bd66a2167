//! `cargo xtask bench inspect`: how packages are read, compared with others who read them.

use std::path::Path;

use crate::bench::peers;
use crate::browser;
use crate::error::{Error, Result};
use crate::progress::{Outcome, Progress};
use crate::run;
use crate::test::CLI;
use crate::tools;
use crate::wasm::{self, ENGINE, Platform, Profile};
use crate::workspace::Workspace;

const N_STEPS: usize = 7;

/// Builds what is compared as it is shipped, fetches the peers, and lets them all read the same files.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let driver = browser::ensure_chromedriver()?;
    let peers = workspace.built().join("peers");
    let mut progress = Progress::new(N_STEPS);
    progress.quiet("tools", || tools::ensure(workspace))?;
    progress.loud("compile the engine", || {
        wasm::compile_for_browser(workspace, Profile::Release, &ENGINE).map(|()| Outcome::Done)
    })?;
    let engine = wasm::bind(workspace, Profile::Release, &ENGINE, Platform::Browser)?;
    progress.loud("compile the command line", || {
        run::shown(workspace.cargo().args(["build", "--release", "-p", CLI])).map(|()| Outcome::Done)
    })?;
    // A peer that cannot be had is left out, and said so.
    for (title, install) in peers::ALL {
        if let Err(error) = progress.loud(title, || install(workspace, &peers)) {
            error.report();
        }
    }
    let program = ["-p", "slipway-tests", "--bin", "bench_inspect"];
    run::shown(workspace.cargo().arg("build").args(program))?;
    let mut bench = workspace.cargo();
    bench.args(["run", "--quiet"]).args(program);
    bench.env("SLIPWAY_PEERS", &peers).env("SLIPWAY_ENGINE", absolute(&engine.folder)?);
    bench.env("SLIPWAY_CLI", workspace.cargo_target.join("release/slipway"));
    run::shown(bench.env("SLIPWAY_CHROMEDRIVER", driver))
}

fn absolute(path: &Path) -> Result<std::path::PathBuf> {
    std::path::absolute(path).map_err(Error::file("find", path))
}
