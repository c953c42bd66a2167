//! What the names in an archive say about its purpose.

use crate::container::zip::Archive;
use crate::report::quantity::count;
use crate::{Refusal, RefusalCode};

/// Packages that testers install, by the ends of their names.
const PACKAGES: [&str; 14] = [
    ".apk",
    ".aab",
    ".ipa",
    ".pkg",
    ".dmg",
    ".msi",
    ".appx",
    ".msix",
    ".appxbundle",
    ".msixbundle",
    ".xapk",
    ".apks",
    ".apkm",
    ".hap",
];

/// What the names in an archive show.
#[derive(Debug, Default)]
pub(super) struct Contents {
    n_entries: usize,
    /// The name of the first package in it, for messages.
    first_package: Option<String>,
    n_packages: usize,
    n_apks: usize,
    /// A Windows program in the archive's root, or in its only folder there.
    pub(super) program: Option<String>,
    /// An app's folder without an `Info.plist`.
    bare_app: Option<String>,
    /// Files in the root that only certain kinds of archives have.
    has: TypicalFiles,
}

/// Files in the root that only certain archives have.
#[derive(Debug, Default)]
struct TypicalFiles {
    toc: bool,
    base_apk: bool,
    module: bool,
    pack_info: bool,
}

impl Contents {
    pub(super) fn of(archive: &Archive) -> Self {
        let mut contents = Self::default();
        let root = only_folder(archive);
        for raw in archive.entries() {
            if is_for_macos_only(raw.name) {
                continue;
            }
            contents.n_entries += 1;
            contents.note_app(raw.name);
            if raw.name.is_empty() || raw.name.ends_with(b"/") {
                continue;
            }
            let lower = raw.name.to_ascii_lowercase();
            contents.note_mark(&lower);
            if PACKAGES.iter().any(|end| lower.ends_with(end.as_bytes())) {
                contents.n_packages += 1;
                contents.n_apks += usize::from(lower.ends_with(b".apk"));
                contents.first_package.get_or_insert_with(|| raw.text());
            }
            let inside = raw.name.strip_prefix(root).unwrap_or(raw.name);
            if lower.ends_with(b".exe") && !inside.contains(&b'/') {
                contents.program.get_or_insert_with(|| raw.text());
            }
        }
        contents
    }

    fn note_mark(&mut self, name: &[u8]) {
        match name {
            b"toc.pb" => self.has.toc = true,
            b"base.apk" => self.has.base_apk = true,
            b"module.json" | b"config.json" => self.has.module = true,
            b"pack.info" => self.has.pack_info = true,
            _ => {}
        }
    }

    fn note_app(&mut self, name: &[u8]) {
        let mut folders = name.split_inclusive(|&byte| byte == b'/');
        let folder = folders.position(|part| part.len() > 5 && part.ends_with(b".app/"));
        if let (None, Some(n_before)) = (&self.bare_app, folder) {
            let path: Vec<u8> =
                name.split_inclusive(|&byte| byte == b'/').take(n_before + 1).flatten().copied().collect();
            let path = String::from_utf8_lossy(&path);
            self.bare_app = Some(path.trim_end_matches('/').escape_debug().take(100).collect());
        }
    }

    /// Why the archive is refused by what is in it.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        if self.n_entries == 0 {
            return Some(super::empty());
        }
        if self.has.pack_info && (self.has.module || self.n_packages > 0) {
            let message = "expected a package, got a HarmonyOS package (.hap or .app)";
            let fix = "zip it and release it for a custom OS: packages for HarmonyOS are not read";
            return Some(Refusal::new(RefusalCode::NotAPackage, message, fix));
        }
        None
    }

    /// An app's folder, where no app was found in the archive.
    pub(super) fn bare_app(&self) -> Option<&str> {
        self.bare_app.as_deref()
    }

    /// A description of the set of Android packages that this is, if it is one.
    pub(super) fn split_packages(&self) -> Option<String> {
        let is_set = self.n_apks > 1 || self.n_apks == 1 && (self.has.toc || self.has.base_apk);
        is_set.then(|| {
            format!("a set of {} (as in .apks, .xapk or .apkm)", count(self.n_apks as u64, "APK", "APKs"))
        })
    }

    /// The package that the archive was made around.
    pub(super) fn inner_package(&self) -> Option<&str> {
        self.first_package.as_deref().filter(|_| self.n_packages == 1)
    }
}

/// The one folder in the root that holds everything, with its `/`, or nothing.
fn only_folder(archive: &Archive) -> &[u8] {
    let mut entries = archive.entries().map(|raw| raw.name).filter(|name| !is_for_macos_only(name));
    let first = entries.next().unwrap_or_default();
    let Some(end) = first.iter().position(|&byte| byte == b'/') else {
        return &[];
    };
    let folder = first.get(..=end).unwrap_or_default();
    if entries.all(|name| name.starts_with(folder)) { folder } else { &[] }
}

/// What Macs put beside the files: `__MACOSX`, `.DS_Store`, `._x`.
fn is_for_macos_only(name: &[u8]) -> bool {
    let file = name.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    name.starts_with(b"__MACOSX/") || file == b".DS_Store" || file.starts_with(b"._")
}
