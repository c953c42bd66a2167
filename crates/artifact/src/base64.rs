//! Base64 (RFC 4648, section 4).

/// Writes bytes four letters for three, padded.
pub(crate) fn write(out: &mut String, bytes: &[u8]) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.reserve(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| group.get(at).map_or(0, |&byte| u32::from(byte));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (at, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let letter = LETTERS[(bits >> shift & 0x3f) as usize];
            out.push(if at <= group.len() { char::from(letter) } else { '=' });
        }
    }
}

/// The bytes that text stands for, with blanks anywhere and its padding complete.
pub(crate) fn read(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut n_sextets, mut n_padding) = (0_u32, 0_usize, 0_usize);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let sextet = match byte {
            b'=' => {
                n_padding += 1;
                continue;
            }
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        if n_padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(sextet);
        n_sextets += 1;
        if n_sextets.is_multiple_of(4) {
            out.extend_from_slice(bits.to_be_bytes().get(1..)?);
        }
    }
    match (n_sextets % 4, n_padding) {
        (0, 0) => {}
        (2, 2) => out.push((bits >> 4) as u8),
        (3, 1) => out.extend([(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => return None,
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648_are_written_and_read() {
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (bytes, letters) in cases {
            let mut out = String::new();
            write(&mut out, bytes.as_bytes());
            assert_eq!(out, letters);
            assert_eq!(read(letters).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn blanks_are_skipped_and_anything_else_is_no_base64() {
        assert_eq!(read("c2xp\ncHdh eQ=="), Some(b"slipway".to_vec()));
        for text in ["a-b", "QQ", "QQ=Q", "QQ=", "====", "Q"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
