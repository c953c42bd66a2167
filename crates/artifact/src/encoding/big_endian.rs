//! Big-endian numbers at an offset of a slice that may be too short. Apple's older formats have them.

crate::encoding::bytes::numbers_at!(from_be_bytes);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_is_the_most_significant() {
        assert_eq!(u16_at(&[1, 2, 3], 1), Some(0x0203));
        assert_eq!(u32_at(&[1, 0, 0, 2], 0), Some(1 << 24 | 2));
        assert_eq!(u64_at(&[1, 0, 0, 0, 0, 0, 0, 2], 0), Some(1 << 56 | 2));
    }
}
