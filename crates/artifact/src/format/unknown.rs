//! Files that are none of the fourteen formats: what they are, and what to do.

use crate::report::quantity::Size;
use crate::{Miss, Refusal, RefusalCode, Source};

/// What the user can do about a wrong file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Advice {
    /// Choose another file.
    Choose,
    /// Download again: the server sent something else.
    Download,
    /// The package may be inside.
    Unpack,
    /// Not read by itself, but it can be released inside a zip.
    Zip,
    /// The pointer must be replaced by what it points to.
    FetchLargeFile,
}

impl Advice {
    fn text(self) -> &'static str {
        match self {
            Self::Choose => {
                "choose the package that the build made: an .apk, .aab, .ipa, .pkg, .dmg, .msi, .appx, .msix or a .zip"
            }
            Self::Download => {
                "download the package again, and sign in if necessary: the server sent something else"
            }
            Self::Unpack => "unpack it and choose the package in it, or pack it as a .zip",
            Self::Zip => "pack it as a .zip and release that",
            Self::FetchLargeFile => "run `git lfs pull` and choose the file again",
        }
    }
}

/// What files begin with, letters in either case.
const KNOWN: &[(&[u8], &str, Advice)] = &[
    (b"MZ", "a Windows program (.exe or .dll)", Advice::Zip),
    (b"MSCF", "a Windows cabinet (.cab)", Advice::Unpack),
    (b"ISc(", "an InstallShield cabinet (.cab)", Advice::Unpack),
    (b"\x7fELF", "a Linux program or library", Advice::Zip),
    (b"!<arch>\ndebian", "a Debian package (.deb)", Advice::Zip),
    (b"!<arch>\n", "a static library (.a)", Advice::Choose),
    (b"\xed\xab\xee\xdb", "an RPM package (.rpm)", Advice::Zip),
    (b"hsqs", "a SquashFS image, as in .snap and .AppImage", Advice::Zip),
    (b"\x1f\x8b", "a gzip archive (.gz or .tgz)", Advice::Unpack),
    (b"BZh", "a bzip2 archive (.bz2)", Advice::Unpack),
    (b"\xfd7zXZ\0", "an xz archive (.xz)", Advice::Unpack),
    (b"\x28\xb5\x2f\xfd", "a zstandard archive (.zst)", Advice::Unpack),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", Advice::Unpack),
    (b"Rar!", "a rar archive", Advice::Unpack),
    (b"PK\x05\x06", "an empty zip archive", Advice::Choose),
    (b"PK\x07\x08", "the first part of an archive in several files", Advice::Choose),
    (b"\xfe\xed\xfa\xce", "a program for old Macs without its bundle", Advice::Choose),
    (b"\xfe\xed\xfa\xcf", "a program for old Macs without its bundle", Advice::Choose),
    (b"\xce\xfa\xed\xfe", "a Mac or iOS program without its bundle", Advice::Choose),
    (b"\xcf\xfa\xed\xfe", "a Mac or iOS program without its bundle", Advice::Choose),
    (b"\xca\xfe\xba\xbe", "a Mac program without its bundle, or a Java class", Advice::Choose),
    (b"dex\n", "Android code without its package (.dex)", Advice::Choose),
    (b"bplist00", "a property list", Advice::Choose),
    (b"Cr24", "a Chrome extension (.crx)", Advice::Zip),
    (b"%PDF", "a PDF document", Advice::Choose),
    (b"{\\rtf", "a text document (.rtf)", Advice::Choose),
    (b"\x89PNG", "a PNG picture", Advice::Choose),
    (b"\xff\xd8\xff", "a JPEG picture", Advice::Choose),
    (b"GIF8", "a GIF picture", Advice::Choose),
    (b"icns", "a Mac icon (.icns)", Advice::Choose),
    (b"\0\0\x01\0", "a Windows icon (.ico)", Advice::Choose),
    (b"<svg", "an SVG picture", Advice::Choose),
    (b"SQLite format 3\0", "an SQLite database", Advice::Choose),
    (b"\0asm", "a WebAssembly module (.wasm)", Advice::Zip),
    (b"\0\x05\x16\x07", "a Mac's companion of a file (._), without the file", Advice::Choose),
    (b"#!", "a script", Advice::Zip),
    (b"-----BEGIN ", "a key or certificate: keep keys private", Advice::Choose),
    (b"version https://git-lfs", "a pointer of Git LFS in place of the file", Advice::FetchLargeFile),
    (b"<!DOCTYPE html", "a web page, such as a page to sign in", Advice::Download),
    (b"<html", "a web page, such as a page to sign in", Advice::Download),
    (b"<Error>", "an error of a storage server", Advice::Download),
    (b"<?xml", "an XML document, such as a storage server's error", Advice::Download),
    (b"{", "a JSON document, such as a server's error", Advice::Download),
];

/// Formats whose mark is not at the beginning: the offset, the mark, and what they are.
const KNOWN_INSIDE: &[(u64, &[u8], &str, Advice)] = &[
    (4, b"ftyp", "a video or a HEIC picture", Advice::Choose),
    (8, b"WEBP", "a WebP picture", Advice::Choose),
    (257, b"ustar", "a tar archive (.tar)", Advice::Unpack),
    (0x8001, b"CD001", "a CD image (.iso)", Advice::Unpack),
];

