//! Apple Data Compression (ADC), in images made before Mac OS X 10.2.
//!
//! Source: the descriptions of other open-source readers: literals, and copies of earlier output. The only crate for
//! it, adc, had its last release in 2020.

/// Decompresses data that should become `len` bytes, never to more; `None` if it is malformed.
pub(super) fn unpack(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = packed;
    while let Some((&control, after)) = rest.split_first() {
        if out.len() >= len {
            break;
        }
        let left = len - out.len();
        if control & 0x80 != 0 {
            let n_literals = usize::from(control & 0x7f) + 1;
            let (literals, after) = after.split_at_checked(n_literals)?;
            out.extend_from_slice(literals.get(..left).unwrap_or(literals));
            rest = after;
            continue;
        }
        let (n_copied, distance, after) = copy(control, after)?;
        let start = out.len().checked_sub(distance)?;
        // A copy may overlap its own output: so a byte is repeated.
        for at in start..start + n_copied.min(left) {
            let byte = *out.get(at)?;
            out.push(byte);
        }
        rest = after;
    }
    Some(out)
}

/// A copy's length, its distance back, and the data after it.
fn copy(control: u8, after: &[u8]) -> Option<(usize, usize, &[u8])> {
    let low = usize::from(control & 0x3f);
    if control & 0x40 != 0 {
        let (distance, after) = after.split_first_chunk::<2>()?;
        return Some((low + 4, usize::from(u16::from_be_bytes(*distance)) + 1, after));
    }
    let (&distance, after) = after.split_first()?;
    Some(((low >> 2) + 3, ((low & 3) << 8 | usize::from(distance)) + 1, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_copies_are_joined() {
        // `abc`, a copy of 4 from 3 back, a long copy of 5 from 1 back.
        let packed = [0x82, b'a', b'b', b'c', 0x04, 0x02, 0x41, 0x00, 0x00];
        assert_eq!(unpack(&packed, 12).as_deref(), Some(&b"abcabcaaaaaa"[..]));
        assert_eq!(unpack(&packed, 5).as_deref(), Some(&b"abcab"[..]));
    }

    #[test]
    fn data_cut_short_or_with_too_long_a_distance_is_none() {
        assert_eq!(unpack(&[0x82, b'a'], 12), None);
        assert_eq!(unpack(&[0x80, b'a', 0x04, 0x02], 12), None);
        assert_eq!(unpack(&[0x80, b'a', 0x41, 0x00], 12), None);
    }
}
