//! No circles of imports: among the children of one module, a names b if any file of a's subtree names something in
//! b's subtree, and no way along these leads back.
//!
//! Modules in a circle are one module in several files: none of them can be read, tested or moved without the others.
//! A circle is cut by moving what both need down into a module that names neither.
//!
//! A module and its own children do not count, since a parent may put together what its children use of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, iter};

use serde_json::Value;

use super::array;
use super::sources::{Mention, ModulePath, Sources};
use crate::error::{Error, Result};
use crate::workspace::Workspace;

/// How many paths a message shows for each two modules.
const MOST_SHOWN: usize = 3;

pub(super) fn violations(workspace: &Workspace, metadata: &Value) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for package in array(&metadata["packages"]) {
        for target in array(&package["targets"]) {
            let Some(root) = target["src_path"].as_str().map(Path::new) else { continue };
            let root = root.strip_prefix(&workspace.root).unwrap_or(root);
            broken.extend(circles_of(root, &|path| fs::read_to_string(workspace.root.join(path)).ok())?);
        }
    }
    Ok(broken)
}

fn circles_of(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Result<Vec<String>> {
    let sources = Sources::read(root, read).map_err(|problem| Error::Content {
        path: root.to_owned(),
        problem,
        fix: "make it compile, or teach `checks::sources` to read it".into(),
    })?;
    let mut messages = Vec::new();
    for (parent, family) in families(sources.mentions()) {
        let parent: Vec<_> = iter::once(root.display().to_string()).chain(parent).collect();
        messages.extend(family.circles().iter().map(|circle| family.message(&parent.join("::"), circle)));
    }
    Ok(messages)
}

/// The children of one module, with what each names of the others.
#[derive(Default)]
struct Family {
    mentions: BTreeMap<(String, String), BTreeSet<(PathBuf, String)>>,
}

/// Sorts mentions by the module in which their ways part.
fn families(mentions: BTreeSet<Mention>) -> BTreeMap<ModulePath, Family> {
    let mut families = BTreeMap::<_, Family>::new();
    for Mention { from, to, file, path } in mentions {
        let n_common = iter::zip(&from, &to).take_while(|(from, to)| from == to).count();
        if let (Some(a), Some(b)) = (from.get(n_common), to.get(n_common)) {
            let family = families.entry(from[..n_common].to_vec()).or_default();
            family.mentions.entry((a.clone(), b.clone())).or_default().insert((file, path));
        }
    }
    families
}

impl Family {
    /// Sets of modules each of which leads to every other of its set.
    fn circles(&self) -> Vec<BTreeSet<&str>> {
        let names: BTreeSet<_> = self.mentions.keys().map(|(from, _)| from.as_str()).collect();
        let reached: BTreeMap<_, _> = names.iter().map(|name| (*name, self.reachable(name))).collect();
        let leads = |from: &str, to: &str| reached.get(from).is_some_and(|reached| reached.contains(to));
        let mut circles = BTreeSet::new();
        for name in names {
            let circle: BTreeSet<_> =
                reached[name].iter().copied().filter(|other| leads(other, name)).collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    fn reachable(&self, from: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut next = vec![from.to_owned()];
        while let Some(name) = next.pop() {
            for (_, to) in self.mentions.keys().filter(|(from, _)| *from == name) {
                if reached.insert(to.as_str()) {
                    next.push(to.clone());
                }
            }
        }
        reached
    }

    fn message(&self, parent: &str, circle: &BTreeSet<&str>) -> String {
        let names: Vec<_> = circle.iter().copied().collect();
        let mut message = format!("{parent}: {} import each other in a circle", names.join(", "));
        for ((from, to), mentions) in &self.mentions {
            if !circle.contains(from.as_str()) || !circle.contains(to.as_str()) {
                continue;
            }
            // What an import names is not shown again wherever it is used.
            let is_whole =
                |path: &str| ["crate", "self", "super"].contains(&path.split(':').next().unwrap_or(path));
            let has_whole = mentions.iter().any(|(_, path)| is_whole(path));
            let shown: Vec<_> = mentions.iter().filter(|(_, path)| is_whole(path) || !has_whole).collect();
            for (file, path) in shown.iter().take(MOST_SHOWN) {
                message.push_str(&format!("\n      {from} -> {to}: {path} in {}", file.display()));
            }
            if shown.len() > MOST_SHOWN {
                message.push_str(&format!("\n      {from} -> {to}: and {} more", shown.len() - MOST_SHOWN));
            }
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)]) -> Vec<String> {
        let read = |path: &Path| {
            let found = files.iter().find(|(name, _)| path == Path::new(name));
            found.map(|(_, text)| (*text).to_owned())
        };
        circles_of(Path::new("lib.rs"), &read).unwrap()
    }

    #[test]
    fn modules_that_name_each_other_are_a_circle_and_the_message_says_where() {
        let circles = check(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::B; pub struct A;"),
            ("b.rs", "pub struct B; fn f() -> crate::a::A { }"),
            ("c.rs", "use crate::{a, b};"),
        ]);
        let expected = "lib.rs: a, b import each other in a circle
      a -> b: crate::b::B in a.rs
      b -> a: crate::a::A in b.rs";
        assert_eq!(circles, [expected]);
    }

    #[test]
    fn a_longer_way_back_is_a_circle_too() {
        let circles = check(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b;"),
            ("b.rs", "use crate::c;"),
            ("c.rs", "use crate::a;"),
        ]);
        assert!(
            matches!(&circles[..], [circle] if circle.starts_with("lib.rs: a, b, c import")),
            "{circles:?}"
        );
    }

    #[test]
    fn what_is_deep_in_a_module_ties_the_whole_module() {
        let circles = check(&[
            ("lib.rs", "mod room; mod b;"),
            ("room/mod.rs", "mod deep; pub struct R;"),
            ("room/deep.rs", "use crate::b;"),
            ("b.rs", "use crate::room::R;"),
        ]);
        assert!(
            matches!(&circles[..], [circle] if circle.starts_with("lib.rs: b, room import")),
            "{circles:?}"
        );
    }

    #[test]
    fn siblings_below_the_root_are_seen() {
        let circles = check(&[
            ("lib.rs", "mod room;"),
            ("room/mod.rs", "mod a; mod b;"),
            ("room/a.rs", "use super::b;"),
            ("room/b.rs", "use super::a;"),
        ]);
        assert!(
            matches!(&circles[..], [circle] if circle.starts_with("lib.rs::room: a, b import")),
            "{circles:?}"
        );
    }

    #[test]
    fn a_parent_and_its_children_are_no_circle() {
        let circles = check(&[
            ("lib.rs", "mod room; mod b; pub struct L;"),
            ("room/mod.rs", "mod deep; pub use deep::D; pub struct R;"),
            ("room/deep.rs", "use super::R; use crate::{L, b::B}; pub struct D;"),
            ("b.rs", "pub struct B;"),
        ]);
        assert_eq!(circles, [""; 0]);
    }
}
