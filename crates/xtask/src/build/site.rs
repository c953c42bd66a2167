//! The static site of the edge: the page, its styles, the portal and the engine.
//!
//! What may be cached for ever lies in `assets/` under names with a digest of the content. www/index.html names such
//! a file by a placeholder: `{{portal.js}}`, `{{portal.wasm}}`, `{{engine-worker.js}}`, `{{engine.wasm}}`, the same
//! two of `full-engine`, or a file of www/ itself. What the page does not name that way keeps its name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::build::wasm::{
    self, Bound, ENGINE, FULL_ENGINE, PORTAL, Platform, Profile, UPLOAD_ENGINE, WasmCrate,
};
use crate::error::{Error, Result};
use crate::files;
use crate::process;
use crate::progress::Outcome;
use crate::stamp::{self, Inputs, content_hash};
use crate::tools::npm;
use crate::workspace::Workspace;

const PORTAL_JS: &str = include_str!("../js/portal.js");
const ENGINE_JS: &str = include_str!("../js/engine_worker.js");

/// Builds what of the engine uploads, and says where its script and its module are.
pub(crate) fn upload_engine(workspace: &Workspace, profile: Profile) -> Result<[PathBuf; 2]> {
    wasm::compile_for_browser(workspace, profile, &UPLOAD_ENGINE)?;
    let bound = wasm::bind(workspace, profile, &UPLOAD_ENGINE, Platform::Browser)?;
    let script = bound.folder.join("engine-worker.js");
    let js = script_of(workspace, profile, &bound, ENGINE_JS, "/upload-engine.wasm")?;
    files::write(&script, js.as_bytes())?;
    Ok([script, bound.wasm()])
}

/// The page, and the template that it is made from.
const PAGE: &str = "index.html";

/// Builds the site from the compiled portal and engine.
pub(crate) fn build(workspace: &Workspace, profile: Profile) -> Result<Outcome> {
    let portal = wasm::bind(workspace, profile, &PORTAL, Platform::Browser)?;
    let engine = wasm::bind(workspace, profile, &ENGINE, Platform::Browser)?;
    let full = wasm::bind(workspace, profile, &FULL_ENGINE, Platform::Browser)?;
    let www = workspace.root.join("www");
    let out = workspace.built().join("site");
    let stamp = workspace.built().join("site.stamp");
    let mut inputs = Inputs::of_this_program();
    inputs.text(profile.cargo_name()).folder(&www)?;
    for bound in [&portal, &engine, &full] {
        inputs.file(&bound.stamp());
    }
    if out.is_dir() && stamp::is_current(&stamp, &inputs) {
        return Ok(Outcome::Unchanged);
    }
    let mut site = Site { out, urls: BTreeMap::new(), written: BTreeSet::new() };
    site.add_module(workspace, profile, &PORTAL, &portal, ("portal.js", PORTAL_JS))?;
    site.add_module(workspace, profile, &ENGINE, &engine, ("engine-worker.js", ENGINE_JS))?;
    site.add_module(workspace, profile, &FULL_ENGINE, &full, ("full-engine-worker.js", ENGINE_JS))?;
    let template = www.join(PAGE);
    let text = fs::read_to_string(&template).map_err(Error::file("read", &template))?;
    site.add_www(workspace, profile, &www, &text)?;
    site.add("_headers", relay::headers::assets_file().as_bytes())?;
    site.add_page(&template, &text)?;
    site.remove_others()?;
    stamp::note(&stamp, &inputs)?;
    Ok(Outcome::Done)
}

/// The folder while it is being filled.
struct Site {
    out: PathBuf,
    /// What a placeholder stands for.
    urls: BTreeMap<String, String>,
    written: BTreeSet<PathBuf>,
}

