//! Base64 (RFC 4648, section 4).

/// Appends the encoding of bytes, padded.
pub(crate) fn encode_into(out: &mut String, bytes: &[u8]) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |bits: u32| LETTERS[(bits & 63) as usize];
    let letters = |bits: u32| [letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), letter(bits)];
    let (triples, rest) = bytes.as_chunks::<3>();
    // All bytes first, then one check for UTF-8: one character at a time would take twice as long.
    let mut text = vec![[b'='; 4]; bytes.len().div_ceil(3)];
    for (&[a, b, c], place) in triples.iter().zip(&mut text) {
        *place = letters(u32::from_be_bytes([0, a, b, c]));
    }
    if let (Some(&first), Some(place)) = (rest.first(), text.last_mut()) {
        let [a, b, c, _] = letters(u32::from_be_bytes([0, first, rest.get(1).copied().unwrap_or(0), 0]));
        *place = [a, b, if rest.len() > 1 { c } else { b'=' }, b'='];
    }
    out.push_str(std::str::from_utf8(text.as_flattened()).unwrap_or_default());
}

/// Decodes text. Whitespace may be anywhere; the padding must be complete.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
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
            encode_into(&mut out, bytes.as_bytes());
            assert_eq!(out, letters);
            assert_eq!(decode(letters).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn whitespace_is_skipped_and_any_other_character_is_an_error() {
        assert_eq!(decode("c2xp\ncHdh eQ=="), Some(b"slipway".to_vec()));
        for text in ["a-b", "QQ", "QQ=Q", "QQ=", "====", "Q"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
