//! Files without a zip directory: cut short, or something else.

use crate::{Miss, Refusal, RefusalCode, Source};

/// First bytes of files that people drop by mistake, or of packages that are not read yet.
const KNOWN: &[(&[u8], &str)] = &[
    (b"xar!", "a mac installer (.pkg)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a windows installer (.msi) or an old office document"),
    (b"MZ", "a windows program"),
    (b"\x7fELF", "a linux program or library"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"%PDF", "a pdf document"),
    (b"\x89PNG", "a png image"),
    (b"\xff\xd8\xff", "a jpeg image"),
    (b"<!DOCTYPE", "a web page, as when a download asked to sign in"),
    (b"<!doctype", "a web page, as when a download asked to sign in"),
    (b"<html", "a web page, as when a download asked to sign in"),
    (b"<?xml", "an xml document"),
    (b"{", "a json document"),
];

/// Says why a file without a zip directory is refused.
pub(super) fn refusal(source: &mut dyn Source) -> Result<Refusal, Miss> {
    let len = source.len();
    let head = source.get(0, 16)?;
    if head.starts_with(b"PK\x03\x04") {
        let message = format!(
            "expected a zip directory at the end, got none: \
             the file begins as a package and stops after {len} bytes"
        );
        let fix = "download or copy the package again: only its beginning arrived";
        return Ok(Refusal::new(RefusalCode::Truncated, message, fix));
    }
    let found = KNOWN.iter().find(|(bytes, _)| head.starts_with(bytes));
    let found =
        found.map_or_else(|| format!("a file that begins with {}", hex(head)), |known| known.1.to_owned());
    let fix = "choose the .apk that the build made: this version reads android packages only";
    Ok(Refusal::new(RefusalCode::NotAPackage, format!("expected an android package, got {found}"), fix))
}

fn hex(head: &[u8]) -> String {
    let bytes: Vec<String> = head.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("`{}`", bytes.join(" "))
}
