//! Property lists, binary and XML: `Info.plist`, provisioning profiles, the index of a disk image.
//!
//! Sources: Apple's `CFBinaryPList.c` and the plist(5) DTD. [`binary`] and [`xml`] read the two forms into one
//! [`Value`], as `CoreFoundation` does: for example, a dictionary with a key but no value is an error.

mod binary;
mod xml;

use std::collections::BTreeMap;

use crate::encoding::decimal;
use crate::encoding::xml::XmlError;

/// Values of a list at the most. A shared value counts each time it is used.
const MAX_VALUES: usize = 100_000;

/// A value of a property list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Dictionary(BTreeMap<String, Value>),
    /// Arrays, and sets.
    Array(Vec<Value>),
    String(String),
    /// Integers, and the UIDs of keyed archives.
    Integer(i64),
    /// Real numbers, and integers that do not fit 64 bits.
    Real(f64),
    Bool(bool),
    /// Seconds since 1970, UTC.
    Date(i64),
    Data(Vec<u8>),
}

/// Why bytes are no property list. Offsets are in bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlistError {
    #[error(transparent)]
    Xml(#[from] XmlError),
    #[error("expected a trailer at the end of the binary property list, got damaged or missing bytes")]
    Trailer,
    #[error("expected a value of a property list, got something else")]
    Value,
    #[error("expected `{expected}` in the property list, got `{got}`")]
    Element { expected: &'static str, got: String },
    #[error("expected at most {limit} values inside each other in the property list, got more", limit = crate::limits::MAX_DEPTH)]
    TooDeep,
    #[error("expected at most {MAX_VALUES} values in the property list, got more")]
    TooLong,
}

/// Reads a whole property list of either form.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, PlistError> {
    if bytes.starts_with(b"bplist0") { binary::parse(bytes) } else { xml::parse(bytes) }
}

impl Value {
    /// The value of a dictionary's key.
    pub(crate) fn at(&self, key: &str) -> Option<&Value> {
        self.dictionary()?.get(key)
    }

    /// The dictionary that this is.
    pub(crate) fn dictionary(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    /// The items of the array that this is; none if it is something else.
    pub(crate) fn items(&self) -> &[Value] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// The string that this is.
    pub(crate) fn string(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value as text, trimmed and never empty. Numbers count too: a version may be written as one.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Self::Integer(number) => Some(number.to_string()),
            Self::Real(number) if number.is_finite() => Some(decimal::text(*number)),
            _ => None,
        }
    }

    /// The integer that this is, or that a string contains.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
            Self::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The truth value that this is. Numbers and strings are converted as `CoreFoundation` does.
    pub(crate) fn boolean(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            Self::Integer(number) => Some(*number != 0),
            Self::String(text) => Some(matches!(text.trim(), "YES" | "yes" | "true" | "1")),
            _ => None,
        }
    }

    /// The point in time that this is, in seconds since 1970, UTC.
    pub(crate) fn date(&self) -> Option<i64> {
        match self {
            Self::Date(unix) => Some(*unix),
            _ => None,
        }
    }

    /// The bytes that this is.
    pub(crate) fn data(&self) -> Option<&[u8]> {
        match self {
            Self::Data(bytes) => Some(bytes),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
