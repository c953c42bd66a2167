//! The database of a Windows installer: tables and their strings, each a stream of a compound file.
//!
//! Microsoft has not published the tables' encoding. Source: Wine's `dlls/msi` and msitools. This file reads tables,
//! [`strings`] the string pool that their cells refer to, and [`summary`] the summary information stream.

mod strings;
mod summary;

pub(crate) use strings::StringTable;
pub(crate) use summary::Summary;

use crate::container::cfb::{CfbError, CompoundFile, DirectoryEntry};
use crate::encoding::bytes::{u16_at, u32_at};
use crate::{InspectError, Source};

/// Bytes of one table, or of the string pool: the longest in large installers has 2 MiB.
const MAX_TABLE: u64 = 4 << 20;

/// Bytes of all strings together: large installers have 4 MiB.
const MAX_STRINGS: u64 = 12 << 20;

/// Rows of the table `Property` that are looked at. Large installers have 1,000.
const MAX_PROPERTIES: usize = 100_000;

/// Columns of a table: Windows Installer allows 31.
const MAX_COLUMNS: usize = 32;

/// Texts of a column that are read.
const MAX_TEXTS: usize = 100;

/// An open database.
pub(crate) struct Database {
    file: CompoundFile,
    strings: StringTable,
}

impl Database {
    /// Reads the strings of the database in a compound file, or `None` if it has none.
    pub(crate) fn open(
        mut file: CompoundFile,
        source: &mut dyn Source,
    ) -> Result<Option<Self>, InspectError> {
        let (Some(pool), Some(data)) = (find_table(&file, "_StringPool"), find_table(&file, "_StringData"))
        else {
            return Ok(None);
        };
        let pool = file.read(&pool, source, MAX_TABLE)?;
        let data = file.read(&data, source, MAX_STRINGS)?;
        Ok(Some(Self { file, strings: StringTable::new(&pool, data) }))
    }

    /// Whether there is a table with rows.
    pub(crate) fn has_table(&self, name: &str) -> bool {
        find_table(&self.file, name).is_some()
    }

    /// The number of the texts' code page.
    pub(crate) fn codepage(&self) -> u32 {
        self.strings.codepage()
    }

    /// The table `Property`: names and values.
    pub(crate) fn properties(&mut self, source: &mut dyn Source) -> Result<Properties<'_>, InspectError> {
        let bytes = self.table("Property", source)?.unwrap_or_default();
        Ok(Properties { bytes, strings: &self.strings })
    }

    /// The first texts in one column of a table.
    pub(crate) fn column(
        &mut self,
        name: &str,
        column: &str,
        source: &mut dyn Source,
    ) -> Result<Vec<String>, InspectError> {
        let columns = self.columns(name, source)?;
        let Some(bytes) = self.table(name, source)? else {
            return Ok(Vec::new());
        };
        let row_len: usize = columns.iter().map(|column| column.len).sum();
        let Some(index) = columns.iter().position(|found| found.name == column.as_bytes()) else {
            return Ok(Vec::new());
        };
        let n_rows = bytes.len() / row_len.max(1);
        let start: usize = columns.iter().take(index).map(|column| column.len * n_rows).sum();
        let ref_len = self.strings.ref_len();
        Ok((0..n_rows.min(MAX_TEXTS)).map(|row| self.strings.text(&bytes, start + row * ref_len)).collect())
    }

    /// The columns of a table in their order, from the table `_Columns`.
    fn columns(&mut self, name: &str, source: &mut dyn Source) -> Result<Vec<Column>, InspectError> {
        let bytes = self.table("_Columns", source)?.unwrap_or_default();
        // Table, number, name, type.
        let ref_len = self.strings.ref_len();
        let n_rows = bytes.len() / (2 * ref_len + 4);
        let is_of_table = |row: &usize| self.strings.raw(&bytes, row * ref_len) == name.as_bytes();
        let mut columns: Vec<Column> = (0..n_rows)
            .filter(is_of_table)
            .take(MAX_COLUMNS)
            .map(|row| Column {
                number: u16_at(&bytes, n_rows * ref_len + row * 2).unwrap_or_default(),
                name: self.strings.raw(&bytes, n_rows * (ref_len + 2) + row * ref_len).to_vec(),
                len: cell_len(
                    u16_at(&bytes, n_rows * (2 * ref_len + 2) + row * 2).unwrap_or_default(),
                    ref_len,
                ),
            })
            .collect();
        columns.sort_unstable_by_key(|column| column.number);
        Ok(columns)
    }

    /// The bytes of a table. One without rows has no stream.
    fn table(&mut self, name: &str, source: &mut dyn Source) -> Result<Option<Vec<u8>>, CfbError> {
        match find_table(&self.file, name) {
            Some(entry) => Ok(Some(self.file.read(&entry, source, MAX_TABLE)?)),
            None => Ok(None),
        }
    }

    /// Whether there is a stream of this name that is not a table.
    pub(crate) fn has_stream(&self, name: &str) -> bool {
        let mut entries = self.file.entries().iter();
        entries.any(|entry| !entry.is_table && entry.is_stream && entry.name == name)
    }

    /// The data of a stream that is not a table.
    pub(crate) fn stream(
        &mut self,
        name: &str,
        source: &mut dyn Source,
        limit: u64,
    ) -> Result<Option<Vec<u8>>, CfbError> {
        let found = self.file.entries().iter().find(|entry| !entry.is_table && entry.name == name);
        match found.filter(|entry| entry.is_stream).cloned() {
            Some(entry) => Ok(Some(self.file.read(&entry, source, limit)?)),
            None => Ok(None),
        }
    }
}

/// A column of a table.
struct Column {
    /// Columns are ordered by this number.
    number: u16,
    name: Vec<u8>,
    /// Bytes of a cell.
    len: usize,
}

/// The table `Property`: two columns of strings, with the initial values of the installer's properties.
pub(crate) struct Properties<'a> {
    bytes: Vec<u8>,
    strings: &'a StringTable,
}

impl Properties<'_> {
    /// The value of a property, or `None` if it has none.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let ref_len = self.strings.ref_len();
        // Tables are stored by column: first all names, then all values.
        let n_rows = self.bytes.len() / (2 * ref_len);
        let is_named = |row: &usize| self.strings.raw(&self.bytes, row * ref_len) == name.as_bytes();
        let row = (0..n_rows.min(MAX_PROPERTIES)).find(is_named)?;
        let value = self.strings.text(&self.bytes, (n_rows + row) * ref_len);
        Some(value).filter(|value| !value.trim().is_empty())
    }
}

fn find_table(file: &CompoundFile, name: &str) -> Option<DirectoryEntry> {
    file.entries().iter().find(|entry| entry.is_table && entry.is_stream && entry.name == name).cloned()
}

/// Bytes of a cell: bit 11 of a column's type means a string; else the low byte is the length of the number.
fn cell_len(kind: u16, ref_len: usize) -> usize {
    const STRING: u16 = 0x0800;
    const LONG: u16 = 4;
    match kind {
        _ if kind & STRING != 0 => ref_len,
        _ if kind & 0xff == LONG => 4,
        _ => 2,
    }
}

/// The number of a reference of two or three bytes.
fn string_reference(bytes: &[u8], at: usize, len: usize) -> Option<u32> {
    match len {
        2 => u16_at(bytes, at).map(u32::from),
        _ => match bytes.get(at..at.checked_add(3)?)? {
            &[a, b, c] => u32_at(&[a, b, c, 0], 0),
            _ => None,
        },
    }
}
