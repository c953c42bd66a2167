//! The picture of an app.

use serde::{Deserialize, Serialize};

/// An icon that a browser can show.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Icon {
    /// `image/png`, `image/webp`, `image/jpeg` or `image/svg+xml`.
    pub media_type: String,
    /// In pixels, if the picture says so.
    pub width: Option<u32>,
    /// In pixels, if the picture says so.
    pub height: Option<u32>,
    /// The picture. It travels beside the facts, not in them.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

impl Icon {
    /// The picture as a `data:` URL (RFC 2397).
    #[must_use]
    pub fn data_url(&self) -> String {
        let mut url = format!("data:{};base64,", self.media_type);
        base64(&self.bytes, &mut url);
        url
    }
}

/// Standard base64 with padding (RFC 4648, section 4).
pub(crate) fn base64(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.reserve(bytes.len().div_ceil(3) * 4);
    for triple in bytes.chunks(3) {
        let at = |n: usize| u32::from(triple.get(n).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for n in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * n) & 63) as usize];
            out.push(if n <= triple.len() { char::from(digit) } else { '=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            let mut out = String::new();
            base64(bytes.as_bytes(), &mut out);
            assert_eq!(out, text);
        }
    }
}