impl Site {
    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.out.join(name);
        files::write(&path, bytes)?;
        self.written.insert(path);
        Ok(())
    }

    /// Adds a file that never changes under its name, and returns its URL.
    fn add_immutable(&mut self, name: &str, bytes: &[u8]) -> Result<String> {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let hashed = format!("assets/{stem}-{}.{extension}", content_hash(bytes));
        self.add(&hashed, bytes)?;
        let url = format!("/{hashed}");
        self.urls.insert(name.to_owned(), url.clone());
        Ok(url)
    }

    /// Adds a module and the one script that boots it, glue included.
    fn add_module(
        &mut self,
        workspace: &Workspace,
        profile: Profile,
        what: &WasmCrate,
        bound: &Bound,
        (script, boot): (&str, &str),
    ) -> Result<()> {
        let wasm = fs::read(bound.wasm()).map_err(Error::file("read", &bound.wasm()))?;
        let wasm_url = self.add_immutable(&format!("{}.wasm", what.name), &wasm)?;
        let js = script_of(workspace, profile, bound, boot, &wasm_url)?;
        self.add_immutable(script, js.as_bytes()).map(drop)
    }

    /// Adds the files of www/ but the page itself: those that it names as assets, others as they are.
    fn add_www(&mut self, workspace: &Workspace, profile: Profile, www: &Path, page: &str) -> Result<()> {
        for path in files::list(www)?.into_keys() {
            let name = path.strip_prefix(www).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if name == PAGE {
                continue;
            }
            let bytes = if name.ends_with(".css") && profile == Profile::Release {
                process::output(npm::tool(workspace, "esbuild").arg("--minify").arg(&path))?.into_bytes()
            } else {
                fs::read(&path).map_err(Error::file("read", &path))?
            };
            if page.contains(&format!("{{{{{name}}}}}")) {
                self.add_immutable(&name, &bytes)?;
            } else {
                self.add(&name, &bytes)?;
            }
        }
        Ok(())
    }

    /// Adds the page with its placeholders filled in; last, when everything that it names is there.
    fn add_page(&mut self, template: &Path, text: &str) -> Result<()> {
        let page = fill_in(text, &self.urls).map_err(|name| Error::Content {
            path: template.to_owned(),
            problem: format!("nothing is called {{{{{name}}}}}"),
            fix: format!("use one of {}", self.urls.keys().cloned().collect::<Vec<_>>().join(", ")),
        })?;
        self.add(PAGE, page.as_bytes())
    }

    fn remove_others(&self) -> Result<()> {
        for path in files::list(&self.out)?.into_keys().filter(|path| !self.written.contains(path)) {
            fs::remove_file(&path).map_err(Error::file("remove", &path))?;
        }
        Ok(())
    }
}

/// The one script that boots a module, glue included.
fn script_of(
    workspace: &Workspace,
    profile: Profile,
    bound: &Bound,
    boot: &str,
    wasm_url: &str,
) -> Result<String> {
    let main = bound.folder.join("main.js");
    files::write(&main, boot.as_bytes())?;
    let mut esbuild = npm::tool(workspace, "esbuild");
    esbuild.arg(&main).arg(format!("--define:WASM_URL={wasm_url:?}"));
    esbuild.args(["--bundle", "--format=esm", "--target=es2022", "--log-level=warning"]);
    if profile == Profile::Release {
        esbuild.arg("--minify");
    }
    process::output(&mut esbuild)
}

/// Replaces each `{{name}}`; the error is a name that stands for nothing.
fn fill_in(template: &str, urls: &BTreeMap<String, String>) -> std::result::Result<String, String> {
    let mut pieces = template.split("{{");
    let mut page = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        page += urls.get(name.trim()).ok_or_else(|| name.to_owned())?;
        page += rest;
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str) -> std::result::Result<String, String> {
        fill_in(template, &BTreeMap::from([("a.css".into(), "/assets/a-1.css".into())]))
    }

    #[test]
    fn a_placeholder_becomes_the_hashed_name() {
        assert_eq!(check("<link href=\"{{a.css}}\">").unwrap(), "<link href=\"/assets/a-1.css\">");
    }

    #[test]
    fn a_placeholder_that_stands_for_nothing_is_named() {
        assert_eq!(check("{{b.css}}").unwrap_err(), "b.css");
    }
}
