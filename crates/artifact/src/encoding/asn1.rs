//! ASN.1 in BER and DER (ITU-T X.690), as certificates and signatures are written.
//!
//! Signatures come in BER, which allows an indefinite length that lasts until the end-of-contents octets. Certificates
//! come in DER, which is BER with one encoding for each value. This reader takes BER for both.
//!
//! Every length comes from an untrusted file. A definite length must fit the bytes that are there, or the element is
//! `None`: nothing is allocated by a length, so `84 ff ff ff ff` costs nothing. An indefinite length is found by a walk
//! over the headers inside, with a counter in place of recursion, and [`MAX_DEPTH`] bounds it: 100,000 bytes of
//! `24 80` would otherwise overflow the stack of a recursive reader and abort the whole process.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_ID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// The bit of an identifier octet that says that the contents are elements themselves.
pub(crate) const CONSTRUCTED: u8 = 0x20;

/// Nested elements of indefinite length, or nested segments of a string. Real signatures have up to 7.
const MAX_DEPTH: usize = 16;

/// One data value: its identifier octet, its contents, and its whole encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    /// The identifier octet: class, [`CONSTRUCTED`] and number. Of a number above 30 only the first octet.
    pub(crate) tag: u8,
    /// Without the end-of-contents octets of an indefinite length.
    pub(crate) contents: &'a [u8],
    /// With identifier, length and end-of-contents octets.
    pub(crate) encoded: &'a [u8],
}

/// An iterator over the elements in a slice, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elements<'a> {
    bytes: &'a [u8],
}

/// The context-specific, constructed tag `[number]`, as of an explicitly tagged field.
pub(crate) const fn context_tag(number: u8) -> u8 {
    0xa0 | number
}

impl<'a> Elements<'a> {
    /// Starts before the first element. Nothing is parsed yet.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The next element if it has this tag. An element with another tag stays next: so optional fields are read.
    pub(crate) fn next_if(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.bytes.first() != Some(&tag) {
            return None;
        }
        self.next()
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    /// `None` at the end, and at the first malformed element.
    fn next(&mut self) -> Option<Element<'a>> {
        let element = read_element(self.bytes);
        self.bytes = element.and_then(|element| self.bytes.get(element.encoded.len()..)).unwrap_or_default();
        element
    }
}

impl<'a> Element<'a> {
    /// The element at the beginning of a slice. Bytes after it are ignored.
    pub(crate) fn first(bytes: &'a [u8]) -> Option<Self> {
        read_element(bytes)
    }

    /// The elements in it; none if it is not constructed.
    pub(crate) fn children(&self) -> Elements<'a> {
        Elements::new(if self.tag & CONSTRUCTED == 0 { &[] } else { self.contents })
    }

    /// The bytes of an octet string, its segments joined (X.690, 8.7.3). `None` if the element or a segment has another
    /// type.
    pub(crate) fn octets(&self) -> Option<Vec<u8>> {
        if self.tag == OCTET_STRING {
            return Some(self.contents.to_vec());
        }
        if self.tag != OCTET_STRING | CONSTRUCTED {
            return None;
        }
        let mut joined = Vec::new();
        let mut open = vec![self.children()];
        while let Some(parts) = open.last_mut() {
            match parts.next() {
                None => drop(open.pop()),
                Some(part) if part.tag == OCTET_STRING => joined.extend_from_slice(part.contents),
                Some(part) if part.tag == OCTET_STRING | CONSTRUCTED && open.len() < MAX_DEPTH => {
                    open.push(part.children());
                }
                Some(_) => return None,
            }
        }
        Some(joined)
    }
}

/// The dotted notation of an object identifier, `1.2.840.113549`. `None` if it is cut short or too long.
pub(crate) fn object_id_text(object_id: &[u8]) -> Option<String> {
    if object_id.len() > 64 || object_id.last().is_none_or(|octet| octet & 0x80 != 0) {
        return None;
    }
    let (mut text, mut number) = (String::new(), 0_u64);
    for octet in object_id {
        number = number.checked_mul(0x80)? | u64::from(octet & 0x7f);
        if octet & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            let first = (number / 40).min(2);
            text = format!("{first}.{}", number - first * 40);
        } else {
            text.push_str(&format!(".{number}"));
        }
        number = 0;
    }
    Some(text)
}

