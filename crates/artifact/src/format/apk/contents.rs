//! What the names in the zip directory tell.

use crate::format::apk::{MANIFEST, RESOURCES};
use crate::order;
use crate::zip::{Archive, Entry};

/// The entries that matter, and what is odd about the others.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    /// The last one of that name, as in readers that keep entries in a map by name.
    pub(super) manifest: Option<Entry>,
    pub(super) resources: Option<Entry>,
    /// A name that leads out of the folder it is unpacked to, or cannot be written there.
    pub(super) unsafe_name: Option<String>,
    /// Some header is not where the one before it says.
    pub(super) is_inexact: bool,
}

impl Contents {
    /// Goes once through the directory.
    pub(super) fn scan(archive: &Archive) -> Self {
        let mut contents = Self::default();
        for raw in archive.entries() {
            contents.is_inexact |= raw.is_inexact;
            if raw.name == MANIFEST.as_bytes() {
                contents.manifest = Some(raw.entry);
            } else if raw.name == RESOURCES.as_bytes() {
                contents.resources = Some(raw.entry);
            } else {
                contents.note_name(raw.name);
            }
        }
        contents
    }

    fn note_name(&mut self, name: &[u8]) {
        if self.unsafe_name.is_none() && is_unsafe(name) {
            self.unsafe_name = Some(String::from_utf8_lossy(name).escape_debug().take(100).collect());
        }
    }
}

/// How many entries have the name of an earlier one.
pub(super) fn count_duplicates(archive: &Archive) -> usize {
    let mut names: Vec<&[u8]> = archive.entries().map(|raw| raw.name).collect();
    order::sort(&mut names);
    names.windows(2).filter(|pair| pair[0] == pair[1]).count()
}

fn is_unsafe(name: &[u8]) -> bool {
    name.starts_with(b"/")
        || name.iter().any(|&byte| byte == b'\\' || byte < b' ')
        || name.split(|&byte| byte == b'/').any(|part| part == b"..")
}
