//! Android's binary XML (`ResXMLTree` in AOSP's `ResourceTypes.h`), read as leniently as Android reads it.

use crate::android::proto_xml;
use crate::android::string_pool::StringPool;
use crate::android::value::{Scalar, Value};
use crate::encoding::bytes::{u16_at, u32_at};
use crate::limits::MAX_STRING;
use crate::source::Memory;

const STRING_POOL: u16 = 0x0001;
const RESOURCE_MAP: u16 = 0x0180;
const START_ELEMENT: u16 = 0x0102;
const END_ELEMENT: u16 = 0x0103;

/// Every chunk begins with its type, the length of its header and its whole size.
const CHUNK_HEADER: usize = 8;

/// Fixed length of an attribute. Newer tools may write longer ones.
const ATTRIBUTE_LEN: usize = 20;

const ANDROID_NAMESPACE: &str = "http://schemas.android.com/apk/res/android";

/// A reader of start elements, in document order.
pub(crate) enum Document<'a> {
    /// Binary XML, in packages.
    Binary(BinaryReader<'a>),
    /// Protocol Buffers, in bundles.
    Proto(proto_xml::ProtoReader<'a>),
}

/// Reads a binary document, chunk by chunk.
pub(crate) struct BinaryReader<'a> {
    bytes: &'a [u8],
    at: usize,
    pool: Option<StringPool>,
    /// Bytes of the map from the index of an attribute's name to its resource id.
    map: &'a [u8],
    depth: usize,
}

/// A start element. Its attributes stay undecoded until asked for.
pub(crate) struct Element<'a> {
    pub(crate) name: String,
    /// How many elements enclose it.
    pub(crate) depth: usize,
    /// Records of a binary document, messages of a bundle's.
    attributes: Vec<&'a [u8]>,
    /// What the records point into; `None` for messages, which hold all of it.
    strings: Option<AttributeStrings<'a>>,
}

/// What the attributes of a binary document point into.
#[derive(Clone, Copy)]
struct AttributeStrings<'a> {
    bytes: &'a [u8],
    pool: Option<StringPool>,
    map: &'a [u8],
}

impl<'a> Document<'a> {
    /// Starts before the first element of binary XML.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self::Binary(BinaryReader::new(bytes))
    }

    /// Starts before the first element of a bundle's XML.
    pub(crate) fn proto(bytes: &'a [u8]) -> Self {
        Self::Proto(proto_xml::ProtoReader::new(bytes))
    }

    /// The next start element, or `None` at the end or where the document stops making sense.
    pub(crate) fn next_element(&mut self) -> Option<Element<'a>> {
        self.next_within(usize::MAX)
    }

    /// As [`next_element`](Self::next_element), of those that at most so many others enclose. Deeper ones may be
    /// left out: decoding them costs most of the time that a manifest takes.
    pub(crate) fn next_within(&mut self, max_depth: usize) -> Option<Element<'a>> {
        match self {
            Self::Binary(walk) => walk.next_within(max_depth),
            Self::Proto(walk) => {
                let proto_xml::ProtoElement { name, depth, attributes } = walk.next_node()?;
                Some(Element { name, depth, attributes, strings: None })
            }
        }
    }
}

impl<'a> BinaryReader<'a> {
    /// Starts before the first element. Nothing is read yet.
    fn new(bytes: &'a [u8]) -> Self {
        // The type and the size of the outer chunk are often mangled and Android does not need them.
        let header_len = u16_at(bytes, 2).map_or(CHUNK_HEADER, usize::from).max(CHUNK_HEADER);
        Self { bytes, at: header_len, pool: None, map: &[], depth: 0 }
    }

