//! Building everything: both Workers and the site.

use crate::error::Result;
use crate::portal;
use crate::progress::{Outcome, Progress};
use crate::tools;
use crate::wasm::{self, EDGE, ENGINE, FULL_ENGINE, PORTAL, Profile, SERVICE};
use crate::worker_bundle;
use crate::workspace::{self, Workspace};

/// How many steps [`everything`] reports.
pub(crate) const N_STEPS: usize = 8;

/// `cargo xtask build`.
pub(crate) fn run(workspace: &Workspace, profile: Profile) -> Result<()> {
    everything(workspace, profile, &mut Progress::new(N_STEPS))?;
    println!("built into {}", workspace::shown(workspace, &workspace.built()));
    Ok(())
}

/// Brings everything in `target/slipway` up to date.
pub(crate) fn everything(workspace: &Workspace, profile: Profile, progress: &mut Progress) -> Result<()> {
    progress.quiet("tools", || tools::ensure(workspace))?;
    progress.loud("compile the Workers", || done(wasm::compile_workers(workspace, profile)))?;
    progress.loud("compile the portal", || done(wasm::compile_for_browser(workspace, profile, &PORTAL)))?;
    progress.loud("compile the engine", || done(wasm::compile_for_browser(workspace, profile, &ENGINE)))?;
    progress.loud("compile the full engine", || {
        done(wasm::compile_for_browser(workspace, profile, &FULL_ENGINE))
    })?;
    progress.quiet("edge Worker", || worker_bundle::build(workspace, profile, &EDGE))?;
    progress.quiet("service Worker", || worker_bundle::build(workspace, profile, &SERVICE))?;
    progress.quiet("site", || portal::build(workspace, profile))
}

fn done(result: Result<()>) -> Result<Outcome> {
    result.map(|()| Outcome::Done)
}
