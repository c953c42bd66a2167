//! From a crate to a Wasm module with its JavaScript glue.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use crate::error::{Error, Result};
use crate::files;
use crate::process;
use crate::stamp::{self, Inputs};
use crate::tools::npm;
use crate::workspace::Workspace;

/// How much is spent on making the modules small.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Profile {
    /// Built in seconds, for work and tests.
    Dev,
    /// What is shipped: size before everything, wasm-opt included.
    Release,
}

impl Profile {
    /// The profile's name in Cargo.toml.
    pub(crate) fn cargo_name(self) -> &'static str {
        match self {
            Self::Dev => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }
}

/// A crate that becomes a Wasm module.
#[derive(Debug)]
pub(crate) struct WasmCrate {
    /// The package, for cargo.
    pub(crate) package: &'static str,
    /// The module's file name without `.wasm`.
    pub(crate) module: &'static str,
    /// The name of what is built from it.
    pub(crate) name: &'static str,
    /// Which features, for cargo.
    features: &'static [&'static str],
}

pub(crate) const EDGE: WasmCrate = WasmCrate { package: "edge", module: "edge", name: "edge", features: &[] };
pub(crate) const SERVICE: WasmCrate =
    WasmCrate { package: "release-worker", module: "release_worker", name: "worker", features: &[] };
pub(crate) const PORTAL: WasmCrate =
    WasmCrate { package: "web", module: "web", name: "portal", features: &[] };
pub(crate) const ENGINE: WasmCrate =
    WasmCrate { package: "engine", module: "engine", name: "engine", features: &[] };
/// The engine that reads all formats.
pub(crate) const FULL_ENGINE: WasmCrate =
    WasmCrate { package: "engine", module: "engine", name: "full-engine", features: &["--features", "full"] };
/// What of the engine uploads, without what reads packages: how large that is, is measured.
pub(crate) const UPLOAD_ENGINE: WasmCrate = WasmCrate {
    package: "engine",
    module: "engine",
    name: "upload-engine",
    features: &["--no-default-features", "--features", "worker"],
};
/// The engine with its hasher open to `cargo xtask bench upload`.
pub(crate) const MEASURED_ENGINE: WasmCrate = WasmCrate {
    package: "engine",
    module: "engine",
    name: "measured-engine",
    features: &["--features", "measured"],
};

impl WasmCrate {
    /// Where cargo leaves the module.
    fn compiled_path(&self, workspace: &Workspace, profile: Profile) -> PathBuf {
        let folder = workspace.cargo_target.join("wasm32-unknown-unknown").join(profile.cargo_name());
        folder.join(self.module).with_extension("wasm")
    }

    /// Where a module is kept that shares cargo's name for it with another.
    fn kept_path(&self, workspace: &Workspace) -> PathBuf {
        workspace.built().join("compiled").join(self.name).with_extension("wasm")
    }
}

/// Compiles the two Workers, which share features and dependencies, in one go.
pub(crate) fn compile_workers(workspace: &Workspace, profile: Profile) -> Result<()> {
    process::run(cargo(workspace, "build", profile).args(["-p", EDGE.package, "-p", SERVICE.package]))
}

/// Compiles one module for the browser. Alone, because features are united over one cargo call and the portal must
/// not get the engine's own code; and as `cdylib` by argument, so that the engine can be a plain library to others.
pub(crate) fn compile_for_browser(workspace: &Workspace, profile: Profile, what: &WasmCrate) -> Result<()> {
    let mut command = cargo(workspace, "rustc", profile);
    command.args(["-p", what.package]).args(what.features).args(["--lib", "--crate-type", "cdylib"]);
    process::run(&mut command)?;
    let compiled = what.compiled_path(workspace, profile);
    let bytes = fs::read(&compiled).map_err(Error::file("read", &compiled))?;
    files::write(&what.kept_path(workspace), &bytes)
}

fn cargo(workspace: &Workspace, verb: &str, profile: Profile) -> Command {
    let mut command = workspace.cargo();
    command.args([verb, "--target", "wasm32-unknown-unknown", "--profile", profile.cargo_name()]);
    command
}

/// The platform that the glue is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Platform {
    Workers,
    Browser,
}

/// The glue and module of one crate, `index.js` and `index_bg.wasm` in `folder`.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) folder: PathBuf,
}

impl Bound {
    pub(crate) fn js(&self) -> PathBuf {
        self.folder.join("index.js")
    }

    pub(crate) fn wasm(&self) -> PathBuf {
        self.folder.join("index_bg.wasm")
    }

    /// Changes whenever the glue or the module may have changed.
    pub(crate) fn stamp(&self) -> PathBuf {
        self.folder.join("stamp")
    }
}

/// Where the glue of every crate is, in a folder of its name.
pub(crate) fn glue(workspace: &Workspace) -> PathBuf {
    workspace.built().join("glue")
}

/// Generates the glue of a compiled crate and shrinks the module for release, unless that was done before.
pub(crate) fn bind(
    workspace: &Workspace,
    profile: Profile,
    what: &WasmCrate,
    platform: Platform,
) -> Result<Bound> {
    let compiled = match platform {
        Platform::Workers => what.compiled_path(workspace, profile),
        Platform::Browser => what.kept_path(workspace),
    };
    let bound = Bound { folder: glue(workspace).join(what.name) };
    let mut inputs = Inputs::of_this_program();
    inputs.text(profile.cargo_name()).file(&compiled);
    if stamp::is_current(&bound.stamp(), &inputs) {
        return Ok(bound);
    }
    if bound.folder.exists() {
        fs::remove_dir_all(&bound.folder).map_err(Error::file("empty", &bound.folder))?;
    }
    generate(&compiled, &bound.folder, platform)
        .map_err(|reason| Error::Bindgen { name: what.name.to_owned(), reason })?;
    if profile == Profile::Release {
        shrink(workspace, &bound.wasm(), platform)?;
    }
    stamp::note(&bound.stamp(), &inputs)?;
    Ok(bound)
}

fn generate(compiled: &Path, folder: &Path, platform: Platform) -> std::result::Result<(), String> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).out_name("index").typescript(false).omit_default_module_path(true);
    let target = match platform {
        // The abort handler starts a fresh instance after a trap; worker_shim.js relies on both.
        Platform::Workers => bindgen
            .module(true)
            .map(|bindgen| bindgen.reset_state_function(true).force_enable_abort_handler(true)),
        Platform::Browser => bindgen.web(true),
    };
    target.and_then(|bindgen| bindgen.generate(folder)).map_err(|error| format!("{error:#}"))
}

/// What rustc's wasm32 target emits by default, which wasm-opt does not assume.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-exception-handling",
];

/// What comes out smallest when compressed: `-Oz` and moving functions into their only caller, as wasm-opt does by
/// itself, save bytes before compression only.
const SMALL: [&str; 2] = ["-Os", "--one-caller-inline-max-function-size=0"];

/// Control flow made anew, and tidied up again. wasm-opt cannot flatten the handlers for exceptions that the glue of
/// Workers adds.
const FLATTER: [&str; 3] = ["--flatten", "--rereloop", "-Os"];

fn shrink(workspace: &Workspace, wasm: &Path, platform: Platform) -> Result<()> {
    let mut command = npm::tool(workspace, "wasm-opt");
    command.args(SMALL);
    if platform == Platform::Browser {
        command.args(FLATTER);
    }
    command.args(WASM_FEATURES).arg(wasm).arg("-o").arg(wasm);
    process::output(&mut command).map(drop)
}