/// The refusal of a file that neither begins nor ends as a package does.
pub(super) fn refusal(source: &mut dyn Source) -> Result<Refusal, Miss> {
    let len = source.len();
    let head = source.get(0, 512)?.to_vec();
    if head.starts_with(b"PK\x03\x04") {
        return Ok(truncated_refusal(&format!(
            "expected the archive's list of files at the end, got none: \
             the file begins as a package and stops after {}",
            Size(len)
        )));
    }
    for (offset, bytes, known, advice) in KNOWN_INSIDE {
        if *offset < len && source.get(*offset, bytes.len())? == *bytes {
            return Ok(no_package(known, *advice));
        }
    }
    // Documents may begin with a byte order mark or blank lines.
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    let begins = |bytes: &[u8]| {
        head.starts_with(bytes)
            || text.get(..bytes.len()).is_some_and(|text| text.eq_ignore_ascii_case(bytes))
    };
    if let Some((_, known, advice)) = KNOWN.iter().find(|(bytes, _, _)| begins(bytes)) {
        return Ok(no_package(known, *advice));
    }
    if head.iter().all(|&byte| byte == 0) {
        return Ok(no_package(
            "a file that begins with zeros, such as an unfinished download",
            Advice::Download,
        ));
    }
    if is_text(&head) {
        return Ok(no_package("a text file", Advice::Choose));
    }
    Ok(no_package(&format!("a file that begins with {}", hex(&head)), Advice::Choose))
}

/// The refusal of a program with an archive in it.
pub(super) fn program() -> Refusal {
    no_package("a Windows program (.exe) with an archive in it", Advice::Zip)
}

fn no_package(found: &str, advice: Advice) -> Refusal {
    Refusal::new(RefusalCode::NotAPackage, format!("expected a package, got {found}"), advice.text())
}

fn truncated_refusal(message: &str) -> Refusal {
    let fix = "download or copy the package again: only its beginning arrived";
    Refusal::new(RefusalCode::Truncated, message, fix)
}

/// Whether a file that begins so is text: in UTF-8, of which the last character may be cut, or in UTF-16.
fn is_text(head: &[u8]) -> bool {
    const CUT: char = char::REPLACEMENT_CHARACTER;
    let text = String::from_utf8_lossy(head);
    let is_plain = |c: char| c != CUT && (!c.is_control() || c.is_ascii_whitespace());
    text.strip_suffix(CUT).unwrap_or(&text).chars().all(is_plain)
        || head.starts_with(b"\xff\xfe")
        || head.starts_with(b"\xfe\xff")
}

fn hex(head: &[u8]) -> String {
    let bytes: Vec<String> = head.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("`{}`", bytes.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    #[track_caller]
    fn check(cases: &[(&[u8], &str, &str)]) {
        for (bytes, found, fix) in cases {
            let refusal = refusal(&mut Memory(bytes)).unwrap_or_else(|miss| panic!("{miss}"));
            assert!(refusal.message.contains(found), "{}", refusal.message);
            assert!(refusal.fix.contains(fix), "{}", refusal.fix);
        }
    }

    #[test]
    fn a_file_dropped_by_mistake_is_named() {
        check(&[
            (b"!<arch>\ndebian-binary  ", "(.deb)", ".zip"),
            (b"\xed\xab\xee\xdb\x03\0", "(.rpm)", ".zip"),
            (b"MZ\x90\0", "(.exe or .dll)", ".zip"),
            (b"\x1f\x8b\x08\0", "gzip", "unpack"),
            (b"MSCF\0\0\0\0", "(.cab)", "unpack"),
            (&[&[b'a'; 257][..], b"ustar\x0000", &[0; 248]].concat(), "tar archive", "unpack"),
            (b"\x01\x02", "begins with `01 02`", "choose"),
            (b"%PDF-1.7\n", "a PDF document", "choose"),
            (b"\x89PNG\r\n", "a PNG picture", "choose"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP picture", "choose"),
            (b"\0\0\0\x18ftypmp42", "a video", "choose"),
            (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack"),
            (b"Rar!\x1a\x07", "a rar archive", "unpack"),
            (b"\x7fELF\x02", "a Linux program", ".zip"),
            (b"\xcf\xfa\xed\xfe\x07", "a Mac or iOS program", "choose"),
        ]);
    }

    #[test]
    fn what_came_in_place_of_a_package_is_named() {
        check(&[
            (b"\n <!doctype HTML><title>Sign in</title>", "a web page", "again"),
            (b"\xef\xbb\xbf<HTML>", "a web page", "again"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS", "git lfs pull"),
            (b"{\"message\": \"Not Found\"}", "JSON", "again"),
            (&[0; 4096], "zeros", "again"),
        ]);
    }

    #[test]
    fn text_is_recognised_in_any_language() {
        let long = format!("{}\u{e9}", "a".repeat(511));
        check(&[
            (b"[package]\nname = \"a\"\n", "a text file", "choose"),
            ("authors = [\"Zo\u{eb}\"]".as_bytes(), "a text file", "choose"),
            (long.as_bytes(), "a text file", "choose"),
            (b"\xff\xfea\0", "a text file", "choose"),
            (b"a\xff\xfe", "begins with `61 ff fe`", "choose"),
            (b"a\0b", "begins with `61 00 62`", "choose"),
        ]);
    }

    #[test]
    fn a_truncated_package_is_recognised_by_its_start() {
        check(&[
            (b"PK\x03\x04\x14\0", "stops after 6 bytes", "again"),
            (b"x\x01\xed\xfd", "begins with", "choose"),
        ]);
    }
}
