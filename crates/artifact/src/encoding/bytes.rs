//! Little-endian numbers at an offset of a slice that may be too short, and hexadecimal text.
//!
//! [`big_endian`](crate::encoding::big_endian) has the same functions for the other byte order.

/// Defines the functions for one byte order.
macro_rules! numbers_at {
    ($from_bytes:ident) => {
        /// The 16-bit number at `at`, or `None` past the end.
        pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
            Some(u16::$from_bytes(*bytes.get(at..)?.first_chunk()?))
        }

        /// The 32-bit number at `at`, or `None` past the end.
        pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
            Some(u32::$from_bytes(*bytes.get(at..)?.first_chunk()?))
        }

        /// The 64-bit number at `at`, or `None` past the end.
        pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
            Some(u64::$from_bytes(*bytes.get(at..)?.first_chunk()?))
        }
    };
}

pub(crate) use numbers_at;

numbers_at!(from_le_bytes);

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_in_lower_case() {
        assert_eq!(hex(&[0, 0x1f, 0xab]), "001fab");
    }

    #[test]
    fn a_number_that_does_not_fit_is_none() {
        assert_eq!(u16_at(&[1, 2, 3], 1), Some(0x0302));
        assert_eq!(u16_at(&[1, 2, 3], 2), None);
        assert_eq!(u32_at(&[0; 8], usize::MAX), None);
        assert_eq!(u64_at(&[0xff; 8], 0), Some(u64::MAX));
        assert_eq!(u64_at(&[0; 7], 0), None);
    }
}
