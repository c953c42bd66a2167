//! A Worker as wrangler takes it: `index.js` and `index_bg.wasm` in a folder of their own.

use std::fs;
use std::path::Path;

use crate::build::wasm::{self, Bound, Platform, Profile, WasmCrate};
use crate::error::{Error, Result};
use crate::files::write;
use crate::process;
use crate::progress::Outcome;
use crate::stamp::{self, Inputs, content_hash};
use crate::tools::npm;
use crate::workspace::Workspace;

const SHIM: &str = include_str!("../js/worker_shim.js");

/// The events that the platform knows and the `worker` crate exports under the same names.
const EVENTS: [&str; 3] = ["fetch", "queue", "scheduled"];

/// Builds one Worker from its compiled module.
pub(crate) fn build(workspace: &Workspace, profile: Profile, what: &WasmCrate) -> Result<Outcome> {
    let bound = wasm::bind(workspace, profile, what, Platform::Workers)?;
    let out = workspace.built().join(what.name);
    let stamp = workspace.built().join(what.name).with_extension("stamp");
    let mut inputs = Inputs::of_this_program();
    inputs.file(&bound.stamp());
    if out.join("index.js").exists() && stamp::is_current(&stamp, &inputs) {
        return Ok(Outcome::Unchanged);
    }
    let glue = read(&bound.js())?;
    // workerd compiles an imported .wasm file itself; it does not know source-phase imports.
    write(&bound.js(), glue.replace("import source ", "import ").as_bytes())?;
    write(&bound.folder.join("shim.js"), SHIM.as_bytes())?;
    write(&bound.folder.join("main.js"), entry_point(&glue).as_bytes())?;
    bundle(workspace, &bound, profile, &out)?;
    stamp::note(&stamp, &inputs)?;
    Ok(Outcome::Done)
}

fn bundle(workspace: &Workspace, bound: &Bound, profile: Profile, out: &Path) -> Result<()> {
    let mut esbuild = npm::tool(workspace, "esbuild");
    esbuild.arg(bound.folder.join("main.js")).args([
        "--bundle",
        "--format=esm",
        "--target=es2024",
        "--external:*.wasm",
        "--external:cloudflare:*",
        "--log-level=warning",
    ]);
    if profile == Profile::Release {
        esbuild.arg("--minify");
    }
    let js = process::output(&mut esbuild)?;
    let wasm = fs::read(bound.wasm()).map_err(Error::file("read", &bound.wasm()))?;
    // wrangler watches the JavaScript; its digest of the module makes every new module a new script. It comes
    // second, so that new glue never runs with an old module.
    write(&out.join("index_bg.wasm"), &wasm)?;
    write(&out.join("index.js"), format!("{js}// index_bg.wasm {}\n", content_hash(&wasm)).as_bytes())
}

/// The module that workerd loads: a handler for each event and a class for each Durable Object that the glue exports.
fn entry_point(glue: &str) -> String {
    let handlers: Vec<_> = EVENTS
        .iter()
        .filter(|event| glue.contains(&format!("\nexport function {event}(")))
        .map(|event| format!("{event}: handler(app.{event})"))
        .collect();
    let objects: String = durable_objects(glue)
        .iter()
        .map(|class| format!("export const {class} = durable(app.{class});\n"))
        .collect();
    format!(
        "import * as app from \"./index.js\";\nimport {{ durable, handler }} from \"./shim.js\";\n\
         export default {{ {} }};\n{objects}",
        handlers.join(", ")
    )
}

/// The exported classes that answer `fetch`; others are values of the `worker` crate.
fn durable_objects(glue: &str) -> Vec<&str> {
    glue.split("\nexport class ")
        .skip(1)
        .filter_map(|rest| {
            let (class, body) = rest.split_once(" {\n")?;
            let (body, _) = body.split_once("\n}\n")?;
            body.contains("\n    fetch(").then_some(class)
        })
        .collect()
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Error::file("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "
export class Options {
    get fetch() {
    }
}

export class Ledger {
    alarm() {
    }
    fetch(req) {
    }
}

export function fetch(req, env, ctx) {
}

export function queue(event, env, ctx) {
}
";

    #[test]
    fn a_durable_object_is_a_class_that_answers_fetch() {
        assert_eq!(durable_objects(GLUE), ["Ledger"]);
    }

    #[test]
    fn the_entry_point_has_the_events_that_the_glue_has() {
        let entry = entry_point(GLUE);
        assert!(entry.contains("{ fetch: handler(app.fetch), queue: handler(app.queue) }"), "{entry}");
        assert!(entry.contains("export const Ledger = durable(app.Ledger);"), "{entry}");
    }
}
