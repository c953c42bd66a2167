//! What the names in the zip directory tell.

use crate::format::apk::{MANIFEST, RESOURCES};
use crate::zip::{Directory, Entry};
use crate::{Refusal, RefusalCode};

/// The entries that matter, and what is odd about the others.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    /// The last one of that name, as in readers that keep entries in a map by name.
    pub(super) manifest: Option<Entry>,
    pub(super) resources: Option<Entry>,
    n_entries: usize,
    /// A name that leads out of the folder it is unpacked to, or cannot be written there.
    pub(super) unsafe_name: Option<String>,
    /// Some header is not where the one before it says.
    pub(super) is_inexact: bool,
    /// What the archive is if it is no Android package.
    other: Option<&'static str>,
}

impl Contents {
    /// Goes once through the directory.
    pub(super) fn scan(directory: &[u8]) -> Self {
        let mut contents = Self::default();
        for raw in Directory::entries(directory) {
            contents.n_entries += 1;
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
        if self.other.is_none() {
            self.other = other_package(name);
        }
    }

    /// Why an archive without a manifest is refused.
    pub(super) fn refusal(&self) -> Refusal {
        let found = match (self.n_entries, self.other) {
            (0, _) => "an empty zip archive".to_owned(),
            (_, Some(other)) => other.to_owned(),
            (n_entries, None) => format!("a zip archive of {n_entries} entries without it"),
        };
        let message = format!("expected an Android package with `{MANIFEST}`, got {found}");
        let fix = "choose the .apk that the build made: this version reads Android packages only";
        Refusal::new(RefusalCode::NotAPackage, message, fix)
    }
}

/// How many entries have the name of an earlier one.
pub(super) fn count_duplicates(directory: &[u8]) -> usize {
    let mut names: Vec<&[u8]> = Directory::entries(directory).map(|raw| raw.name).collect();
    names.sort_unstable();
    names.windows(2).filter(|pair| pair[0] == pair[1]).count()
}

fn is_unsafe(name: &[u8]) -> bool {
    name.starts_with(b"/")
        || name.iter().any(|&byte| byte == b'\\' || byte < b' ')
        || name.split(|&byte| byte == b'/').any(|part| part == b"..")
}

/// Names that give away packages that are not read yet.
fn other_package(name: &[u8]) -> Option<&'static str> {
    match name {
        b"base/manifest/AndroidManifest.xml" => Some("an android app bundle (.aab)"),
        b"AppxManifest.xml" | b"AppxMetadata/AppxBundleManifest.xml" => {
            Some("a windows package (.appx or .msix)")
        }
        b"base.apk" | b"toc.pb" => Some("a set of split packages (.apks)"),
        _ if name.starts_with(b"Payload/") => Some("an ios package (.ipa)"),
        _ if name.windows(14).any(|part| part == b".app/Contents/") => Some("a zipped mac app"),
        _ => None,
    }
}
