//! Names of entries: their text, and whether extracting them is safe.

use crate::encoding::bytes::u32_at;
use crate::encoding::codepage;

/// Bit 11 of the flags: the name is UTF-8 (APPNOTE 4.4.4).
const UTF_8: u16 = 1 << 11;

/// The name in Unicode: from the field `Info-ZIP Unicode Path` (APPNOTE 4.6.9), or by the UTF-8 flag. Macs write UTF-8
/// without the flag, so valid UTF-8 is taken as that; other names are in code page 437.
pub(super) fn display(name: &[u8], flags: u16, unicode_path: Option<&[u8]>) -> String {
    // One byte of version and four of the name's checksum, which is not compared: this name is only displayed.
    let unicode = unicode_path.filter(|field| u32_at(field, 1).is_some()).and_then(|field| field.get(5..));
    if let Some(unicode) =
        unicode.and_then(|bytes| str::from_utf8(bytes).ok()).filter(|text| !text.is_empty())
    {
        return unicode.to_owned();
    }
    match str::from_utf8(name) {
        Ok(name) => name.to_owned(),
        Err(_) if flags & UTF_8 != 0 => String::from_utf8_lossy(name).into_owned(),
        Err(_) => codepage::decode_cp437(name),
    }
}

/// Whether a name leads out of the folder where it is extracted, or cannot be written on every system.
///
/// A tool that joins `../../.ssh/authorized_keys` to its target folder writes outside of it ("zip slip"), and so it
/// does with an absolute path or a drive letter. A backslash is a separator on Windows and a character elsewhere:
/// `..\x` is harmless on a Mac and not on a PC. Slipway extracts nothing, but testers do, so the name is reported.
pub(super) fn is_unsafe(name: &[u8]) -> bool {
    let has_drive = || matches!(name, [drive, b':', ..] if drive.is_ascii_alphabetic());
    name.starts_with(b"/")
        || has_drive()
        || name.iter().any(|&byte| byte == b'\\' || byte < b' ')
        || name.split(|&byte| byte == b'/').any(|part| part == b"..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_in_the_characters_it_was_written_in() {
        assert_eq!(display(b"Gr\x81\xe1e", 0, None), "Grüße");
        assert_eq!(display("Grüße".as_bytes(), 0, None), "Grüße");
        assert_eq!(display(b"\xff", UTF_8, None), "\u{fffd}");
        let field = [&[1, 0, 0, 0, 0][..], "日本".as_bytes()].concat();
        assert_eq!(display(b"??", 0, Some(&field)), "日本");
        assert_eq!(display(b"a", 0, Some(&[1, 0, 0, 0, 0])), "a");
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_unsafe() {
        for name in [&b"/a"[..], b"../a", b"a/../b", b"a\\b", b"C:a", b"a\nb", b".."] {
            assert!(is_unsafe(name), "{}", name.escape_ascii());
        }
        for name in [&b"a/b"[..], b"a..b", b"...", b"a/", b"1:2", b""] {
            assert!(!is_unsafe(name), "{}", name.escape_ascii());
        }
    }
}
