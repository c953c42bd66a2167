//! XML property lists. Source: the DTD `PropertyList-1.0.dtd`, and Apple's `CFPropertyList.c`.

use std::collections::BTreeMap;

use crate::apple::plist::{PlistError, Value};
use crate::encoding::base64;
use crate::encoding::decimal;
use crate::encoding::time;
use crate::encoding::xml::{self, Element};

/// Reads a whole XML list: what is in `plist`, or a value without one around it.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, PlistError> {
    let root = xml::parse(bytes)?;
    if root.name != "plist" {
        return value(&root);
    }
    let top = root.children.first().ok_or_else(|| unexpected_element("dict", "plist"))?;
    value(top)
}

/// Recursive, but no deeper than the elements, and [`xml::parse`] limits their depth.
fn value(element: &Element) -> Result<Value, PlistError> {
    match element.name.as_str() {
        "dict" => return dictionary(element),
        "array" => return element.children.iter().map(value).collect::<Result<_, _>>().map(Value::Array),
        _ => {}
    }
    let text = text_only(element)?;
    let parsed = match element.name.as_str() {
        "string" => Some(Value::String(text.to_owned())),
        "integer" => integer(text.trim()),
        "real" => real(text.trim()).map(Value::Real),
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "date" => time::parse_rfc3339(text).map(Value::Date),
        "data" => base64::decode(text).map(Value::Data),
        other => return Err(unexpected_element("dict", other)),
    };
    parsed.ok_or_else(|| unexpected_element(expected_content(&element.name), text))
}

/// A number, infinity, or NaN.
fn real(text: &str) -> Option<f64> {
    let word = text.trim_start_matches(['+', '-']);
    match decimal::parse_any(text) {
        None if word.eq_ignore_ascii_case("nan") => Some(f64::NAN),
        None if ["inf", "infinity"].iter().any(|known| word.eq_ignore_ascii_case(known)) => {
            Some(f64::INFINITY)
        }
        number => number,
    }
}

fn dictionary(element: &Element) -> Result<Value, PlistError> {
    let mut dictionary = BTreeMap::new();
    let (pairs, rest) = element.children.as_chunks::<2>();
    for [key, found] in pairs {
        if key.name != "key" {
            return Err(unexpected_element("key", &key.name));
        }
        dictionary.insert(text_only(key)?.to_owned(), value(found)?);
    }
    match rest.first() {
        Some(left) => Err(unexpected_element("a value for each key", &left.name)),
        None => Ok(Value::Dictionary(dictionary)),
    }
}

/// The text of an element without children.
fn text_only(element: &Element) -> Result<&str, PlistError> {
    match element.children.first() {
        Some(child) => Err(unexpected_element("text", &child.name)),
        None => Ok(&element.text),
    }
}

fn unexpected_element(expected: &'static str, got: &str) -> PlistError {
    PlistError::Element { expected, got: got.escape_debug().take(100).collect() }
}

fn expected_content(name: &str) -> &'static str {
    match name {
        "integer" => "an integer",
        "real" => "a number",
        "date" => "a date",
        _ => "base64",
    }
}

/// An integer in decimal, or in hexadecimal after `0x`, with an optional sign.
fn integer(text: &str) -> Option<Value> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let (digits, radix) = hex.map_or((digits, 10), |hex| (hex, 16));
    if !digits.starts_with(|first: char| first.is_ascii_hexdigit()) {
        return None;
    }
    let number = i128::from_str_radix(digits, radix).ok()?;
    let number = if is_negative { -number } else { number };
    Some(i64::try_from(number).map_or(Value::Real(number as f64), Value::Integer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: &str) -> Result<Value, PlistError> {
        parse(format!("<plist version='1.0'>{value}</plist>").as_bytes())
    }

    #[test]
    fn every_kind_of_element_is_read() {
        let cases = [
            ("<string>a &amp; b</string>", Value::String("a & b".to_owned())),
            ("<string/>", Value::String(String::new())),
            ("<integer> -0x1f </integer>", Value::Integer(-31)),
            ("<integer>18446744073709551615</integer>", Value::Real(18_446_744_073_709_551_615.0)),
            ("<real>1.2</real>", Value::Real(1.2)),
            ("<true/>", Value::Bool(true)),
            ("<date>1970-01-02T00:00:00Z</date>", Value::Date(86_400)),
            ("<data>\n\tSGVs\n\tbG8=\n</data>", Value::Data(b"Hello".to_vec())),
            ("<array><false/><array/></array>", Value::Array(vec![Value::Bool(false), Value::Array(vec![])])),
        ];
        for (text, value) in cases {
            assert_eq!(one(text), Ok(value), "{text}");
        }
        let last_wins = one("<dict><key>a</key><integer>1</integer><key>a</key><integer>2</integer></dict>");
        assert_eq!(last_wins.ok().and_then(|value| value.at("a")?.integer()), Some(2));
    }

    #[test]
    fn lists_that_the_dtd_does_not_allow_are_refused() {
        let cases = [
            "<dict><key>a</key></dict>",
            "<dict><string>a</string><string>b</string></dict>",
            "<dict><key>a</key><key>b</key></dict>",
            "<string><string/></string>",
            "<integer>x</integer>",
            "<integer>--1</integer>",
            "<integer/>",
            "<real/>",
            "<date>yesterday</date>",
            "<data>QQ</data>",
            "<data>QQ=Q</data>",
            "<data>Q*==</data>",
            "<html/>",
            "",
        ];
        for text in cases {
            assert!(matches!(one(text), Err(PlistError::Element { .. })), "{text}");
        }
        assert!(matches!(parse(b"bplist"), Err(PlistError::Xml(_))));
    }

    #[test]
    fn a_list_is_read_in_any_unicode_and_with_comments() {
        let text = "<?xml version='1.0' encoding='UTF-16'?>\r\n<!-- <key>b</key> -->\r\n<plist>\r\n<dict>\r\n\
                    <key>a</key><!-- x -->\r\n<string>\u{e9}</string></dict></plist>\r\n";
        let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [utf16, format!("\u{feff}{text}").into_bytes(), format!("\n {text}").into_bytes()] {
            assert_eq!(parse(&bytes).ok().and_then(|list| list.at("a")?.text()).as_deref(), Some("\u{e9}"));
        }
    }
}
