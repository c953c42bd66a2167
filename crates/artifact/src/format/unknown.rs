//! Files without a zip directory: cut short, or something else.

use crate::{Miss, Refusal, RefusalCode, Source};

/// First bytes of files that people drop by mistake, or of packages that are not read yet.
const KNOWN: &[(&[u8], &str)] = &[
    (b"xar!", "a Mac installer (.pkg)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Windows installer (.msi) or an old Office document"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program or library"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"<!DOCTYPE", "a web page, as when a download asked to sign in"),
    (b"<!doctype", "a web page, as when a download asked to sign in"),
    (b"<html", "a web page, as when a download asked to sign in"),
    (b"<?xml", "an XML document"),
    (b"{", "a JSON document"),
];

/// A stopgap while a reader is written.
pub(super) fn not_yet(format: &str) -> Refusal {
    Refusal::new(RefusalCode::NotAPackage, format!("expected another package, got {format}"), "wait")
}

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
    let found = match found {
        Some((_, known)) => (*known).to_owned(),
        None if head.iter().all(is_text) => "a text file".to_owned(),
        None => format!("a file that begins with {}", hex(head)),
    };
    let fix = "choose the .apk that the build made: this version reads Android packages only";
    Ok(Refusal::new(RefusalCode::NotAPackage, format!("expected an Android package, got {found}"), fix))
}

fn is_text(byte: &u8) -> bool {
    byte.is_ascii_graphic() || byte.is_ascii_whitespace()
}

fn hex(head: &[u8]) -> String {
    let bytes: Vec<String> = head.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("`{}`", bytes.join(" "))
}
