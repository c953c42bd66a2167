use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An MD5, as 32 lower-case hexadecimal digits wherever it is text.
///
/// It finds bytes that were corrupted in transit or changed on disk; it is no protection against an attacker.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Md5(pub [u8; 16]);

impl Md5 {
    /// As the header `Content-MD5` wants it (RFC 1864).
    pub fn base64(&self) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::with_capacity(24);
        for group in self.0.chunks(3) {
            let bits =
                (0..3).fold(0, |bits, i| (bits << 8) | usize::from(group.get(i).copied().unwrap_or(0)));
            for i in 0..4 {
                let digit = DIGITS[(bits >> (18 - 6 * i)) & 63];
                text.push(if i <= group.len() { char::from(digit) } else { '=' });
            }
        }
        text
    }
}

impl fmt::Display for Md5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Md5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Md5({self})")
    }
}

/// The text is not 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an MD5 of 32 hexadecimal digits")]
pub struct ParseMd5Error;

impl FromStr for Md5 {
    type Err = ParseMd5Error;

    fn from_str(text: &str) -> Result<Md5, ParseMd5Error> {
        let digits = text.as_bytes();
        let mut bytes = [0; 16];
        if digits.len() != 32 {
            return Err(ParseMd5Error);
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let nibble = |digit: u8| char::from(digit).to_digit(16).ok_or(ParseMd5Error);
            // Two nibbles fit a byte.
            *byte = (nibble(pair[0])? << 4 | nibble(pair[1])?) as u8;
        }
        Ok(Md5(bytes))
    }
}

impl From<Md5> for String {
    fn from(md5: Md5) -> String {
        md5.to_string()
    }
}

impl TryFrom<String> for Md5 {
    type Error = ParseMd5Error;

    fn try_from(text: String) -> Result<Md5, ParseMd5Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_texts_are_those_of_the_standards() {
        // RFC 1321, A.5: MD5 of nothing.
        let md5: Md5 = "d41d8cd98f00b204e9800998ecf8427e".parse().unwrap();
        assert_eq!(md5.to_string(), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(md5.base64(), "1B2M2Y8AsgTpgAmY7PhCfg==");
        assert_eq!(serde_json::to_string(&md5).unwrap(), "\"d41d8cd98f00b204e9800998ecf8427e\"");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "d41d", "zz1d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e0"] {
            assert_eq!(text.parse::<Md5>(), Err(ParseMd5Error), "{text}");
        }
        assert_eq!("é41d8cd98f00b204e9800998ecf8427".parse::<Md5>(), Err(ParseMd5Error));
    }
}
