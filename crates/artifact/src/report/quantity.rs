//! Counts and sizes in messages.

use std::fmt;

/// A number of bytes in powers of ten, rounded to tenths, as browsers and stores show it: `17 bytes`, `1.4 kB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
        if self.0 < 1000 {
            return exact(self.0).fmt(f);
        }
        // In tenths of the unit, rounded half up.
        let (mut tenths, mut unit, mut name) = (self.0.saturating_add(50) / 100, 100_u64, UNITS[0]);
        for next in &UNITS[1..] {
            if tenths < 10_000 {
                break;
            }
            unit *= 1000;
            (tenths, name) = (self.0.saturating_add(unit / 2) / unit, next);
        }
        write!(f, "{}.{} {name}", tenths / 10, tenths % 10)
    }
}

/// Two sizes that differ, written so that the difference shows.
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
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (1449, "1.4 kB"),
            (1450, "1.5 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (4_000_563, "4.0 MB"),
            (24 << 20, "25.2 MB"),
            (u64::MAX, "18446.7 PB"),
        ];
        for (n_bytes, said) in cases {
            assert_eq!(Size(n_bytes).to_string(), said);
        }
    }

    #[test]
    fn two_sizes_never_look_the_same() {
        assert_eq!(sizes(24 << 20, 25 << 20), ("25.2 MB".to_owned(), "26.2 MB".to_owned()));
        assert_eq!(sizes(5000, 4999), ("5000 bytes".to_owned(), "4999 bytes".to_owned()));
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(count(1, "entry", "entries"), "1 entry");
        assert_eq!(count(0, "entry", "entries"), "0 entries");
    }
}