    /// The next start element at this depth or above, or `None` at the end or where the chunks stop making sense.
    fn next_within(&mut self, max_depth: usize) -> Option<Element<'a>> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            let kind = u16_at(rest, 0)?;
            let header_len = usize::from(u16_at(rest, 2)?);
            // A chunk smaller than its header would be read again for ever.
            let size = usize::try_from(u32_at(rest, 4)?).ok().filter(|&size| size >= CHUNK_HEADER)?;
            let chunk = rest.get(..size).unwrap_or(rest);
            let at = self.at;
            self.at = self.at.saturating_add(size);
            match kind {
                STRING_POOL => self.pool = StringPool::open(&mut Memory(self.bytes), at as u64).ok()?,
                RESOURCE_MAP => self.map = chunk.get(header_len..).unwrap_or_default(),
                START_ELEMENT => {
                    let depth = self.depth;
                    self.depth += 1;
                    if depth <= max_depth
                        && let Some(element) =
                            self.element(chunk.get(header_len..).unwrap_or_default(), depth)
                    {
                        return Some(element);
                    }
                }
                END_ELEMENT => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    fn element(&self, body: &'a [u8], depth: usize) -> Option<Element<'a>> {
        // A name that matters is short; half a million elements may share a long one.
        let name = text(self.bytes, self.pool, u32_at(body, 4)?, MAX_NAME)?;
        let start = usize::from(u16_at(body, 8)?);
        let stride = usize::from(u16_at(body, 10)?).max(ATTRIBUTE_LEN);
        let count = usize::from(u16_at(body, 12)?);
        let attributes = body.get(start..).unwrap_or_default();
        // The last one need not be padded to the stride.
        let attributes = attributes.chunks(stride).filter(|chunk| chunk.len() >= ATTRIBUTE_LEN).take(count);
        let attributes = attributes.collect();
        let strings = Some(AttributeStrings { bytes: self.bytes, pool: self.pool, map: self.map });
        Some(Element { name, depth, attributes, strings })
    }
}

impl Element<'_> {
    /// The attribute of Android's namespace with this resource id.
    ///
    /// Obfuscators blank or fake the names, so a name counts only where the map says nothing.
    pub(crate) fn attribute(&self, id: u32, name: &str) -> Option<Value> {
        self.value(id, name, MAX_STRING)
    }

    /// As [`attribute`](Self::attribute), for a text that is not cut before `max` bytes.
    pub(crate) fn long_text(&self, id: u32, name: &str, max: usize) -> Option<String> {
        self.value(id, name, max).and_then(as_text)
    }

    /// The attribute with this name that belongs to no namespace, as text.
    pub(crate) fn plain_attribute(&self, name: &str) -> Option<String> {
        let Some(strings) = self.strings else {
            let attribute = self.attributes.iter().find(|attribute| proto_xml::is_plain(attribute, name))?;
            return as_text(proto_xml::value(attribute, MAX_STRING)?);
        };
        let attribute = self.attributes.iter().find(|attribute| strings.has_name(attribute, name))?;
        strings.raw(attribute, MAX_STRING).or_else(|| strings.value(attribute, MAX_STRING).and_then(as_text))
    }

    fn value(&self, id: u32, name: &str, max: usize) -> Option<Value> {
        let Some(strings) = self.strings else {
            let mut attributes = self.attributes.iter();
            return proto_xml::value(attributes.find(|found| proto_xml::is_attribute(found, id, name))?, max);
        };
        let by_id = self.attributes.iter().find(|attribute| strings.id(attribute) == Some(id));
        let by_name = || {
            self.attributes.iter().find(|attribute| {
                strings.id(attribute).is_none()
                    && strings.has_name(attribute, name)
                    && strings.is_android(attribute)
            })
        };
        strings.value(by_id.or_else(by_name)?, max)
    }
}

impl AttributeStrings<'_> {
    fn id(&self, attribute: &[u8]) -> Option<u32> {
        let name = usize::try_from(u32_at(attribute, 4)?).ok()?;
        u32_at(self.map, name.checked_mul(4)?).filter(|&id| id != 0)
    }

    fn has_name(&self, attribute: &[u8], name: &str) -> bool {
        let found = u32_at(attribute, 4).and_then(|index| text(self.bytes, self.pool, index, MAX_NAME));
        found.is_some_and(|found| found == name)
    }

    /// Whether the namespace is Android's, or lost.
    fn is_android(&self, attribute: &[u8]) -> bool {
        let found = u32_at(attribute, 0).and_then(|index| text(self.bytes, self.pool, index, MAX_NAME));
        found.is_none_or(|found| found == ANDROID_NAMESPACE)
    }

    /// The text as it was written, kept beside the value.
    fn raw(&self, attribute: &[u8], max: usize) -> Option<String> {
        text(self.bytes, self.pool, u32_at(attribute, 8)?, max)
    }

    fn value(&self, attribute: &[u8], max: usize) -> Option<Value> {
        let data = u32_at(attribute, 16)?;
        match Scalar::decode(*attribute.get(15)?, data)? {
            Scalar::Text(index) => {
                text(self.bytes, self.pool, index, max).or_else(|| self.raw(attribute, max)).map(Value::Text)
            }
            Scalar::Value(value) => Some(value),
        }
    }
}

