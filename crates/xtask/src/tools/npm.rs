//! What comes from npm: the tools node, wrangler, esbuild and binaryen, and the clients that are tested against, in the
//! versions that their package.json names.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};
use crate::process;
use crate::progress::Outcome;
use crate::stamp::{self, Inputs};
use crate::workspace::Workspace;

/// Installs the tools unless `node_modules` already is what package.json and its lock say.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Outcome> {
    // `npm ci` refuses locks whose optional packages of other systems were not resolved.
    ensure_in(&workspace.root, &["install"], || check_node(workspace))
}

/// The same for the clients of App Center that are tested against. None of them needs to run anything to be installed.
pub(crate) fn ensure_clients(workspace: &Workspace) -> Result<Outcome> {
    ensure_in(&workspace.root.join("tests/clients"), &["ci", "--ignore-scripts"], || Ok(()))
}

fn ensure_in(folder: &Path, install: &[&str], check: impl FnOnce() -> Result<()>) -> Result<Outcome> {
    let mut inputs = Inputs::default();
    for name in ["package.json", "package-lock.json"] {
        inputs.file(&folder.join(name));
    }
    let stamp = folder.join("node_modules/.slipway-stamp");
    if stamp::is_current(&stamp, &inputs) {
        return Ok(Outcome::Unchanged);
    }
    require(
        "node",
        "install Node.js 20 or newer with npm; the project then fetches the version that it uses",
    )?;
    require("npm", "install npm, which comes with Node.js")?;
    let mut npm = Command::new("npm");
    // The engines of the packages are for the Node that is being fetched, so npm's warnings about the present one are
    // of no use.
    npm.current_dir(folder).args(install).args(["--loglevel=error", "--no-progress"]);
    process::output(&mut npm)?;
    check()?;
    stamp::note(&stamp, &inputs)?;
    Ok(Outcome::Done)
}

pub(crate) fn require(program: &str, fix: &str) -> Result<()> {
    if process::succeeds(Command::new(program).arg("--version")) {
        return Ok(());
    }
    Err(Error::Missing { what: format!("{program} is not on PATH"), fix: fix.into() })
}

/// The package `node` fetches its binary in an install script, which npm can be configured to leave out.
fn check_node(workspace: &Workspace) -> Result<()> {
    let manifest = workspace.root.join("package.json");
    let text = std::fs::read_to_string(&manifest).map_err(Error::file("read", &manifest))?;
    let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let expected = format!("v{}", json["devDependencies"]["node"].as_str().unwrap_or_default());
    let got = process::output(tool(workspace, "node").arg("--version"))?;
    if got.trim() == expected {
        return Ok(());
    }
    Err(Error::Missing {
        what: format!("expected node {expected} in node_modules, got {}", got.trim()),
        fix: "allow npm's install scripts (`npm config set ignore-scripts false`) and delete node_modules"
            .into(),
    })
}

/// A program of `node_modules`, run at the root. Programs that it starts find `node_modules` first too.
pub(crate) fn tool(workspace: &Workspace, name: &str) -> Command {
    let bin = bin_folder(workspace);
    let mut command = Command::new(bin.join(name));
    command
        .current_dir(&workspace.root)
        .env("PATH", path_with(bin))
        // wrangler must not ask, send statistics, or take settings from the user's environment.
        .env("CI", "1")
        .env("FORCE_COLOR", "0")
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_SEND_ERROR_REPORTS", "false")
        .env("WRANGLER_HIDE_BANNER", "true")
        .env("WRANGLER_WRITE_LOGS", "false")
        .env("CLOUDFLARE_CF_FETCH_ENABLED", "false");
    command
}

fn bin_folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("node_modules/.bin")
}

fn path_with(first: PathBuf) -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(first).chain(env::split_paths(&path));
    // Fails only when a folder's name holds the separator; PATH as it is then still finds node.
    env::join_paths(folders).unwrap_or(path)
}
