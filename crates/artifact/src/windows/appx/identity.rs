//! The identity of a package, and the family name that Windows derives from it.

use sha2::{Digest, Sha256};

use crate::encoding::xml::Element;

/// An `Identity` element. The name is never empty; the other attributes may be missing or malformed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) name: String,
    /// The signer's subject, as Windows writes it.
    pub(crate) publisher: Option<String>,
    /// Four numbers in a valid package.
    pub(crate) version: Option<String>,
    /// In lower case. A package without code need not state it.
    pub(crate) architecture: Option<String>,
    pub(crate) resource_id: Option<String>,
}

impl Identity {
    /// Reads an `Identity` element. One without a name is none.
    pub(crate) fn of(element: &Element) -> Option<Self> {
        let text = |name| attribute_text(element, name);
        Some(Self {
            name: text("Name")?,
            publisher: text("Publisher"),
            version: text("Version"),
            architecture: text("ProcessorArchitecture").map(|text| text.to_ascii_lowercase()),
            resource_id: text("ResourceId"),
        })
    }

    /// The package family name: what Windows knows all versions of an app by.
    pub(crate) fn family_name(&self) -> Option<String> {
        Some(format!("{}_{}", self.name, publisher_id(self.publisher.as_deref()?)))
    }
}

/// The trimmed text of an attribute, `None` if it is empty.
pub(crate) fn attribute_text(element: &Element, name: &str) -> Option<String> {
    element.attribute(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The publisher id: 64 bits of the SHA-256 of the UTF-16 text, and a zero bit, in 13 digits of Crockford's base 32.
fn publisher_id(publisher: &str) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let utf16: Vec<u8> = publisher.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hash = Sha256::digest(&utf16);
    let bits = hash.iter().take(8).fold(0_u128, |bits, &byte| bits << 8 | u128::from(byte)) << 1;
    let digit = |n: u32| DIGITS.get((bits >> (n * 5)) as usize & 31).copied().map_or('?', char::from);
    (0..13).rev().map(digit).collect()
}

/// A version as Windows requires it: four numbers of 16 bits.
pub(crate) fn parse_version(version: &str) -> Option<[u16; 4]> {
    let mut parts = version.split('.').map(|part| {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| is_number)
    });
    let quad = [parts.next()??, parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(quad)
}

/// Whether the schema allows this name: 3 to 50 letters, digits, dots and dashes, and not the name of a DOS device.
pub(crate) fn is_allowed_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let numbered = |device| upper.strip_prefix(device).is_some_and(|n| matches!(n.as_bytes(), [b'1'..=b'9']));
    let is_device =
        matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT");
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    (3..=50).contains(&name.len()) && name.bytes().all(is_allowed) && !name.ends_with('.') && !is_device
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_publisher_id_is_the_one_that_windows_computes() {
        // The first is Microsoft's own, seen in the path of every app that comes with Windows.
        for (publisher, id) in [
            (
                "CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US",
                "8wekyb3d8bbwe",
            ),
            (
                "CN=Code Sign Test (DO NOT TRUST), O=Microsoft Corporation, L=Redmond, S=Washington, C=US",
                "125rzkzqaqjwj",
            ),
        ] {
            assert_eq!(publisher_id(publisher), id);
        }
    }

    #[test]
    fn a_version_has_four_numbers() {
        assert_eq!(parse_version("43690.48059.52428.56797"), Some([43690, 48059, 52428, 56797]));
        for version in ["", "1.2.3", "1.2.3.4.5", "1.2.3.65536", "1.2.3.+4", "1.2.3.", "a.b.c.d", "1.2.3.-4"]
        {
            assert_eq!(parse_version(version), None, "{version}");
        }
    }

    #[test]
    fn names_that_windows_refuses_are_not_allowed() {
        for name in ["Example.App-1", "38e614ba-8f1c-407c-8ae0-084ff7f247d8", "COM10", "NULL"] {
            assert!(is_allowed_name(name), "{name}");
        }
        for name in ["ab", "a b c", "Größe", "name.", "nul", "com1", &"a".repeat(51)] {
            assert!(!is_allowed_name(name), "{name}");
        }
    }
}
