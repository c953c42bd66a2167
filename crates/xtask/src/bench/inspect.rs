//! `cargo xtask bench inspect`: how packages are read, compared with others who read them.

use std::path::Path;

use crate::bench::peers;
use crate::build::CLI;
use crate::build::wasm::{self, ENGINE, FULL_ENGINE, Platform, Profile};
use crate::error::{Error, Result};
use crate::process;
use crate::progress::{Outcome, Progress};
use crate::tools;
use crate::tools::browser;
use crate::workspace::Workspace;

/// What can be measured by itself.
pub(crate) const PARTS: [&str; 3] = [CHROMIUM, "sizes", "corpus"];

/// Growing packages in Chromium only, which needs no peer but app-info-parser.
const CHROMIUM: &str = "chromium";

const N_STEPS: usize = 7;

/// Builds what is compared as it is shipped, fetches the peers, and lets them all read the same files.
pub(crate) fn run(workspace: &Workspace, part: Option<&str>) -> Result<()> {
    let driver = browser::ensure_chromedriver()?;
    let peers = workspace.built().join("peers");
    let is_native = part != Some(CHROMIUM);
    let mut progress = Progress::new(if is_native { N_STEPS } else { N_STEPS - 3 });
    progress.quiet("tools", || tools::ensure(workspace))?;
    for (title, engine) in [("compile the engine", &ENGINE), ("compile the full engine", &FULL_ENGINE)] {
        progress.loud(title, || {
            wasm::compile_for_browser(workspace, Profile::Release, engine)?;
            wasm::bind(workspace, Profile::Release, engine, Platform::Browser).map(|_| Outcome::Done)
        })?;
    }
    peers::fetch(peers::IN_BROWSER, workspace, &peers, &mut progress);
    if is_native {
        progress.loud("compile the command line", || {
            process::run(workspace.cargo().args(["build", "--release", "-p", CLI])).map(|()| Outcome::Done)
        })?;
        peers::NATIVE.into_iter().for_each(|peer| peers::fetch(peer, workspace, &peers, &mut progress));
    }
    let program = ["-p", "slipway-bench", "--bin", "bench_inspect"];
    process::run(workspace.cargo().arg("build").args(program))?;
    let mut bench = workspace.cargo();
    bench.args(["run", "--quiet"]).args(program).arg("--").args(part);
    bench.env("SLIPWAY_PEERS", &peers).env("SLIPWAY_ENGINES", absolute(&wasm::glue(workspace))?);
    bench.env("SLIPWAY_CLI", workspace.cargo_target.join("release/slipway"));
    process::run(bench.env("SLIPWAY_CHROMEDRIVER", driver))
}

fn absolute(path: &Path) -> Result<std::path::PathBuf> {
    std::path::absolute(path).map_err(Error::file("find", path))
}
