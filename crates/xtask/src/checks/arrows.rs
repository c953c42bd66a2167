//! The dependency arrows of ARCHITECTURE.md, checked against the manifests.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::array;
use crate::error::{Error, Result};
use crate::process;
use crate::workspace::Workspace;

/// Crates without platform, clock, randomness and I/O.
pub(crate) const PURE: [&str; 5] = ["artifact", "protocol", "upload", "relay", "service"];

/// What no pure crate may reach, by however many steps.
const PLATFORM: [&str; 10] = [
    "wasm-bindgen",
    "js-sys",
    "web-sys",
    "worker",
    "leptos",
    "tokio",
    "reqwest",
    "getrandom",
    "rand",
    "wasm-bindgen-futures",
];

/// Which of our own crates each of them may name. A crate that is not here may name none.
const ARROWS: [(&str, &[&str]); 8] = [
    ("upload", &["protocol"]),
    ("relay", &["protocol"]),
    ("service", &["artifact", "protocol"]),
    ("engine", &["artifact", "protocol", "upload"]),
    ("web", &["artifact", "engine", "protocol", "upload"]),
    ("edge", &["protocol", "relay"]),
    ("slipway-cli", &["artifact", "protocol", "upload"]),
    ("release-worker", &["artifact", "protocol", "service"]),
];

/// Development only: these may name any of our crates.
const UNBOUND: [&str; 4] = ["xtask", "testkit", "slipway-tests", "slipway-bench"];

/// A platform's crate and the only ones of ours that may name it.
const GLUE: [(&str, &[&str]); 3] =
    [("worker", &["edge", "release-worker"]), ("web-sys", &["engine", "web"]), ("leptos", &["web"])];

/// Every arrow and every line of the map that is wrong.
pub(super) fn violations(workspace: &Workspace, metadata: &Value) -> Result<Vec<String>> {
    let packages: Vec<_> = array(&metadata["packages"]).iter().map(package).collect();
    let mut broken = direct(&packages);
    for package in PURE {
        broken.extend(reachable(package, &tree(workspace, package)?));
    }
    broken.extend(map_of_crates(workspace)?);
    Ok(broken)
}

/// A package with the names of what its manifest asks for, tests' needs left out.
struct Package {
    name: String,
    dependencies: BTreeSet<String>,
}

fn package(json: &Value) -> Package {
    let is_normal = |dependency: &&Value| dependency["kind"].is_null();
    let dependencies = array(&json["dependencies"]).iter().filter(is_normal);
    let name = |json: &Value| json["name"].as_str().unwrap_or_default().to_owned();
    Package { name: name(json), dependencies: dependencies.map(name).collect() }
}

fn direct(packages: &[Package]) -> Vec<String> {
    let ours: BTreeSet<_> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut broken = Vec::new();
    for Package { name, dependencies } in packages {
        let bound = !UNBOUND.contains(&name.as_str());
        let allowed = ARROWS.iter().find(|(from, _)| from == name).map_or(&[][..], |(_, to)| to);
        for to in dependencies {
            if bound && ours.contains(to.as_str()) && !allowed.contains(&to.as_str()) {
                broken.push(format!("{name} may not depend on {to}"));
            }
            let glue = GLUE.iter().find(|(platform, _)| platform == to);
            if glue.is_some_and(|(_, crates)| !crates.contains(&name.as_str())) {
                broken.push(format!("{name} may not name {to}"));
            }
        }
    }
    broken
}

/// Everything that a package is compiled with for Wasm.
fn tree(workspace: &Workspace, package: &str) -> Result<String> {
    let mut tree = workspace.cargo();
    tree.args(["tree", "-p", package, "-e", "normal", "--target", "wasm32-unknown-unknown"]);
    process::output(tree.args(["--prefix", "none", "--format", "{p}"]))
}

fn reachable(package: &str, tree: &str) -> Vec<String> {
    let names: BTreeSet<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let reached = PLATFORM.iter().filter(|platform| names.contains(*platform));
    reached.map(|platform| format!("{package} is pure and reaches {platform}")).collect()
}

/// Compares ARCHITECTURE.md with the folders below crates/.
fn map_of_crates(workspace: &Workspace) -> Result<Vec<String>> {
    let path = workspace.root.join("ARCHITECTURE.md");
    let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    let folder = workspace.root.join("crates");
    let entries = fs::read_dir(&folder).map_err(Error::file("list", &folder))?;
    let there: BTreeSet<_> = entries
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").exists())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let named = named_crates(&text);
    let missing = there.difference(&named).map(|name| format!("ARCHITECTURE.md does not name crates/{name}"));
    let gone = named.difference(&there).map(|name| format!("ARCHITECTURE.md names crates/{name}"));
    Ok(missing.chain(gone).collect())
}

fn named_crates(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let after = text.split("crates/").skip(1);
    let name = |rest: &str| rest.split(|c| !is_part(c)).next().unwrap_or_default().to_owned();
    after.map(name).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, dependencies: &[&str]) -> Vec<String> {
        let ours = ["protocol", "service", "upload", "web"].map(|name| (name, &[][..]));
        let packages: Vec<_> = ours
            .into_iter()
            .chain([(name, dependencies)])
            .map(|(name, to)| Package {
                name: name.into(),
                dependencies: to.iter().copied().map(String::from).collect(),
            })
            .collect();
        direct(&packages)
    }

    #[test]
    fn an_arrow_of_the_map_is_allowed() {
        assert!(check("upload", &["protocol", "serde"]).is_empty());
    }

    #[test]
    fn an_arrow_against_the_map_is_named() {
        assert_eq!(check("upload", &["service"]), ["upload may not depend on service"]);
    }

    #[test]
    fn a_platform_belongs_to_its_glue() {
        assert_eq!(check("service", &["worker"]), ["service may not name worker"]);
        assert!(check("edge", &["worker"]).is_empty());
    }

    #[test]
    fn a_pure_crate_reaches_no_platform() {
        assert_eq!(reachable("relay", "relay v0.1.0\nhttp v1\n"), [""; 0]);
        assert_eq!(reachable("relay", "relay v0.1.0\ntokio v1.2.3\n"), ["relay is pure and reaches tokio"]);
    }

    #[test]
    fn the_map_names_crates_by_their_folders() {
        let names = named_crates("`crates/web` uses crates/engine/src, not crates/*.");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["engine", "web"]);
    }
}
