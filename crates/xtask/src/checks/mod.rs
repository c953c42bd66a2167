//! The rules about the sources themselves, which no compiler checks.
//!
//! - `arrows`: which crate may depend on which, and the list of crates in ARCHITECTURE.md;
//! - `circles`: no modules that import each other in a circle, by what `sources` reads;
//! - `folders`: no folder of more files than one takes in at a glance;
//! - `commits`: the subject and the body of every new commit.

mod arrows;
mod circles;
mod commits;
mod folders;
mod sources;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::process;
use crate::workspace::Workspace;

pub(crate) use arrows::PURE;
pub(crate) use commits::commits;

/// `arrows`: checks every rule of structure and names all that are broken.
pub(crate) fn structure(workspace: &Workspace) -> Result<()> {
    let json = process::output(workspace.cargo().args(["metadata", "--no-deps", "--format-version=1"]))?;
    let metadata: Value = serde_json::from_str(&json).unwrap_or_default();
    let mut broken = arrows::violations(workspace, &metadata)?;
    broken.extend(folders::violations(workspace)?);
    broken.extend(circles::violations(workspace, &metadata)?);
    if broken.is_empty() {
        return Ok(());
    }
    for rule in &broken {
        eprintln!("  {rule}");
    }
    Err(Error::Content {
        path: workspace.root.join("ARCHITECTURE.md"),
        problem: format!("{} rules are broken", broken.len()),
        fix: "move the code to where it may have the dependency, or change the map and say why".into(),
    })
}

fn array(json: &Value) -> &[Value] {
    json.as_array().map_or(&[], Vec::as_slice)
}
