//! Building everything: both Workers and the site.
//!
//! - `wasm`: from a crate to a Wasm module with its glue;
//! - `worker_bundle`: a Worker, as wrangler takes it;
//! - `site`: the portal's static files.

pub(crate) mod site;
pub(crate) mod wasm;
mod worker_bundle;

use crate::error::Result;
use crate::progress::{Outcome, Progress};
use crate::tools;
use crate::workspace::{self, Workspace};
use wasm::{EDGE, ENGINE, FULL_ENGINE, PORTAL, Profile, SERVICE};

/// The package of the command line.
pub(crate) const CLI: &str = "slipway-cli";

/// How many steps [`everything`] reports.
pub(crate) const N_STEPS: usize = 8;

/// `cargo xtask build`.
pub(crate) fn run(workspace: &Workspace, profile: Profile) -> Result<()> {
    everything(workspace, profile, &mut Progress::new(N_STEPS))?;
    println!("built into {}", workspace::relative_display(workspace, &workspace.built()));
    Ok(())
}

/// Brings everything in `target/slipway` up to date.
pub(crate) fn everything(workspace: &Workspace, profile: Profile, progress: &mut Progress) -> Result<()> {
    progress.quiet("tools", || tools::ensure(workspace))?;
    progress.loud("compile the Workers", || as_done(wasm::compile_workers(workspace, profile)))?;
    progress
        .loud("compile the portal", || as_done(wasm::compile_for_browser(workspace, profile, &PORTAL)))?;
    progress
        .loud("compile the engine", || as_done(wasm::compile_for_browser(workspace, profile, &ENGINE)))?;
    progress.loud("compile the full engine", || {
        as_done(wasm::compile_for_browser(workspace, profile, &FULL_ENGINE))
    })?;
    progress.quiet("edge Worker", || worker_bundle::build(workspace, profile, &EDGE))?;
    progress.quiet("service Worker", || worker_bundle::build(workspace, profile, &SERVICE))?;
    progress.quiet("site", || site::build(workspace, profile))
}

/// Cargo says by itself what was up to date.
fn as_done(result: Result<()>) -> Result<Outcome> {
    result.map(|()| Outcome::Done)
}
