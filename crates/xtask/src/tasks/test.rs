//! `cargo xtask test`: every check, in the order in which a failure is cheapest.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::build::wasm::{EDGE, ENGINE, PORTAL, Profile, SERVICE};
use crate::build::{self, CLI};
use crate::checks::{self, PURE};
use crate::error::{Error, Result};
use crate::process;
use crate::progress::Progress;
use crate::tools;
use crate::tools::browser::{self, BrowserChoice};
use crate::tools::npm;
use crate::workspace::Workspace;

/// What `--list` prints.
pub(crate) const STEP_NAMES: &str = "\
fmt          the sources are formatted
arrows       no crate depends on what ARCHITECTURE.md forbids, no modules import each other in a circle, no folder is crowded
commits      every new commit has a short subject with a scope, and a body
clippy       no warning in what runs natively
clippy-wasm  no warning in what runs in Workers and browsers
fuzz         the fuzz targets, a workspace of their own, compile
doc          the pure crates' documentation has no broken link
unit         the tests of the pure crates, the portal, the command line, the task runner and the test kit
build        both Workers and the site
end-to-end   the API in process, and releases from upload to installation in workerd and Chromium
uploads      large uploads over a faulty network, in Chromium and the other browsers that are there
clients      App Center's own command line, curl and what other clients send, against workerd
command-line Slipway's own command line, against workerd";

/// What the suites and the benches stand on, with unit tests of its own.
const TOOLS: [&str; 2] = ["testkit", "slipway-bench"];

/// The package of the suites.
const SUITES: &str = "slipway-tests";

/// A step's work.
#[derive(Clone, Copy)]
enum Check {
    /// One that reads the sources, and needs no tool.
    Sources(fn(&Workspace) -> Result<()>),
    Plain(fn(&Workspace) -> Result<()>),
    /// One that is done in browsers.
    Browsers(fn(&Workspace, BrowserChoice) -> Result<()>),
}

const STEPS: [(&str, Check); 13] = [
    ("fmt", Check::Sources(fmt)),
    ("arrows", Check::Sources(checks::structure)),
    ("commits", Check::Sources(checks::commits)),
    ("clippy", Check::Plain(clippy)),
    ("clippy-wasm", Check::Plain(clippy_wasm)),
    ("fuzz", Check::Plain(fuzz)),
    ("doc", Check::Plain(doc)),
    ("unit", Check::Plain(unit)),
    ("build", Check::Plain(build)),
    ("end-to-end", Check::Plain(end_to_end)),
    ("uploads", Check::Browsers(uploads)),
    ("clients", Check::Plain(clients)),
    ("command-line", Check::Plain(command_line)),
];

/// The suites that each step runs.
const END_TO_END: [&str; 2] = ["api", "e2e"];
const UPLOADS: [&str; 1] = ["uploads"];
const CLIENTS: [&str; 1] = ["clients"];
const COMMAND_LINE: [&str; 1] = ["cli"];

/// Runs all steps, or one, and sums up. A failure does not stop the steps after it.
pub(crate) fn run(workspace: &Workspace, only: Option<&str>, choice: BrowserChoice) -> Result<()> {
    let steps: Vec<_> = STEPS.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)).collect();
    if steps.is_empty() {
        return Err(Error::Usage(format!("expected a step, got {}\n{STEP_NAMES}", only.unwrap_or_default())));
    }
    // Clippy for Wasm needs the target, and a missing tool is better said before ten minutes of compiling.
    if steps.iter().any(|(_, check)| !matches!(check, Check::Sources(_))) {
        tools::ensure(workspace)?;
    }
    let started = Instant::now();
    let mut summary = Vec::new();
    for (name, check) in &steps {
        println!("== {name}");
        let step_started = Instant::now();
        let result = match check {
            Check::Sources(check) | Check::Plain(check) => check(workspace),
            Check::Browsers(check) => check(workspace, choice),
        };
        if let Err(error) = &result {
            error.report();
        }
        let word = if result.is_ok() { "ok" } else { "FAILED" };
        summary.push(format!("{name:<12} {word:<6} {:>7.1} s", step_started.elapsed().as_secs_f64()));
    }
    println!("\n{}", summary.join("\n"));
    println!("{:<12}        {:>7.1} s", "together", started.elapsed().as_secs_f64());
    match summary.iter().filter(|line| line.contains("FAILED")).count() {
        0 => Ok(()),
        failed => Err(Error::Checks { failed, total: summary.len() }),
    }
}

fn fmt(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(workspace: &Workspace) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args(["clippy", "--all-targets", "-p", "xtask", "-p", SUITES, "-p", CLI]);
    process::run(packages(packages(&mut cargo, &TOOLS), &PURE).args(["--", "-D", "warnings"]))
}