fn as_text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Long enough for every name and namespace that is compared: 256 bytes.
const MAX_NAME: usize = 256;

fn text(bytes: &[u8], pool: Option<StringPool>, index: u32, max: usize) -> Option<String> {
    // Memory never misses.
    pool?.text(&mut Memory(bytes), index, max).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document whose only element, string 0, has attributes of (name, kind, data), `stride` bytes each.
    fn document(strings: &[&str], map: &[u32], attributes: &[(u32, u8, u32)], stride: u16) -> Vec<u8> {
        let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
        let mut bytes = vec![3, 0, 8, 0, 0, 0, 0, 0];
        let texts: Vec<u8> = strings.iter().flat_map(|text| text_with_lens(text)).collect();
        let ends =
            strings.iter().scan(0, |end, text| Some(std::mem::replace(end, *end + text.len() as u32 + 3)));
        let starts = 28 + 4 * strings.len() as u32;
        bytes.extend(words(&[
            0x001c_0001,
            starts + texts.len() as u32,
            strings.len() as u32,
            0,
            0x100,
            starts,
            0,
        ]));
        bytes.extend(words(&ends.collect::<Vec<u32>>()));
        bytes.extend(texts);
        bytes.extend(words(&[0x0008_0180, 8 + 4 * map.len() as u32]));
        bytes.extend(words(map));
        let size = 36 + attributes.len() as u32 * u32::from(stride);
        bytes.extend(words(&[0x0010_0102, size, 0, 0, u32::MAX, 0]));
        bytes.extend([20, stride, attributes.len() as u16, 0, 0, 0].map(u16::to_le_bytes).concat());
        for &(name, kind, data) in attributes {
            let end = bytes.len() + usize::from(stride);
            bytes.extend(words(&[u32::MAX, name, u32::MAX]));
            bytes.extend([8, 0, 0, kind]);
            bytes.extend(data.to_le_bytes());
            bytes.resize(end, 0xee);
        }
        bytes
    }

    fn text_with_lens(text: &str) -> Vec<u8> {
        [&[text.len() as u8; 2][..], text.as_bytes(), &[0]].concat()
    }

    fn attribute(bytes: &[u8], id: u32, name: &str) -> Option<Value> {
        Document::new(bytes).next_element()?.attribute(id, name)
    }

    #[test]
    fn a_resource_id_counts_more_than_a_name() {
        // Both names are mapped: `label` to some other id, the empty one to the label's.
        let bytes = document(&["a", "label", ""], &[0, 7, 9], &[(1, 0x10, 1), (2, 0x10, 2)], 20);
        assert_eq!(attribute(&bytes, 9, "label"), Some(Value::Number(2)));
        assert_eq!(attribute(&bytes, 8, "label"), None);
    }

    #[test]
    fn a_name_counts_where_the_map_says_nothing() {
        let bytes = document(&["a", "label"], &[], &[(1, 0x12, 1)], 20);
        assert_eq!(attribute(&bytes, 9, "label"), Some(Value::Bool(true)));
    }

    #[test]
    fn attributes_may_be_longer_than_20_bytes() {
        let bytes = document(&["a", "b", "c"], &[], &[(1, 0x10, 1), (2, 0x11, 0xffff_ffff)], 28);
        assert_eq!(attribute(&bytes, 9, "b"), Some(Value::Number(1)));
        assert_eq!(attribute(&bytes, 9, "c"), Some(Value::Number(-1)));
    }

    #[test]
    fn kinds_that_are_only_drawn_are_kept_as_they_are() {
        let bytes = document(&["a", "b", "c"], &[], &[(1, 0x04, 1), (2, 0x00, 1)], 20);
        assert_eq!(attribute(&bytes, 9, "b"), Some(Value::Other(0x04, 1)));
        assert_eq!(attribute(&bytes, 9, "c"), None);
    }

    #[test]
    fn a_document_cut_anywhere_ends_the_walk() {
        let bytes = document(&["a", "b"], &[9], &[(1, 0x03, 0)], 20);
        for len in 0..bytes.len() {
            let mut document = Document::new(&bytes[..len]);
            while let Some(element) = document.next_element() {
                assert!(element.attribute(9, "b").is_none_or(|value| value == Value::Text("a".to_owned())));
            }
        }
    }
}
