//! `cargo xtask bench upload`: how packages are uploaded, compared with others who do.

use std::path::Path;

use crate::bench::{self, peers};
use crate::build::wasm::{self, MEASURED_ENGINE, Platform, Profile};
use crate::build::{self, CLI};
use crate::error::{Error, Result};
use crate::process;
use crate::progress::{Outcome, Progress};
use crate::tools::browser;
use crate::workspace::Workspace;

/// What can be measured by itself.
pub(crate) const PARTS: [&str; 5] = ["plain", "delay", "faults", "hash", "memory"];

/// What is measured; everything that it leaves out is as the program has it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Choice {
    /// One of the parts.
    pub(crate) only: Option<String>,
    /// Counted runs of each contestant.
    pub(crate) runs: Option<u32>,
    /// Megabytes of the packages.
    pub(crate) sizes: Vec<u32>,
}

impl Choice {
    fn args(&self) -> Vec<String> {
        let sizes: Vec<_> = self.sizes.iter().map(u32::to_string).collect();
        let sizes = Some(sizes.join(",")).filter(|sizes| !sizes.is_empty());
        let args = [
            ("--only", self.only.clone()),
            ("--runs", self.runs.map(|runs| runs.to_string())),
            ("--sizes", sizes),
        ];
        let given_args = args.into_iter().filter_map(|(name, value)| Some([name.to_owned(), value?]));
        given_args.flatten().collect()
    }
}

/// Builds what is shipped, fetches the peers, and lets them all upload the same packages.
pub(crate) fn run(workspace: &Workspace, choice: &Choice) -> Result<()> {
    let driver = browser::ensure_chromedriver()?;
    let folder = workspace.built().join("peers");
    let mut progress = Progress::new(build::N_STEPS + 3);
    build::everything(workspace, Profile::Release, &mut progress)?;
    progress.loud("compile the engine that is measured", || {
        wasm::compile_for_browser(workspace, Profile::Release, &MEASURED_ENGINE)?;
        wasm::bind(workspace, Profile::Release, &MEASURED_ENGINE, Platform::Browser).map(|_| Outcome::Done)
    })?;
    progress.loud("compile the command line", || {
        process::run(workspace.cargo().args(["build", "--release", "-p", CLI])).map(|()| Outcome::Done)
    })?;
    peers::fetch(peers::UPLOAD, workspace, &folder, &mut progress);
    let glue = wasm::glue(workspace);
    let mut measured = bench::measured_command(workspace, "bench_upload")?;
    measured
        .arg("--")
        .args(choice.args())
        .env("SLIPWAY_CHROMEDRIVER", driver)
        .env("SLIPWAY_PEERS", peers::upload_folder(&folder))
        .env("SLIPWAY_SIZES", sizes(workspace, &folder)?)
        .env("SLIPWAY_TOOLS", workspace.root.join("node_modules/.bin"))
        .env("SLIPWAY_CLI", workspace.cargo_target.join("release/slipway"))
        .env("SLIPWAY_ENGINES", std::path::absolute(&glue).map_err(Error::file("find", &glue))?);
    process::run(&mut measured)
}

/// What browsers load, in gzip, as the program reads it: the engine with and without its parsers, and the peers.
fn sizes(workspace: &Workspace, peers: &Path) -> Result<String> {
    let bundled = peers::upload_folder(peers).join("bundled");
    let mut sizes = bench::sizes(workspace)?;
    for (what, file) in [("Uppy, core and aws-s3", "uppy.js"), ("tus-js-client", "tus.js")] {
        let file = bundled.join(file);
        if file.is_file() {
            sizes.push(bench::size(workspace, what, "gzip", &[file])?);
        }
    }
    let named = sizes.iter().filter(|size| size.how == "gzip" && !size.what.contains("Worker"));
    Ok(named.map(|size| format!("{}={}", size.what, size.compressed)).collect::<Vec<_>>().join(";"))
}
