//! A crate's modules, read from its sources.
//!
//! - `scan`: the tokens of one file;
//! - `resolve`: which modules a path in one of them means;
//! - here: the tree of modules, from the file that the compiler starts with.

mod resolve;
mod scan;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use scan::{Declared, Scan, Written};

/// The names of the modules on the way from the root, which is empty.
pub(super) type ModulePath = Vec<String>;

/// The modules of one crate, without those for its unit tests.
#[derive(Debug, Default)]
pub(super) struct Sources {
    modules: BTreeMap<ModulePath, Module>,
}

#[derive(Debug)]
struct Module {
    file: PathBuf,
    children: BTreeSet<String>,
    items: BTreeSet<String>,
    imports: Vec<(String, Written)>,
    globs: Vec<Written>,
    paths: BTreeSet<Written>,
}

/// Module `from` names something in module `to`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mention {
    pub(super) from: ModulePath,
    pub(super) to: ModulePath,
    pub(super) file: PathBuf,
    /// As it is written there.
    pub(super) path: String,
}

impl Sources {
    /// Reads the crate that begins in the file `root`. `read` gives a file's text; an error says which could not be
    /// read.
    pub(super) fn read(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Result<Self, String> {
        let mut sources = Self::default();
        let folder = root.parent().unwrap_or(Path::new("")).to_owned();
        sources.read_file(&[], root, &folder, read)?;
        Ok(sources)
    }

    /// Every path of every module, with the modules that it leads to.
    pub(super) fn mentions(&self) -> BTreeSet<Mention> {
        let mut mentions = BTreeSet::new();
        for (from, module) in &self.modules {
            let imports = module.imports.iter().map(|(_, path)| path).chain(&module.globs);
            for path in imports.chain(&module.paths) {
                for to in self.modules_of_path(from, path) {
                    mentions.insert(Mention {
                        from: from.clone(),
                        to,
                        file: module.file.clone(),
                        path: path.join("::"),
                    });
                }
            }
        }
        mentions
    }

    /// `folder` is where files of the module's children are.
    fn read_file(
        &mut self,
        path: &[String],
        file: &Path,
        folder: &Path,
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> Result<(), String> {
        let text = read(file).ok_or_else(|| format!("{} cannot be read", file.display()))?;
        let scan = Scan::of(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        self.add(path, file, folder, scan, read)
    }

    fn add(
        &mut self,
        path: &[String],
        file: &Path,
        folder: &Path,
        scan: Scan,
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> Result<(), String> {
        let module = Module {
            file: file.to_owned(),
            children: scan.modules.iter().map(|module| module.name.clone()).collect(),
            items: scan.items.into_iter().collect(),
            imports: scan.imports,
            globs: scan.globs,
            paths: scan.paths.into_iter().collect(),
        };
        self.modules.insert(path.to_vec(), module);
        for Declared { name, file: given, body } in scan.modules {
            let inner = folder.join(&name);
            let path = &[path, &[name]].concat();
            if let Some(body) = body {
                self.add(path, file, &inner, body, read)?;
            } else if let Some(given) = given {
                let given = file.with_file_name(given);
                let folder = given.parent().unwrap_or(Path::new("")).to_owned();
                self.read_file(path, &given, &folder, read)?;
            } else {
                let beside = inner.with_extension("rs");
                let within = inner.join("mod.rs");
                let found = if read(&beside).is_some() { beside } else { within };
                self.read_file(path, &found, &inner, read)?;
            }
        }
        Ok(())
    }
}
