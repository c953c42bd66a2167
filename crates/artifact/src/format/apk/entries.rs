//! What the zip directory says about a package's entries.

use crate::container::zip::{Archive, Entry, RawEntry, count_duplicates};
use crate::format::apk::{MANIFEST, RESOURCES};

/// The two entries that are read first. Of several with one name the last counts, as in readers that keep entries in
/// a map by name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KeyEntries {
    pub(super) manifest: Option<Entry>,
    pub(super) resources: Option<Entry>,
}

impl KeyEntries {
    /// Goes once through the directory.
    pub(super) fn find(archive: &Archive) -> Self {
        let mut key_entries = Self::default();
        for raw in archive.entries() {
            if raw.name == MANIFEST.as_bytes() {
                key_entries.manifest = Some(raw.entry);
            } else if raw.name == RESOURCES.as_bytes() {
                key_entries.resources = Some(raw.entry);
            }
        }
        key_entries
    }
}

/// What is odd about the entries.
#[derive(Clone, Debug, Default)]
pub(super) struct EntryOddities {
    pub(super) key_entries: KeyEntries,
    /// A name that leads out of the folder it is unpacked to, or cannot be written there.
    pub(super) unsafe_name: Option<String>,
    /// Some header is not where the one before it says.
    pub(super) is_inconsistent: bool,
    /// Entries with the name of an earlier one.
    pub(super) n_duplicates: usize,
    /// Entries but the manifest that are marked as encrypted.
    pub(super) n_encrypted: usize,
    /// The first entry but the manifest that is packed by a method which Android does not know.
    pub(super) unusual_method: Option<(String, u16)>,
}

impl EntryOddities {
    /// Goes once through the directory, and sorts its names.
    pub(super) fn scan(archive: &Archive, key_entries: &KeyEntries) -> Self {
        let mut oddities = Self { key_entries: *key_entries, ..Self::default() };
        let mut names = Vec::new();
        for raw in archive.entries() {
            oddities.is_inconsistent |= raw.is_inconsistent;
            oddities.note_name(raw.name);
            oddities.note_packing(&raw);
            names.push(raw.name);
        }
        oddities.n_duplicates = count_duplicates(names);
        oddities
    }

    /// The manifest is left out: it is read, so more is known about it.
    fn note_packing(&mut self, raw: &RawEntry<'_>) {
        if raw.name == MANIFEST.as_bytes() || raw.name.ends_with(b"/") {
            return;
        }
        if raw.entry.claims_encryption() {
            self.n_encrypted += 1;
        } else if self.unusual_method.is_none() && raw.entry.is_method_unknown() {
            self.unusual_method = Some((raw.text(), raw.entry.method));
        }
    }

    fn note_name(&mut self, name: &[u8]) {
        if self.unsafe_name.is_none() && is_unsafe(name) {
            self.unsafe_name = Some(String::from_utf8_lossy(name).escape_debug().take(100).collect());
        }
    }
}

fn is_unsafe(name: &[u8]) -> bool {
    name.starts_with(b"/")
        || name.iter().any(|&byte| byte == b'\\' || byte < b' ')
        || name.split(|&byte| byte == b'/').any(|part| part == b"..")
}
