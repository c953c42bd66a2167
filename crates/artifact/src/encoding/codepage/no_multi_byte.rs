//! In place of the code pages with more than 256 characters, in builds without them.

/// No page is known here.
pub(super) fn is_known(_: u32) -> bool {
    false
}

/// What is ASCII in every page, with U+FFFD in place of all else.
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
    fn what_is_ascii_is_kept() {
        assert_eq!(decode(b"a\xd6\xd0 1", 936), "a\u{fffd}\u{fffd} 1");
        assert!(!is_known(936));
    }
}
