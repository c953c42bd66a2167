//! `cargo xtask bench`: what a user has to wait for, in figures.

pub(crate) mod inspect;
mod peers;
pub(crate) mod upload;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build;
use crate::build::site;
use crate::build::wasm::Profile;
use crate::error::{Error, Result};
use crate::files;
use crate::process;
use crate::progress::Progress;
use crate::tools::npm;
use crate::workspace::Workspace;
use upload::Choice;

/// node has both compressors built in, optimised.
const SIZES: &str = include_str!("../js/sizes.mjs");

/// Builds what is shipped, prints its sizes, and lets every contestant upload the smaller package on loopback.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    print_sizes(workspace)?;
    upload::run(workspace, &Choice { only: Some("plain".to_owned()), runs: None, sizes: vec![200] })
}

/// Builds what is shipped and measures the service's calls on it.
pub(crate) fn service(workspace: &Workspace) -> Result<()> {
    build::everything(workspace, Profile::Release, &mut Progress::new(build::N_STEPS))?;
    process::run(&mut measured_command(workspace, "bench_service")?)
}

/// A program that measures, with what it starts stacks by.
fn measured_command(workspace: &Workspace, program: &str) -> Result<Command> {
    // Two processors are few: nothing is compiled while it measures.
    let measure = ["-p", "slipway-bench", "--bin", program];
    process::run(workspace.cargo().arg("build").args(measure))?;
    let xtask = std::env::current_exe().map_err(|source| Error::Start { program: "xtask".into(), source })?;
    let mut cargo = workspace.cargo();
    cargo.args(["run", "--quiet"]).args(measure).env("SLIPWAY_XTASK", xtask);
    Ok(cargo)
}

/// Builds what is shipped and prints its sizes.
pub(crate) fn print_sizes(workspace: &Workspace) -> Result<()> {
    build::everything(workspace, Profile::Release, &mut Progress::new(build::N_STEPS))?;
    println!();
    for size in sizes(workspace)? {
        println!("{:<28} {:>9} bytes {}, {} plain", size.what, size.compressed, size.how, size.plain);
    }
    Ok(())
}

/// One figure of the size budget.
pub(crate) struct Size {
    pub(crate) what: &'static str,
    pub(crate) how: &'static str,
    pub(crate) plain: u64,
    /// The files' compressed sizes added up, as each travels alone.
    pub(crate) compressed: u64,
}

/// Measures what is built.
pub(crate) fn sizes(workspace: &Workspace) -> Result<Vec<Size>> {
    let built = workspace.built();
    let worker = |name: &str| ["index.js", "index_bg.wasm"].map(|file| built.join(name).join(file)).to_vec();
    let site = built.join("site");
    let (engine, full, page) = first_load(&site)?;
    let upload_engine = site::upload_engine(workspace, Profile::Release)?;
    Ok(vec![
        size(workspace, "edge Worker", "gzip", &worker("edge"))?,
        size(workspace, "service Worker", "gzip", &worker("worker"))?,
        size(workspace, "portal, first load", "brotli", &page)?,
        size(workspace, "engine", "brotli", &engine)?,
        size(workspace, "engine", "gzip", &engine)?,
        size(workspace, "full engine", "gzip", &full)?,
        size(workspace, "upload engine", "gzip", &upload_engine)?,
    ])
}

/// The files of both engines, and those of the page: index.html and the assets that it names.
fn first_load(site: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>, Vec<PathBuf>)> {
    let index = site.join("index.html");
    let html = std::fs::read_to_string(&index).map_err(Error::file("read", &index))?;
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let assets = files::list(&site.join("assets"))?.into_keys();
    let (engine, others): (Vec<_>, Vec<_>) = assets.partition(|path| name(path).starts_with("engine"));
    let (full, others): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|path| name(path).starts_with("full-engine"));
    // The portal's script names its module itself; the page only may.
    let is_named = |path: &PathBuf| name(path).starts_with("portal") || html.contains(&name(path));
    Ok((engine, full, others.into_iter().filter(is_named).chain([index]).collect()))
}

fn size(workspace: &Workspace, what: &'static str, how: &'static str, files: &[PathBuf]) -> Result<Size> {
    let mut node = npm::tool(workspace, "node");
    let json = process::output(node.args(["--input-type=module", "--eval", SIZES, "--"]).args(files))?;
    let sizes: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
    let sum = |key: &str| sizes.as_array().into_iter().flatten().filter_map(|size| size[key].as_u64()).sum();
    Ok(Size { what, how, plain: sum("plain"), compressed: sum(how) })
}
