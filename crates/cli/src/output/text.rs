//! Texts as a terminal may show them, and sizes and versions as people write them.

use artifact::Size;

/// The text on one line, with every character that could control a terminal written as `\u{…}`.
///
/// File names, app names and the server's messages come from others. Printed as they are, an escape sequence in one could
/// clear the screen or set the window's title, a line feed could forge a line of our own, and a bidirectional mark could
/// show `exe.doc` where the name is `cod.exe`.
pub(crate) fn one_line(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if is_terminal_control(c) { plain.extend(c.escape_unicode()) } else { plain.push(c) }
    }
    plain
}

/// Control characters, line separators, and the marks of Unicode's bidirectional algorithm (UAX #9, §2).
fn is_terminal_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A length such as `4.0 MB (4,000,563 bytes)`, without the parenthesis where nothing was rounded.
pub(crate) fn exact_size(n_bytes: u64) -> String {
    let size = Size(n_bytes);
    if n_bytes < 1000 {
        size.to_string()
    } else {
        format!("{size} ({} bytes)", with_thousands_separators(n_bytes))
    }
}

/// Version and build, such as `1.2 (12)`.
pub(crate) fn version_and_build(version: &str, build: &str) -> String {
    match (version, build) {
        (version, "") => version.to_owned(),
        ("", build) => format!("build {build}"),
        (version, build) => format!("{version} ({build})"),
    }
}

/// The number with a comma between each three digits.
fn with_thousands_separators(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_control_the_terminal() {
        assert_eq!(one_line("Grüße 東京"), "Grüße 東京");
        assert_eq!(one_line("a\x1b]0;b\x07\nc"), "a\\u{1b}]0;b\\u{7}\\u{a}c");
        assert_eq!(one_line("apk\u{202e}cod.exe"), "apk\\u{202e}cod.exe");
    }

    #[test]
    fn sizes_are_rounded_and_exact() {
        assert_eq!(exact_size(0), "0 bytes");
        assert_eq!(exact_size(999), "999 bytes");
        assert_eq!(exact_size(1000), "1.0 kB (1,000 bytes)");
        assert_eq!(exact_size(4_000_563), "4.0 MB (4,000,563 bytes)");
        assert_eq!(exact_size(999_999), "1.0 MB (999,999 bytes)");
        assert_eq!(exact_size(u64::MAX), "18446.7 PB (18,446,744,073,709,551,615 bytes)");
    }
}
