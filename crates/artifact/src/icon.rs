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
    let digit = |bits: u32| DIGITS[(bits & 63) as usize];
    let digits = |bits: u32| [digit(bits >> 18), digit(bits >> 12), digit(bits >> 6), digit(bits)];
    let (triples, rest) = bytes.as_chunks::<3>();
    // Bytes first: a character at a time would take twice as long.
    let mut text = vec![[b'='; 4]; bytes.len().div_ceil(3)];
    for (&[a, b, c], place) in triples.iter().zip(&mut text) {
        *place = digits(u32::from_be_bytes([0, a, b, c]));
    }
    if let (Some(&first), Some(place)) = (rest.first(), text.last_mut()) {
        let [a, b, c, _] = digits(u32::from_be_bytes([0, first, rest.get(1).copied().unwrap_or(0), 0]));
        *place = [a, b, if rest.len() > 1 { c } else { b'=' }, b'='];
    }
    out.push_str(std::str::from_utf8(text.as_flattened()).unwrap_or_default());
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
