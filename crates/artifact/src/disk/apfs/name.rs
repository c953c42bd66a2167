//! Names: whether two are equal, and the hash that sorts their records.
//!
//! Source: Apple File System Reference, `j_drec_hashed_key_t`: CRC-32C of the decomposed, lower-case UTF-32 text.

/// `name_len_and_hash` of a name; `None` if it is not ASCII, because that takes tables of Unicode.
pub(super) fn hash(name: &str, folds_case: bool) -> Option<u32> {
    // The length, with the final NUL, has 10 bits.
    if !name.is_ascii() || name.len() >= 1023 {
        return None;
    }
    let letters = name.bytes().map(|letter| if folds_case { letter.to_ascii_lowercase() } else { letter });
    let crc =
        letters.fold(u32::MAX, |crc, letter| u32::from(letter).to_le_bytes().into_iter().fold(crc, crc32c));
    Some((crc & 0x003f_ffff) << 10 | (name.len() as u32 + 1))
}

/// Whether two names are equal on the volume.
pub(super) fn is_same(left: &str, right: &str, folds_case: bool) -> bool {
    left == right
        || (folds_case && (left.eq_ignore_ascii_case(right) || left.to_lowercase() == right.to_lowercase()))
}

/// One step of CRC-32C: Castagnoli's polynomial, bits reversed.
fn crc32c(crc: u32, byte: u8) -> u32 {
    (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0x82f6_3b78 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_known_one() {
        let crc = b"123456789".iter().fold(u32::MAX, |crc, &byte| crc32c(crc, byte));
        assert_eq!(!crc, 0xe306_9283);
    }

    #[test]
    fn case_counts_only_where_the_volume_says_so() {
        assert!(is_same("Info.plist", "INFO.PLIST", true) && !is_same("Info.plist", "INFO.PLIST", false));
        assert_eq!(hash("A", true), hash("a", true));
        assert_ne!(hash("A", false), hash("a", false));
        assert_eq!(hash("\u{e9}", true), None);
    }
}
