//! No folder with more sources than one takes in at a glance: it is two rooms, or a room without a name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::files;
use crate::workspace::Workspace;

/// How many `.rs` files may stand in one folder.
const MOST: usize = 20;

/// Folders that may have more, each with the reason.
const EXCEPTIONS: [(&str, &str); 1] =
    [("fuzz/fuzz_targets", "cargo-fuzz looks for its targets in this one folder")];

/// Where the sources are.
const ROOTS: [&str; 4] = ["crates", "tests", "bench", "fuzz/fuzz_targets"];

pub(super) fn violations(workspace: &Workspace) -> Result<Vec<String>> {
    let mut sources = Vec::new();
    for root in ROOTS {
        sources.extend(files::list(&workspace.root.join(root))?.into_keys());
    }
    let relative = sources.iter().filter_map(|path| path.strip_prefix(&workspace.root).ok());
    Ok(crowded_folders(relative))
}

fn crowded_folders<'a>(files: impl Iterator<Item = &'a Path>) -> Vec<String> {
    let mut n_sources = BTreeMap::<PathBuf, usize>::new();
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
        *n_sources.entry(file.parent().unwrap_or(Path::new("")).to_owned()).or_default() += 1;
    }
    n_sources
        .into_iter()
        .filter(|(folder, n)| *n > MOST && !EXCEPTIONS.iter().any(|(name, _)| folder == Path::new(name)))
        .map(|(folder, n)| {
            format!("{} has {n} sources, more than {MOST}: make rooms of it", folder.display())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folder: &str, n: usize) -> Vec<String> {
        let files: Vec<_> = (0..n).map(|n| PathBuf::from(format!("{folder}/{n}.rs"))).collect();
        crowded_folders(files.iter().map(PathBuf::as_path).chain([Path::new("crates/a/src/page.css")]))
    }

    #[test]
    fn twenty_sources_are_a_room_and_one_more_is_not() {
        assert_eq!(check("crates/a/src", 20), [""; 0]);
        assert_eq!(
            check("crates/a/src", 21),
            ["crates/a/src has 21 sources, more than 20: make rooms of it"]
        );
    }

    #[test]
    fn the_fuzz_targets_stand_where_cargo_fuzz_looks() {
        assert_eq!(check("fuzz/fuzz_targets", 40), [""; 0]);
    }
}
