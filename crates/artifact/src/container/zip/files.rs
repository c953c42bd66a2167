//! The files of an archive by their path, as the trait [`Files`].

use std::borrow::Cow;

use crate::container::zip::{Archive, Packing, RawEntry};
use crate::files::{Files, Item};
use crate::{InspectError, Miss, Source, sorting};

/// Ranges this close to each other are fetched as one: 32 KiB.
const GAP: u64 = 32 << 10;

/// Symbolic links followed in a row before they count as a loop.
const MAX_LINKS: usize = 4;

/// An archive's entries sorted by path, without the metadata that macOS adds: `__MACOSX` and `AppleDouble` files
/// (`._x`). Of several entries with one name the first counts.
pub(crate) struct ZipFiles<'a> {
    source: &'a mut dyn Source,
    archive: &'a Archive,
    entries: Vec<(Cow<'a, str>, RawEntry<'a>)>,
}

impl<'a> ZipFiles<'a> {
    pub(crate) fn new(source: &'a mut dyn Source, archive: &'a Archive) -> Self {
        let named = archive.entries().map(|raw| (path(raw.name), raw));
        let mut entries: Vec<_> = named.filter(|(path, _)| !is_for_macos_only(path)).collect();
        sorting::sort_by(&mut entries, |(a, _), (b, _)| a.cmp(b));
        entries.dedup_by(|(b, _), (a, _)| a == b);
        Self { source, archive, entries }
    }

    /// The path of every entry, in their order; folders end in `/`.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(path, _)| path.as_ref())
    }

    fn entry(&self, path: &str) -> Option<RawEntry<'a>> {
        let at = self.entries.binary_search_by(|(found, _)| found.as_ref().cmp(path)).ok()?;
        self.entries.get(at).map(|(_, raw)| *raw)
    }

    /// The entry at a path. If it is a symbolic link, the entry that it leads to.
    fn file(&mut self, path: &str) -> Result<Option<RawEntry<'a>>, InspectError> {
        /// A path of 1,024 bytes is the longest on Apple's systems (`PATH_MAX`).
        const MAX_TARGET: u64 = 1024;
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            let Some(raw) = self.entry(&path) else { return Ok(None) };
            if !raw.is_link() {
                return Ok(Some(raw));
            }
            let target = self.archive.read(&raw, self.source, MAX_TARGET)?;
            match resolve(&path, &String::from_utf8_lossy(&target)) {
                Some(target) => path = target,
                None => return Ok(None),
            }
        }
        Ok(None)
    }
}

impl Files for ZipFiles<'_> {
    fn list(&mut self, folder: &str) -> Result<Vec<Item>, InspectError> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut at = self.entries.partition_point(|(path, _)| path.as_ref() < prefix.as_str());
        let mut items: Vec<Item> = Vec::new();
        while let Some(rest) = self.entries.get(at).and_then(|(path, _)| path.strip_prefix(&prefix)) {
            let (name, is_folder) = rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
            if !name.is_empty() {
                items.push(Item { name: name.to_owned(), is_folder });
            }
            at = if is_folder {
                // Skip everything inside: `0` is the character after `/`.
                let behind = format!("{prefix}{name}0");
                self.entries.partition_point(|(path, _)| path.as_ref() < behind.as_str()).max(at + 1)
            } else {
                at + 1
            };
        }
        Ok(items)
    }

    fn read_head(&mut self, path: &str, max: usize) -> Result<Option<Vec<u8>>, InspectError> {
        match self.file(path)? {
            Some(raw) => Ok(Some(self.archive.read_head(&raw, self.source, max)?)),
            None => Ok(None),
        }
    }

    fn read(&mut self, path: &str, max: u64) -> Result<Option<Vec<u8>>, InspectError> {
        match self.file(path)? {
            Some(raw) => Ok(Some(self.archive.read(&raw, self.source, max)?)),
            None => Ok(None),
        }
    }

    fn prepare(&mut self, wanted: &[(&str, u64)]) -> Result<(), InspectError> {
        let found = wanted.iter().filter_map(|&(path, max)| Some((self.entry(path)?, max)));
        let mut ranges: Vec<(u64, u64)> = found.map(|(raw, max)| range(&raw, self.archive, max)).collect();
        sorting::sort(&mut ranges);
        let mut ranges = ranges.into_iter();
        let Some((mut start, mut end)) = ranges.next() else { return Ok(()) };
        for (next_start, next_end) in ranges {
            if next_start > end.saturating_add(GAP) {
                prefetch(self.source, start, end)?;
                start = next_start;
            }
            end = end.max(next_end);
        }
        Ok(prefetch(self.source, start, end)?)
    }
}

fn prefetch(source: &mut dyn Source, start: u64, end: u64) -> Result<(), Miss> {
    source.prefetch(start, usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX))
}

