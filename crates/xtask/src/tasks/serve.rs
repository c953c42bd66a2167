//! `cargo xtask serve`: a stack for tests and measurements. It says on one line where it is (the first
//! time on the line before, what the developer's API token is), and ends when its standard input does.

use std::io::Read as _;

use crate::build;
use crate::build::wasm::Profile;
use crate::error::Result;
use crate::progress::Progress;
use crate::stack::{Stack, StackConfig};
use crate::tools;
use crate::workspace::Workspace;

/// Runs until standard input ends.
pub(crate) fn run(workspace: &Workspace, config: &StackConfig, build: bool) -> Result<()> {
    if build {
        build::everything(workspace, Profile::Dev, &mut Progress::new(build::N_STEPS))?;
    } else {
        tools::ensure(workspace)?;
    }
    let stack = Stack::start(workspace, config)?;
    if let Some(token) = &stack.first_token {
        println!("token {}", token.text);
    }
    println!("ready {}", stack.url);
    // An error ends the stack as the end does.
    let mut stdin = std::io::stdin().lock();
    let mut ignored = [0; 256];
    while stdin.read(&mut ignored).is_ok_and(|n_bytes| n_bytes > 0) {}
    Ok(())
}