/// An element's tag, the length of its header, and the length of its contents unless that is indefinite.
fn read_header(bytes: &[u8]) -> Option<(u8, usize, Option<usize>)> {
    /// Octets of a tag number above 30 that are skipped.
    const MAX_TAG_LEN: usize = 4;
    let (&tag, rest) = bytes.split_first()?;
    let mut at = 1;
    if tag & 0x1f == 0x1f {
        at += 1 + rest.iter().take(MAX_TAG_LEN).position(|octet| octet & 0x80 == 0)?;
    }
    let first = *bytes.get(at)?;
    at += 1;
    match first {
        0..=0x7f => Some((tag, at, Some(first.into()))),
        0x80 => (tag & CONSTRUCTED != 0).then_some((tag, at, None)),
        _ => {
            let octets = bytes.get(at..at + usize::from(first & 0x7f))?;
            let len = octets
                .iter()
                .try_fold(0_usize, |len, &octet| Some(len.checked_mul(0x100)? | usize::from(octet)))?;
            Some((tag, at + octets.len(), Some(len)))
        }
    }
}

fn read_element(bytes: &[u8]) -> Option<Element<'_>> {
    let (tag, start, len) = read_header(bytes)?;
    let (end, whole_end) = match len {
        Some(len) => {
            let end = start.checked_add(len)?;
            (end, end)
        }
        None => {
            let end = end_of_contents(bytes, start)?;
            (end, end + 2)
        }
    };
    Some(Element { tag, contents: bytes.get(start..end)?, encoded: bytes.get(..whole_end)? })
}

/// The offset of the end-of-contents octets for the contents that begin at `at`.
fn end_of_contents(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 1;
    loop {
        let rest = bytes.get(at..)?;
        if rest.starts_with(&[0, 0]) {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
            at += 2;
            continue;
        }
        let (_, header_len, len) = read_header(rest)?;
        at = at.checked_add(header_len)?.checked_add(len.unwrap_or(0))?;
        if len.is_none() {
            depth += 1;
            if depth > MAX_DEPTH {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `SEQUENCE { INTEGER 5, [0] { OCTET STRING { "ab", "c" } } }`, all lengths indefinite.
    const OPEN: &[u8] = b"\x30\x80\x02\x01\x05\xa0\x80\x24\x80\x04\x02ab\x04\x01c\0\0\0\0\0\0";

    #[test]
    fn an_indefinite_length_ends_at_its_own_end_of_contents() {
        let whole = [OPEN, b"junk"].concat();
        let root = Element::first(&whole).map(|root| (root.encoded.len(), root));
        let Some((len, root)) = root else { panic!("expected an element") };
        assert_eq!((len, root.tag), (OPEN.len(), SEQUENCE));
        let mut children = root.children();
        assert_eq!(children.next_if(SEQUENCE), None);
        assert_eq!(children.next_if(INTEGER).map(|number| number.contents), Some(&[5][..]));
        let tagged = children.next_if(context_tag(0)).and_then(|tagged| tagged.children().next());
        assert_eq!(tagged.and_then(|string| string.octets()).as_deref(), Some(&b"abc"[..]));
        assert_eq!(children.next(), None);
    }

    #[test]
    fn an_element_cut_short_is_none() {
        for len in 0..OPEN.len() {
            assert_eq!(Element::first(&OPEN[..len]), None, "{len}");
        }
        for lying in
            [&b"\x30\x84\xff\xff\xff\xff\0"[..], b"\x30\x89\x01\0\0\0\0\0\0\0\0", b"\x04\x80\0\0", b"\x1f"]
        {
            assert_eq!(Element::first(lying), None, "{lying:?}");
        }
    }

    #[test]
    fn nesting_has_a_bound() {
        let deep = b"\x24\x80".repeat(100_000);
        assert_eq!(Element::first(&deep), None);
        let mut string = b"\x04\x01x".to_vec();
        for _ in 0..20 {
            string = [&[0x24, string.len() as u8][..], &string].concat();
        }
        let root = Element::first(&string);
        assert!(root.is_some_and(|root| root.octets().is_none()));
    }

    #[test]
    fn a_long_tag_is_skipped() {
        let bytes = b"\x5f\x81\x01\x01x\x02\x01\x07";
        let tags: Vec<_> = Elements::new(bytes).map(|element| (element.tag, element.contents)).collect();
        assert_eq!(tags, [(0x5f, &b"x"[..]), (INTEGER, &[7])]);
    }

    #[test]
    fn an_object_id_is_written_with_dots() {
        assert_eq!(object_id_text(&[0x55, 4, 3]).as_deref(), Some("2.5.4.3"));
        let rsadsi = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];
        assert_eq!(object_id_text(&rsadsi).as_deref(), Some("1.2.840.113549.1.9.1"));
        assert_eq!(object_id_text(&[0x88, 0x37]).as_deref(), Some("2.999"));
        for bad in [&[][..], &[0x2a, 0x86], &[0xff; 20], &[1; 65]] {
            assert_eq!(object_id_text(bad), None, "{bad:?}");
        }
    }
}
