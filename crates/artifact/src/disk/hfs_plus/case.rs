//! The order of names on HFS+, and which are equal.
//!
//! Source: TN1150, `FastUnicodeCompare` and its table of lower-case letters: those of Unicode 2.0 that do not
//! decompose. Ranges of it are here as rules; a name with other letters is found by listing its folder.

use std::cmp::Ordering;

/// Compares two names as a case-insensitive volume does.
pub(super) fn compare_folded(left: &[u16], right: &[u16]) -> Ordering {
    let left = left.iter().filter_map(|&unit| fold(unit));
    left.cmp(right.iter().filter_map(|&unit| fold(unit)))
}

/// The lower-case form; `None` if the unit is ignored.
fn fold(unit: u16) -> Option<u16> {
    let folded = match unit {
        // NUL sorts last.
        0 => 0xffff,
        // Joiners and marks of direction.
        0x200c..=0x200f | 0x202a..=0x202e | 0x206a..=0x206f | 0xfeff => return None,
        0x41..=0x5a | 0xff21..=0xff3a => unit + 0x20,
        0xc6 | 0xd0 | 0xd8 | 0xde => unit + 0x20,
        0x110 | 0x126 | 0x132 | 0x13f | 0x141 | 0x14a | 0x152 | 0x166 => unit + 1,
        0x391..=0x3a1 | 0x3a3..=0x3a9 => unit + 0x20,
        0x3e2..=0x3ee if unit.is_multiple_of(2) => unit + 1,
        // Those with a breve or an accent decompose.
        0x403 | 0x407 | 0x40c | 0x40e | 0x419 => unit,
        0x402..=0x40f => unit + 0x50,
        0x410..=0x42f => unit + 0x20,
        0x460..=0x480 | 0x490..=0x4be if unit.is_multiple_of(2) && unit != 0x476 => unit + 1,
        0x531..=0x556 => unit + 0x30,
        0x10a0..=0x10c5 => unit + 0x30,
        0x2160..=0x216f => unit + 0x10,
        _ => unit,
    };
    Some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(left: &str, right: &str) -> Ordering {
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        compare_folded(&units(left), &units(right))
    }

    #[test]
    fn upper_and_lower_case_are_the_same() {
        for (left, right) in [("Info.plist", "INFO.PLIST"), ("\u{41f}", "\u{43f}"), ("a\u{200d}b", "AB")] {
            assert_eq!(compare(left, right), Ordering::Equal, "{left} {right}");
        }
        assert_eq!(compare("a_", "aB"), Ordering::Less);
        assert_eq!(compare("", "a"), Ordering::Less);
        assert_eq!(compare("z", "\u{430}"), Ordering::Less);
    }
}
