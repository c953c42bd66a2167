//! Amounts as people say them.

use std::fmt;

/// A number of bytes, in powers of 1024 and cut to tenths: `17 bytes`, `1.4 KiB`, `24 MiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
        if self.0 < 1024 {
            return exact(self.0).fmt(f);
        }
        let (mut unit, mut name) = (1_u64, UNITS[0]);
        for next in UNITS {
            // The first is always reached, and 1024 PiB are less than a `u64` holds.
            if self.0 / unit < 1024 {
                break;
            }
            (unit, name) = (unit << 10, next);
        }
        match (self.0 / unit, self.0 % unit * 10 / unit) {
            (whole, 0) => write!(f, "{whole} {name}"),
            (whole, tenths) => write!(f, "{whole}.{tenths} {name}"),
        }
    }
}

/// Two sizes that differ, so that one sees that they do.
pub(crate) fn sizes(expected: u64, got: u64) -> (String, String) {
    let readable = (Size(expected).to_string(), Size(got).to_string());
    if readable.0 == readable.1 { (exact(expected), exact(got)) } else { readable }
}

fn exact(n_bytes: u64) -> String {
    count(n_bytes, "byte", "bytes")
}

/// A number of things: `1 entry`, `2 entries`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_said_in_the_unit_that_fits() {
        let cases = [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1 KiB"),
            (1535, "1.4 KiB"),
            (24 << 20, "24 MiB"),
            ((1 << 30) - 1, "1023.9 MiB"),
            (1 << 53, "8 PiB"),
            (u64::MAX, "16383.9 PiB"),
        ];
        for (n_bytes, said) in cases {
            assert_eq!(Size(n_bytes).to_string(), said);
        }
    }

    #[test]
    fn two_sizes_never_look_the_same() {
        assert_eq!(sizes(24 << 20, 25 << 20), ("24 MiB".to_owned(), "25 MiB".to_owned()));
        assert_eq!(sizes(5000, 4999), ("5000 bytes".to_owned(), "4999 bytes".to_owned()));
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(count(1, "entry", "entries"), "1 entry");
        assert_eq!(count(0, "entry", "entries"), "0 entries");
    }
}
