//! Which modules a path means: the one that has the item, and those whose imports lead there.

use std::collections::BTreeSet;

use super::{ModulePath, Sources};

/// Imports may lead in circles, too.
const MOST_IMPORTS: usize = 12;

/// Where a path ends.
enum Found {
    Module(ModulePath),
    /// In something that this module defines, or gets from another crate.
    ItemOf(ModulePath),
}

impl Sources {
    /// The modules that `path`, written in the module `at`, leads to: none if it names nothing of this crate.
    ///
    /// An item that a parent re-exports is named where it is defined, too: `use super::Chunk` ties a module to the
    /// sibling that has `Chunk` as much as `use super::chunk::Chunk` does.
    pub(super) fn modules_of_path(&self, at: &ModulePath, path: &[String]) -> BTreeSet<ModulePath> {
        let mut search = Search { sources: self, through: BTreeSet::new(), n_imports: 0 };
        match search.follow(at, path) {
            None => BTreeSet::new(),
            // A variable that is called like a module.
            Some(Found::Module(_)) if path.len() == 1 => BTreeSet::new(),
            Some(Found::Module(module) | Found::ItemOf(module)) => {
                search.through.insert(module);
                search.through
            }
        }
    }
}

struct Search<'a> {
    sources: &'a Sources,
    /// The modules whose imports were followed.
    through: BTreeSet<ModulePath>,
    n_imports: usize,
}

impl Search<'_> {
    /// Follows a path from the module in which it is written.
    fn follow(&mut self, at: &ModulePath, path: &[String]) -> Option<Found> {
        match path.first().map(String::as_str) {
            Some("crate") => Some(self.walk(&Vec::new(), &path[1..])),
            Some("self" | "super") => Some(self.walk(at, path)),
            _ => self.find(at, path),
        }
    }

    /// Follows what is left of a path that has led to the module `at`. What is not found there, a macro made.
    fn walk(&mut self, at: &ModulePath, rest: &[String]) -> Found {
        match rest.first().map(String::as_str) {
            None => Found::Module(at.clone()),
            Some("self") => self.walk(at, &rest[1..]),
            Some("super") => self.walk(&at[..at.len().saturating_sub(1)].to_vec(), &rest[1..]),
            Some(_) => self.find(at, rest).unwrap_or_else(|| Found::ItemOf(at.clone())),
        }
    }

    /// Looks for a path's first name among the children, items and imports of the module `at`.
    fn find(&mut self, at: &ModulePath, path: &[String]) -> Option<Found> {
        let (name, rest) = path.split_first()?;
        let module = self.sources.modules.get(at)?;
        if module.children.contains(name) {
            return Some(self.walk(&[at, std::slice::from_ref(name)].concat(), rest));
        }
        if module.items.contains(name) {
            return Some(Found::ItemOf(at.clone()));
        }
        if self.n_imports == MOST_IMPORTS {
            return None;
        }
        self.n_imports += 1;
        let found = self.resolve_import(at, name, rest).or_else(|| self.in_globs(at, path));
        self.n_imports -= 1;
        if found.is_some() {
            self.through.insert(at.clone());
        }
        found
    }

    fn resolve_import(&mut self, at: &ModulePath, name: &str, rest: &[String]) -> Option<Found> {
        let imports = &self.sources.modules.get(at)?.imports;
        let (_, target) =
            imports.iter().find(|(alias, target)| alias == name && target[..] != [name.to_owned()])?;
        let found = self.follow(at, &[target, rest].concat());
        Some(found.unwrap_or_else(|| Found::ItemOf(at.clone())))
    }

    fn in_globs(&mut self, at: &ModulePath, path: &[String]) -> Option<Found> {
        let globs = &self.sources.modules.get(at)?.globs;
        globs.iter().find_map(|target| match self.follow(at, target)? {
            Found::Module(module) if module != *at => self.find(&module, path),
            Found::Module(_) | Found::ItemOf(_) => None,
        })
    }
}
