//! LZVN without a block header, as files compressed by macOS have it.
//!
//! Source: Apple's open-source `lzvn_decode_base.c`, for the opcodes. The crate `lzfse_rust` reads LZVN only in blocks
//! with a header; the crates for bare LZVN, `lzvn` and `lzvn-core`, are at version 0.1.

/// A decoded opcode. `len` counts its own bytes, without the literals that follow.
struct Opcode {
    len: usize,
    n_literals: usize,
    match_len: usize,
    /// How far back the match begins; `None` means the distance of the match before.
    distance: Option<usize>,
}

/// Decompresses data up to its end-of-stream opcode, or until `max` bytes are out. `None` if it is malformed.
pub(crate) fn unpack(packed: &[u8], max: usize) -> Option<Vec<u8>> {
    const END: u8 = 0x06;
    let mut out = Vec::new();
    let (mut rest, mut last_distance) = (packed, 0);
    while *rest.first()? != END {
        let opcode = read_opcode(rest)?;
        rest = rest.get(opcode.len..)?;
        let (literals, after) = rest.split_at_checked(opcode.n_literals)?;
        out.extend_from_slice(literals);
        rest = after;
        last_distance = opcode.distance.unwrap_or(last_distance);
        if opcode.match_len > 0 {
            if last_distance == 0 {
                return None;
            }
            let start = out.len().checked_sub(last_distance)?;
            // A match may overlap its own output: so a byte is repeated.
            for at in start..start + opcode.match_len {
                let byte = *out.get(at)?;
                out.push(byte);
            }
        }
        if out.len() >= max {
            out.truncate(max);
            return Some(out);
        }
    }
    Some(out)
}

fn read_opcode(bytes: &[u8]) -> Option<Opcode> {
    let number = |at: usize| bytes.get(at).copied().map(usize::from);
    let long = || Some(number(1)? | number(2)? << 8);
    let first = number(0)?;
    let (low, short_match_len) = (first & 0x0f, (first >> 3 & 7) + 3);
    let opcode = match first {
        0x0e | 0x16 => Opcode { len: 1, n_literals: 0, match_len: 0, distance: None },
        0x1e | 0x26 | 0x2e | 0x36 | 0x3e | 0x70..=0x7f | 0xd0..=0xdf => return None,
        0xa0..=0xbf => Opcode {
            len: 3,
            n_literals: first >> 3 & 3,
            match_len: ((first & 7) << 2 | long()? & 3) + 3,
            distance: Some(long()? >> 2),
        },
        0xe0 => Opcode { len: 2, n_literals: number(1)? + 16, match_len: 0, distance: None },
        0xe1..=0xef => Opcode { len: 1, n_literals: low, match_len: 0, distance: None },
        0xf0 => Opcode { len: 2, n_literals: 0, match_len: number(1)? + 16, distance: None },
        0xf1..=0xff => Opcode { len: 1, n_literals: 0, match_len: low, distance: None },
        _ => {
            let (len, distance) = match first & 7 {
                7 => (3, Some(long()?)),
                6 => (1, None),
                high => (2, Some(high << 8 | number(1)?)),
            };
            Opcode { len, n_literals: first >> 6, match_len: short_match_len, distance }
        }
    };
    Some(opcode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_matches_are_joined() {
        // 3 literals and a match of 3 from 3 back; 4 more from the same distance; no operation; the end.
        let packed = [0xc0, 0x03, b'a', b'b', b'c', 0xf4, 0x0e, 0x06, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(unpack(&packed, 100).as_deref(), Some(&b"abcabcabca"[..]));
        assert_eq!(unpack(&packed, 4).as_deref(), Some(&b"abca"[..]));
    }

    #[test]
    fn it_unpacks_what_the_library_packs() {
        let text: Vec<u8> =
            (0..200_u32).flat_map(|n| format!("{} slipway {}", n * n, n % 7).into_bytes()).collect();
        let mut stream = Vec::new();
        lzfse_rust::LzfseEncoder::default().encode_bytes(&text[..2000], &mut stream).expect("encoded");
        assert_eq!(&stream[..4], b"bvxn");
        assert_eq!(unpack(&stream[12..], 1 << 16).as_deref(), Some(&text[..2000]));
    }

    #[test]
    fn malformed_data_is_none() {
        for packed in [&[][..], &[0xe5, 1], &[0x1e], &[0x70], &[0xf4, 6], &[0xc0, 9, 1, 2, 3, 6], &[0xa0, 1]]
        {
            assert_eq!(unpack(packed, 100), None, "{packed:x?}");
        }
    }
}
