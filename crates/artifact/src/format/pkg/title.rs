//! Titles that are keys of another text.

use crate::container::xar::Xar;
use crate::{InspectError, Source};

/// Bytes of a `Localizable.strings` file: a longer one is not looked into.
const MAX_STRINGS: u64 = 256 << 10;

/// Whether a title is a key, as `DISTRIBUTION_TITLE`: capitals in several words joined by `_`.
pub(super) fn is_key(title: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    title.contains('_') && title.split('_').all(is_word)
}

/// The text of a key in the installer's English strings, if it has them.
pub(super) fn look_up(source: &mut dyn Source, xar: &Xar, key: &str) -> Result<Option<String>, InspectError> {
    let folders = ["en", "English", "Base"].into_iter();
    let found =
        folders.filter_map(|language| xar.find(&format!("Resources/{language}.lproj/Localizable.strings")));
    for member in found.take(1) {
        match xar.read(source, member, MAX_STRINGS) {
            Ok(bytes) => return Ok(value(&decode(&bytes), key)),
            Err(InspectError::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(None)
}

/// The text of a strings file, which is in UTF-16 or UTF-8.
fn decode(bytes: &[u8]) -> String {
    let utf16 = |units: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = units.as_chunks::<2>().0.iter().map(|&unit| read(unit)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, units @ ..] => utf16(units, u16::from_le_bytes),
        [0xfe, 0xff, units @ ..] => utf16(units, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The value behind `"key" =`.
fn value(strings: &str, key: &str) -> Option<String> {
    let quoted = format!("\"{key}\"");
    strings.split(quoted.as_str()).skip(1).find_map(|behind| {
        let text = behind.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
        let mut value = String::new();
        let mut chars = text.chars();
        loop {
            match chars.next()? {
                '"' => break,
                '\\' => value.push(chars.next()?),
                char => value.push(char),
            }
        }
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_distinguished_from_a_title() {
        for (title, expected) in [
            ("DISTRIBUTION_TITLE", true),
            ("SU_TITLE", true),
            ("VLC", false),
            ("My_App", false),
            ("_", false),
        ] {
            assert_eq!(is_key(title), expected, "{title}");
        }
    }

    #[test]
    fn a_key_is_found_in_strings_of_either_encoding() {
        let strings = "/* \"T_T\" */ \"X\" = \"no\";\n\"T_T\" = \"The \\\"App\\\"\";";
        let utf16: Vec<u8> = format!("\u{feff}{strings}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [strings.as_bytes(), &utf16] {
            assert_eq!(value(&decode(bytes), "T_T").as_deref(), Some("The \"App\""));
        }
        for cut in ["\"T_T\" = \"The", "\"T_T\" =", "\"T_T\"", "", "\"T_T\" = \"\";"] {
            assert_eq!(value(cut, "T_T"), None, "{cut}");
        }
    }
}