fn clippy_wasm(workspace: &Workspace) -> Result<()> {
    // One call for each set of features, as they are built.
    for names in [&[EDGE.package, SERVICE.package][..], &[PORTAL.package], &[ENGINE.package]] {
        let mut cargo = workspace.cargo();
        cargo.args(["clippy", "--all-targets", "--target", "wasm32-unknown-unknown"]);
        cargo.args(["--profile", Profile::Dev.cargo_name()]);
        process::run(packages(&mut cargo, names).args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}

/// Stable compiles them, too: only running them takes nightly.
fn fuzz(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["check", "--bins", "--manifest-path", "fuzz/Cargo.toml"]))
}

fn doc(workspace: &Workspace) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    process::run(packages(&mut cargo, &PURE))
}

fn unit(workspace: &Workspace) -> Result<()> {
    let mut cargo = workspace.cargo();
    // What the portal decides is tested here; what it shows, in a browser.
    cargo.args(["test", "-p", "xtask", "-p", PORTAL.package, "-p", ENGINE.package, "-p", CLI]);
    process::run(packages(&mut cargo, &PURE))?;
    // With the OpenAPI document, which nothing that ships has.
    process::run(workspace.cargo().args(["test", "-p", "protocol", "--features", "openapi", "--lib"]))?;
    // By themselves: together with the crates above, features would be on that those do not ship with.
    process::run(packages(workspace.cargo().arg("test"), &TOOLS))
}

fn build(workspace: &Workspace) -> Result<()> {
    build::everything(workspace, Profile::Dev, &mut Progress::new(build::N_STEPS))
}

/// The tests find their browser by `SLIPWAY_CHROMEDRIVER`.
fn end_to_end(workspace: &Workspace) -> Result<()> {
    let driver = browser::ensure_chromedriver()?;
    let mut tests = stack_tests(workspace, &END_TO_END)?;
    process::run(tests.env("SLIPWAY_CHROMEDRIVER", driver))
}

/// The tests find their browsers by what `Browsers::set_variables` sets.
fn uploads(workspace: &Workspace, choice: BrowserChoice) -> Result<()> {
    let browsers = browser::ensure(workspace, choice)?;
    let mut tests = stack_tests(workspace, &UPLOADS)?;
    browsers.set_variables(&mut tests);
    process::run(&mut tests)
}

fn clients(workspace: &Workspace) -> Result<()> {
    npm::require("curl", "install curl, with which the documented calls are made")?;
    npm::ensure_clients(workspace)?;
    // How much memory a large package takes is worth knowing, also while it is little enough.
    process::run(stack_tests(workspace, &CLIENTS)?.args(["--", "--show-output"]))
}

/// The tests find the program by `SLIPWAY_BIN`.
fn command_line(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["build", "-p", CLI]))?;
    let program = this_program()?.with_file_name(format!("slipway{}", std::env::consts::EXE_SUFFIX));
    process::run(stack_tests(workspace, &COMMAND_LINE)?.env("SLIPWAY_BIN", program))
}

/// cargo for tests that start their stacks with `SLIPWAY_XTASK serve --no-build`, after what they need is built.
fn stack_tests(workspace: &Workspace, targets: &[&str]) -> Result<Command> {
    build(workspace)?;
    let xtask = this_program()?;
    let mut cargo = workspace.cargo();
    cargo.args(["test", "-p", SUITES]).env("SLIPWAY_XTASK", xtask);
    cargo.args(targets.iter().flat_map(|target| ["--test", target]));
    Ok(cargo)
}

/// The task runner, which cargo puts where it puts all programs.
fn this_program() -> Result<PathBuf> {
    std::env::current_exe().map_err(|source| Error::Start { program: "xtask".into(), source })
}

fn packages<'a>(cargo: &'a mut Command, names: &[&str]) -> &'a mut Command {
    names.iter().fold(cargo, |cargo, name| cargo.args(["-p", name]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_listed() {
        let listed: Vec<_> = STEP_NAMES.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(listed, STEPS.map(|(name, _)| name));
    }

    #[test]
    fn every_test_target_is_run_by_a_step() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests");
        let mut targets: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.path().join("main.rs").is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        targets.sort_unstable();
        let manifest = std::fs::read_to_string(format!("{folder}/Cargo.toml")).unwrap();
        let named: Vec<_> = manifest.lines().filter(|line| line.starts_with("path = ")).collect();
        assert_eq!(
            named,
            targets.iter().map(|name| format!("path = \"{name}/main.rs\"")).collect::<Vec<_>>()
        );
        let mut run = [&END_TO_END[..], &UPLOADS, &CLIENTS, &COMMAND_LINE].concat();
        run.sort_unstable();
        assert_eq!(targets, run);
    }
}