/// The range of an entry's local header and of the data for its first `max` bytes: start and end.
fn range(raw: &RawEntry<'_>, archive: &Archive, max: u64) -> (u64, u64) {
    /// A local header and the longest usual extra field.
    const HEADER: u64 = 30 + 1024;
    let packed = match raw.packing() {
        Ok(Packing::Deflated) => raw.entry.compressed,
        Ok(Packing::Stored) | Err(_) => raw.entry.size,
    };
    let start = raw.entry.header_offset.saturating_add(archive.directory.prefix);
    let len = packed.min(max.saturating_add(1024)).saturating_add(HEADER + raw.entry.name_len as u64);
    (start, start.saturating_add(len))
}

/// A path as it is looked up: `./` before it means nothing.
fn path(name: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(name.strip_prefix(b"./").unwrap_or(name))
}

fn is_for_macos_only(path: &str) -> bool {
    path.starts_with("__MACOSX/") || path.rsplit('/').next().is_some_and(|name| name.starts_with("._"))
}

/// The path that a symbolic link at `path` leads to, if it is in the archive.
fn resolve(path: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" if target.starts_with('/') => return None,
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// An archive of stored files: name, mode and data of each.
#[cfg(test)]
pub(crate) fn archive_of(files: &[(&str, u32, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, mode, data) in files {
        let local = bytes.len() as u32;
        let len = data.len() as u32;
        let lens = [&len.to_le_bytes()[..], &len.to_le_bytes(), &(name.len() as u16).to_le_bytes()].concat();
        let fixed = [&[0; 8][..], &[0; 4], &lens].concat();
        bytes.extend([b"PK\x03\x04\x14\0", &fixed[..], &[0, 0], name.as_bytes(), data].concat());
        let tail = [&[0; 8][..], &(mode << 16).to_le_bytes(), &local.to_le_bytes()].concat();
        directory.extend([b"PK\x01\x02\x14\x03\x14\0", &fixed[..], &tail, name.as_bytes()].concat());
    }
    let offset = bytes.len() as u32;
    let n_files = files.len() as u16;
    let counts = [[0, 0], [0, 0], n_files.to_le_bytes(), n_files.to_le_bytes()].concat();
    let place = [directory.len() as u32, offset].map(u32::to_le_bytes).concat();
    [&bytes[..], &directory, b"PK\x05\x06", &counts, &place, &[0, 0]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    fn with_files(files: &[(&str, u32, &[u8])], check: impl FnOnce(&mut ZipFiles<'_>)) {
        let bytes = archive_of(files);
        let mut source = Memory(&bytes);
        let archive = Archive::open(&mut source).unwrap();
        check(&mut ZipFiles::new(&mut source, &archive));
    }

    #[test]
    fn a_folder_lists_what_is_directly_in_it() {
        let files: [(&str, u32, &[u8]); 8] = [
            ("./a/c/d/e", 0, b""),
            ("a/", 0, b""),
            ("a/c-x", 0, b""),
            ("a/c/f", 0, b""),
            ("a/b", 0, b"first"),
            ("a/b", 0, b"second"),
            ("a/._b", 0, b""),
            ("__MACOSX/a/b", 0, b""),
        ];
        with_files(&files, |tree| {
            let items = tree.list("a").unwrap();
            let names: Vec<_> = items.iter().map(|item| (item.name.as_str(), item.is_folder)).collect();
            assert_eq!(names, [("b", false), ("c-x", false), ("c", true)]);
            assert_eq!(tree.list("").unwrap(), [Item { name: "a".to_owned(), is_folder: true }]);
            assert_eq!(tree.list("nowhere").unwrap(), []);
            assert_eq!(tree.read("a/b", 10).unwrap().as_deref(), Some(&b"first"[..]));
            assert_eq!(tree.read_head("a/b", 2).unwrap().as_deref(), Some(&b"fi"[..]));
            assert_eq!(tree.read("a/x", 10).unwrap(), None);
        });
    }

    #[test]
    fn links_lead_to_files_in_the_archive_only() {
        const LINK: u32 = 0o120_755;
        let files: [(&str, u32, &[u8]); 6] = [
            ("a/up", LINK, b"../b/file"),
            ("b/file", 0o100_644, b"found"),
            ("b/again", LINK, b"./../a/up"),
            ("b/out", LINK, b"../../b/file"),
            ("b/root", LINK, b"/b/file"),
            ("b/loop", LINK, b"loop"),
        ];
        with_files(&files, |tree| {
            for path in ["a/up", "b/file", "b/again"] {
                assert_eq!(tree.read(path, 10).unwrap().as_deref(), Some(&b"found"[..]), "{path}");
            }
            for path in ["b/out", "b/root", "b/loop"] {
                assert_eq!(tree.read(path, 10).unwrap(), None, "{path}");
            }
        });
    }
}
