//! The folder of the corpus and its table, for these tests and for those inside the crate, which include this file.

use std::fs;
use std::path::PathBuf;

/// The folder beside the project.
pub(crate) fn corpus() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus"))
}

/// A row of `INDEX.tsv`.
pub(crate) struct Row {
    pub(crate) file: String,
    pub(crate) format: String,
    /// Bytes of the file.
    pub(crate) len: u64,
    /// Name, id, version, build and minimum OS; empty where there is none.
    pub(crate) fields: [String; 5],
    pub(crate) extra: String,
}

impl Row {
    /// The file itself; nothing if it is not there.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        fs::read(corpus().join(&self.file)).unwrap_or_default()
    }
}

/// All rows in their order; none without the corpus.
pub(crate) fn table() -> Vec<Row> {
    let table = fs::read_to_string(corpus().join("INDEX.tsv")).unwrap_or_default();
    table.lines().skip(1).map(row).collect()
}

fn row(line: &str) -> Row {
    let cells: Vec<String> = line.split('\t').map(unquoted).collect();
    let cell = |column: usize| cells.get(column).cloned().unwrap_or_default();
    Row {
        file: cell(0),
        format: cell(3),
        len: cell(2).parse().unwrap_or_default(),
        fields: [7, 8, 9, 10, 11].map(cell),
        extra: cell(12),
    }
}

/// A cell in quotes has its quotes doubled.
fn unquoted(cell: &str) -> String {
    match cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => cell.to_owned(),
    }
}
