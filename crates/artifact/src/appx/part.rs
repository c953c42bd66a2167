//! Names of parts: in the zip they are percent-encoded, and letters of either case are the same (ECMA-376 part 2).

use crate::zip::{Archive, RawEntry};

/// The entry of a part, whose path has `/` between its folders.
pub(crate) fn find<'a>(archive: &'a Archive, path: &str) -> Option<RawEntry<'a>> {
    archive.find_ignoring_case(path).or_else(|| {
        let wanted = folded(path.as_bytes());
        archive.entries().find(|raw| folded(raw.name) == wanted)
    })
}

/// A path or an entry's name in the one form in which equal ones are equal.
pub(crate) fn folded(name: &[u8]) -> String {
    decoded(name).replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// An entry's name as the file system has it.
pub(crate) fn decoded(name: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&byte, behind)) = rest.split_first() {
        let escaped = behind.first_chunk::<2>().filter(|_| byte == b'%').and_then(|digits| hex(*digits));
        bytes.push(escaped.unwrap_or(byte));
        rest = if escaped.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex([high, low]: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_in_neither_case_nor_slashes_nor_escapes() {
        assert_eq!(folded(b"Assets/Store%20Logo.PNG"), folded(b"assets\\store logo.png"));
        assert_eq!(folded("Größe.png".as_bytes()), folded(b"/gr%C3%B6%C3%9Fe.png"));
    }

    #[test]
    fn a_percent_sign_without_digits_stands_for_itself() {
        for name in ["100%", "%", "%2", "%zz", "a%%41"] {
            let expected = name.replace("%41", "A");
            assert_eq!(decoded(name.as_bytes()), expected);
        }
    }
}
