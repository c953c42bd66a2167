//! The summary information of an installer: a property set in a stream of its own.
//!
//! Source: [MS-OLEPS] for the encoding; Windows Installer's "Summary Property Descriptions" for the meaning.

use crate::encoding::bytes::{u16_at, u32_at};
use crate::encoding::codepage;
use crate::limits::MAX_STRING;

/// The properties of the summary information stream. Missing ones are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// The product's name, usually.
    pub(crate) subject: String,
    /// The maker's name, usually.
    pub(crate) author: String,
    /// Platforms and language numbers: `x64;1033`.
    pub(crate) template: String,
    /// The package code: a GUID of this very file.
    pub(crate) package_code: String,
    /// The tool that made the file.
    pub(crate) created_by: String,
    /// The oldest version of Windows Installer that reads it, times 100.
    pub(crate) min_installer: Option<i32>,
    /// Bit 1: files are compressed; bit 2: an administrative image; bit 3: needs no elevated rights.
    pub(crate) source_flags: Option<i32>,
}

/// Properties that are looked at. Real streams have up to 20.
const MAX_PROPERTIES: u32 = 100;

impl Summary {
    /// Parses the stream `\5SummaryInformation`. Malformed properties are left empty.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let set = PropertySet::first(bytes).unwrap_or_default();
        let codepage = set.number(1).map_or(1252, |codepage| u32::from(codepage as u16));
        let text = |id| codepage::text(set.text(id), codepage);
        Self {
            subject: text(3),
            author: text(4),
            template: text(7),
            package_code: text(9),
            created_by: text(18),
            min_installer: set.number(14),
            source_flags: set.number(15),
        }
    }
}

/// A property set: the ids and offsets of its values ([MS-OLEPS] 2.20).
#[derive(Default)]
struct PropertySet<'a> {
    bytes: &'a [u8],
}

impl<'a> PropertySet<'a> {
    /// The first set of a stream ([MS-OLEPS] 2.21).
    fn first(bytes: &'a [u8]) -> Option<Self> {
        if u16_at(bytes, 0)? != 0xfffe {
            return None;
        }
        Some(Self { bytes: bytes.get(u32_at(bytes, 44)? as usize..)? })
    }

    /// The type and the value of a property.
    fn value(&self, id: u32) -> Option<&'a [u8]> {
        let n_properties = u32_at(self.bytes, 4)?.min(MAX_PROPERTIES) as usize;
        let mut pairs =
            (0..n_properties).map(|n| (u32_at(self.bytes, 8 + 8 * n), u32_at(self.bytes, 12 + 8 * n)));
        let (_, offset) = pairs.find(|(found, _)| *found == Some(id))?;
        self.bytes.get(offset? as usize..)
    }

    /// The value of an integer property.
    fn number(&self, id: u32) -> Option<i32> {
        const SHORT: u32 = 2;
        const LONG: u32 = 3;
        let value = self.value(id)?;
        match u32_at(value, 0)? {
            SHORT => u16_at(value, 4).map(|short| short.cast_signed().into()),
            LONG => u32_at(value, 4).map(u32::cast_signed),
            _ => None,
        }
    }

    /// The bytes of a string property, up to its first zero byte.
    fn text(&self, id: u32) -> &'a [u8] {
        const TEXT: u32 = 30;
        let text = |value: &'a [u8]| {
            let len = u32_at(value, 4).filter(|_| u32_at(value, 0) == Some(TEXT))? as usize;
            value.get(8..)?.get(..len.min(MAX_STRING)).or_else(|| value.get(8..))
        };
        let text = self.value(id).and_then(text).unwrap_or_default();
        text.split(|&byte| byte == 0).next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream with these properties: number, type, the value's bytes.
    fn stream(properties: &[(u32, u32, &[u8])]) -> Vec<u8> {
        let mut bytes = [&[0xfe, 0xff, 0, 0][..], &[0; 40], &48_u32.to_le_bytes()].concat();
        bytes.extend([0, properties.len() as u32].map(u32::to_le_bytes).concat());
        let mut values = Vec::new();
        for (id, kind, value) in properties {
            let offset = (8 + properties.len() * 8 + values.len()) as u32;
            bytes.extend([*id, offset].map(u32::to_le_bytes).concat());
            values.extend(kind.to_le_bytes());
            values.extend_from_slice(value);
        }
        [bytes, values].concat()
    }

    #[test]
    fn a_summary_is_read_in_its_own_code_page() {
        let bytes = stream(&[
            (1, 2, &[0xe9, 0xfd, 0, 0]),
            (3, 30, b"\x03\0\0\0\xc3\xbc\0\0"),
            (7, 30, b"\x09\0\0\0x64;1033\0"),
            (14, 3, &[200, 0, 0, 0]),
            (15, 3, &[2, 0, 0, 0]),
        ]);
        let summary = Summary::parse(&bytes);
        assert_eq!((summary.subject.as_str(), summary.template.as_str()), ("ü", "x64;1033"));
        assert_eq!((summary.min_installer, summary.source_flags), (Some(200), Some(2)));
        assert_eq!(summary.author, "");
    }

    #[test]
    fn a_summary_cut_anywhere_gives_what_is_left() {
        let bytes = stream(&[(3, 30, b"\xff\xff\xff\xffname"), (7, 30, b"\x02\0\0\0;\0")]);
        for len in 0..bytes.len() {
            drop(Summary::parse(&bytes[..len]));
        }
        assert_eq!(Summary::parse(&[0xff; 200]), Summary::default());
    }
}
