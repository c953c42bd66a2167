//! Stands in for `multi_byte` in builds without the feature `code-pages`.

/// This build has no multi-byte page.
pub(super) fn is_known(_: u32) -> bool {
    false
}

/// ASCII characters, which are the same in every page. U+FFFD replaces all other bytes.
pub(super) fn decode(bytes: &[u8], _: u32) -> String {
    bytes
        .iter()
        .map(|byte| if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_characters_are_kept() {
        assert_eq!(decode(b"a\xd6\xd0 1", 936), "a\u{fffd}\u{fffd} 1");
        assert!(!is_known(936));
    }
}
