//! CRC-32, the checksum of zip entries and PNG chunks.
//!
//! The crate crc32fast is faster, but its tables add 16 KB to a Wasm module that checks a few kilobytes.

use std::sync::OnceLock;

/// CRC-32 of IEEE 802.3, eight bytes at a time ("slicing-by-8" of Michael Kounavis and Frank Berry, 2005): an icon has
/// a hundred thousand.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    // Computed at first use: as data they would add 8 KB to the Wasm module.
    static TABLES: OnceLock<[[u32; 256]; 8]> = OnceLock::new();
    let tables = TABLES.get_or_init(tables);
    let (groups, rest) = bytes.as_chunks::<8>();
    let mut sum = u32::MAX;
    for &[a, b, c, d, e, f, g, h] in groups {
        let [i, j, k, l] = (sum ^ u32::from_le_bytes([a, b, c, d])).to_le_bytes();
        let looked_up = [i, j, k, l, e, f, g, h].into_iter().zip(tables.iter().rev());
        sum = looked_up.fold(0, |sum, (byte, table)| sum ^ table[usize::from(byte)]);
    }
    !rest.iter().fold(sum, |sum, byte| tables[0][usize::from(sum as u8 ^ byte)] ^ (sum >> 8))
}

/// The checksum of each byte, followed by none to seven bytes of 0.
fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    for (byte, sum) in tables[0].iter_mut().enumerate() {
        let bit = |sum: u32, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
        *sum = (0..8).fold(byte as u32, bit);
    }
    for n in 1..8 {
        for byte in 0..256 {
            let sum = tables[n - 1][byte];
            tables[n][byte] = tables[0][usize::from(sum as u8)] ^ (sum >> 8);
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_sum_is_that_of_the_standard() {
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b"The quick brown fox jumps over the lazy dog"), 0x414f_a339);
    }
}
