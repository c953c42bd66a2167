//! The tools that a build needs, looked for and fetched. Versions: npm tools in package.json, the rest in Cargo.toml
//! and rust-toolchain.toml.
//!
//! - here: what every build needs;
//! - `npm`: what comes from npm;
//! - `browser`: the browsers that tests drive.

pub(crate) mod browser;
pub(crate) mod npm;

use std::path::Path;
use std::process::Command;

use crate::error::{Error, Result};
use crate::process;
use crate::progress::Outcome;
use crate::workspace::Workspace;

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that everything but the browser is there.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Outcome> {
    ensure_wasm_target(workspace)?;
    npm::ensure(workspace)
}

fn ensure_wasm_target(workspace: &Workspace) -> Result<()> {
    let mut print = Command::new("rustc");
    print.current_dir(&workspace.root).args(["--print", "target-libdir", "--target", WASM_TARGET]);
    if Path::new(process::output(&mut print)?.trim()).is_dir() {
        return Ok(());
    }
    let mut add = Command::new("rustup");
    add.current_dir(&workspace.root).args(["target", "add", WASM_TARGET]);
    process::run(&mut add).map_err(|_| Error::Missing {
        what: format!("rustc has no {WASM_TARGET}"),
        fix: format!("install rustup and run `rustup target add {WASM_TARGET}`"),
    })
}
