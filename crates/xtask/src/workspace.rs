//! Where things are.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};
use crate::process;

/// The project's folders.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// The folder with the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds, `CARGO_TARGET_DIR` and configuration respected.
    pub(crate) cargo_target: PathBuf,
}

impl Workspace {
    /// Asks cargo for the workspace that the current folder belongs to.
    pub(crate) fn find() -> Result<Self> {
        let mut metadata = cargo();
        metadata.args(["metadata", "--no-deps", "--format-version=1"]);
        let json = process::output(&mut metadata)?;
        let facts: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
        let folder = |key: &str| facts[key].as_str().map(PathBuf::from);
        match (folder("workspace_root"), folder("target_directory")) {
            (Some(root), Some(cargo_target)) => Ok(Self { root, cargo_target }),
            _ => Err(Error::Missing {
                what: "cargo metadata names no workspace".into(),
                fix: "run this inside the project's folder".into(),
            }),
        }
    }

    /// What is built for Workers and browsers. wrangler.toml names this folder, so it does not follow
    /// `CARGO_TARGET_DIR`.
    pub(crate) fn built(&self) -> PathBuf {
        self.root.join("target/slipway")
    }

    /// The folder of the crate `name`.
    pub(crate) fn crate_folder(&self, name: &str) -> PathBuf {
        self.root.join("crates").join(name)
    }

    /// cargo, run at the root.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.cargo_target);
        command
    }
}

/// The cargo that runs us, or the one on PATH.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A path as a message shows it: relative to the root where possible.
pub(crate) fn relative_display<'a>(workspace: &Workspace, path: &'a Path) -> std::path::Display<'a> {
    path.strip_prefix(&workspace.root).unwrap_or(path).display()
}
