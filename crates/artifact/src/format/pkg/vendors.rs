//! Vendors' documents of the corpus, against the names, ids and versions that a device manager's tests state.

use std::fs;
use std::path::Path;

use super::{Distribution, PackageInfo, component, product};
use crate::encoding::xml;

#[test]
fn the_documents_of_vendors_yield_the_names_and_ids_that_vendors_use() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/pkg-xml");
    let table = fs::read_to_string(folder.join("EXPECTED.tsv")).unwrap_or_default();
    let mut n_documents = 0;
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [file, name, identifier, version, ..] = cells.as_slice() else { panic!("{row}") };
        // The table names more documents than may be copied.
        let Ok(bytes) = fs::read(folder.join(format!("fleet__{file}"))) else { continue };
        let root = xml::parse(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        let merged = match root.name.as_str() {
            "pkg-info" => component(PackageInfo::new(&root)),
            _ => product(&Distribution::new(&root), &[]),
        };
        // For components the table has the folder's name, which no Mac shows.
        assert_eq!(merged.name.as_deref(), Some(name.trim_end_matches(".app")), "{file}");
        assert_eq!(merged.identifier.as_deref(), Some(*identifier), "{file}");
        assert_eq!(merged.version.as_deref(), Some(*version), "{file}");
        n_documents += 1;
    }
    assert_eq!(n_documents, 5, "expected the corpus beside the project");
}
