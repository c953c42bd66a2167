//! `cargo xtask dev`: build, run, and keep what runs as new as the sources.

use std::path::{Path, PathBuf};

use super::bootstrap;
use super::watch::Sources;
use crate::build;
use crate::build::wasm::Profile;
use crate::error::{Error, Result};
use crate::progress::{Outcome, Progress};
use crate::stack::database::DEVELOPER;
use crate::stack::{self, DEFAULT_DATA, Stack, StackConfig};
use crate::workspace::{self, Workspace};

/// Runs until the stack ends or this process is ended; Ctrl-C ends both.
pub(crate) fn run(workspace: &Workspace, config: &StackConfig) -> Result<()> {
    // Better said now than after the build.
    stack::ensure_free(config.port)?;
    let mut sources = Sources::of(workspace)?;
    let mut progress = Progress::new(build::N_STEPS + 1);
    build::everything(workspace, Profile::Dev, &mut progress)?;
    let mut stack = start(workspace, config, &mut progress)?;
    invite(&stack, config);
    stack.first_token = None;
    loop {
        let changed = sources.wait()?;
        if stack.has_ended() {
            return Err(Error::Stack {
                what: "the local stack ended".into(),
                fix: format!("read {}", config.data.join("wrangler.log").display()),
            });
        }
        if !changed.is_empty() {
            stack = rebuild(workspace, config, stack, &changed)?;
        }
    }
}

fn start(workspace: &Workspace, config: &StackConfig, progress: &mut Progress) -> Result<Stack> {
    let mut stack = None;
    progress.quiet("start the Workers", || {
        stack = Some(Stack::start(workspace, config)?);
        Ok(Outcome::Done)
    })?;
    stack.ok_or_else(|| Error::Stack { what: "no stack was started".into(), fix: "try again".into() })
}

/// Builds again; the stack takes up new files by itself, but a new migration needs a new start.
fn rebuild(workspace: &Workspace, config: &StackConfig, stack: Stack, changed: &[PathBuf]) -> Result<Stack> {
    let names: Vec<_> =
        changed.iter().take(3).map(|path| workspace::relative_display(workspace, path).to_string()).collect();
    println!("\nchanged: {}{}", names.join(", "), if changed.len() > 3 { ", …" } else { "" });
    let migrations = workspace.crate_folder("worker").join("migrations");
    let is_migration = |path: &PathBuf| path.starts_with(&migrations);
    let n_restarts = usize::from(changed.iter().any(is_migration));
    let mut progress = Progress::new(build::N_STEPS + n_restarts);
    if let Err(error) = build::everything(workspace, Profile::Dev, &mut progress) {
        error.report();
        println!("the portal still runs as it was; waiting for the next change");
        return Ok(stack);
    }
    if n_restarts == 0 {
        invite(&stack, config);
        return Ok(stack);
    }
    drop(stack);
    let stack = start(workspace, config, &mut progress)?;
    invite(&stack, config);
    Ok(stack)
}

fn invite(stack: &Stack, config: &StackConfig) {
    let data = config.data.display();
    let token = if config.data == Path::new(DEFAULT_DATA) {
        "cargo xtask token".to_owned()
    } else {
        format!("cargo xtask token --data {data}")
    };
    println!("\n  Slipway runs at {}   (Ctrl-C ends it)\n", stack.url);
    match &stack.first_token {
        Some(first) => {
            println!("  You are `{DEVELOPER}` there, in the browser without signing in.");
            bootstrap::show(first, &stack.url);
            println!("  a new token:                {token}\n");
        }
        None => println!("  An API token for command-line clients: {token}\n"),
    }
}
