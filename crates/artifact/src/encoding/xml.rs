//! XML documents as trees of elements, without namespaces, DTDs and custom entities.
//!
//! Source: XML 1.0, by the crate quick-xml. This file adds the limits: depth, elements and attributes of a document.

use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesStart, Event};

use crate::limits::MAX_DEPTH;

/// Elements in a document at the most.
const MAX_ELEMENTS: usize = 100_000;

/// Attributes of one element at the most.
const MAX_ATTRIBUTES: usize = 1000;

/// Attributes in a document at the most.
const MAX_ALL_ATTRIBUTES: usize = 2 * MAX_ELEMENTS;

/// An element with its text and children. Names are local: the dozen namespaces of Windows' manifests mean the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    /// The character data directly inside, joined.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

/// Why bytes are no XML document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum XmlError {
    #[error("expected XML text, got bytes that are not text")]
    Encoding,
    #[error("expected well-formed XML, got {0}")]
    Malformed(String),
    #[error("expected at most {MAX_DEPTH} elements inside each other, got more")]
    TooDeep,
    #[error("expected at most {MAX_ELEMENTS} elements and {MAX_ALL_ATTRIBUTES} attributes, got more")]
    TooLong,
    /// An entity may contain others ten times over, and so on for nine levels: 1 KiB of declarations then expands to
    /// 1 GiB ("billion laughs"). No real manifest declares entities, so none is expanded.
    #[error("expected no custom entities, got `&{0};`")]
    Entity(String),
}

impl Element {
    /// The attribute of this local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The first child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of this name.
    pub(crate) fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element at a path of child names.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text without whitespace around it; `None` if it is empty then.
    pub(crate) fn trimmed_text(&self) -> Option<&str> {
        Some(self.text.trim()).filter(|text| !text.is_empty())
    }

    /// This element and all inside it, in document order.
    #[cfg(any(test, feature = "mac-installers"))]
    pub(crate) fn descendants(&self) -> impl Iterator<Item = &Element> {
        let mut stack = vec![self];
        std::iter::from_fn(move || {
            let element = stack.pop()?;
            stack.extend(element.children.iter().rev());
            Some(element)
        })
    }
}

/// Reads a whole document and returns its root.
pub(crate) fn parse(bytes: &[u8]) -> Result<Element, XmlError> {
    let text = decode(bytes).ok_or(XmlError::Encoding)?;
    let mut reader = Reader::from_str(&text);
    // The first element is the document itself, the last one is being read.
    let mut open_elements = vec![Element::default()];
    let mut counts = ReadCounts::default();
    loop {
        match reader.read_event().map_err(malformed_xml)? {
            Event::Start(start) => open_elements.push(read_element(&start, &mut counts)?),
            Event::Empty(start) => add_child(&mut open_elements, read_element(&start, &mut counts)?),
            Event::End(_) => match open_elements.pop() {
                Some(done) if !open_elements.is_empty() => add_child(&mut open_elements, done),
                _ => break,
            },
            Event::Text(piece) => add_text(&mut open_elements, &piece.xml10_content()),
            Event::CData(piece) => add_text(&mut open_elements, &piece.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref().map_err(malformed_xml)? {
                Some(char) => add_text(&mut open_elements, char.encode_utf8(&mut [0; 4])),
                None => add_text(&mut open_elements, predefined_entity(&entity)?),
            },
            Event::Eof if open_elements.len() == 1 => break,
            Event::Eof => return Err(XmlError::Malformed("an end before all elements end".to_owned())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        if open_elements.len() > MAX_DEPTH {
            return Err(XmlError::TooDeep);
        }
    }
    let root = open_elements.pop().and_then(|document| document.children.into_iter().next());
    root.ok_or_else(|| XmlError::Malformed("no element".to_owned()))
}

fn malformed_xml(error: impl std::fmt::Display) -> XmlError {
    XmlError::Malformed(error.to_string())
}

fn predefined_entity(name: &str) -> Result<&'static str, XmlError> {
    resolve_xml_entity(name).ok_or_else(|| XmlError::Entity(name.to_owned()))
}

fn add_child(open_elements: &mut [Element], done: Element) {
    if let Some(parent) = open_elements.last_mut() {
        parent.children.push(done);
    }
}

fn add_text(open_elements: &mut [Element], text: &str) {
    if let Some(element) = open_elements.last_mut() {
        element.text.push_str(text);
    }
}

/// Elements and attributes of a document read so far.
#[derive(Default)]
struct ReadCounts {
    n_elements: usize,
    n_attributes: usize,
}

fn read_element(start: &BytesStart<'_>, counts: &mut ReadCounts) -> Result<Element, XmlError> {
    counts.n_elements += 1;
    if counts.n_elements > MAX_ELEMENTS {
        return Err(XmlError::TooLong);
    }
    let name = start.local_name().as_ref().to_owned();
    let mut attributes = Vec::new();
    // quick-xml's check for duplicates compares each attribute with all before it: quadratic for a hostile element. It
    // is off; of two attributes with one name the first counts.
    for attribute in start.attributes().with_checks(false) {
        counts.n_attributes += 1;
        if attributes.len() >= MAX_ATTRIBUTES || counts.n_attributes > MAX_ALL_ATTRIBUTES {
            return Err(XmlError::TooLong);
        }
        let attribute = attribute.map_err(malformed_xml)?;
        let key = attribute.key.local_name().as_ref().to_owned();
        let value = unescape(&attribute.value).map_err(malformed_xml)?.into_owned();
        attributes.push((key, value));
    }
    Ok(Element { name, attributes, ..Element::default() })
}

/// The text of a document in UTF-8 or UTF-16, with or without a byte order mark.
fn decode(bytes: &[u8]) -> Option<String> {
    let utf16 = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let (units, _) = bytes.as_chunks::<2>();
        let units: Vec<u16> = units.iter().map(|&unit| read(unit)).collect();
        String::from_utf16(&units).ok()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [b'<', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, b'<', ..] => utf16(bytes, u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_local_names_and_unescaped_text() {
        let root = parse(
            b"<?xml version='1.0'?><!-- c --><a:x b:y='1 &amp; 2'><z>p &lt;<![CDATA[<q>]]></z><z/></a:x>",
        );
        let root = root.unwrap_or_default();
        assert_eq!((root.name.as_str(), root.attribute("y")), ("x", Some("1 & 2")));
        assert_eq!(root.at(&["z"]).and_then(Element::trimmed_text), Some("p <<q>"));
        assert_eq!((root.children_named("z").count(), root.descendants().count()), (2, 3));
    }

    #[test]
    fn of_two_attributes_with_one_name_the_first_counts() {
        let root = parse(b"<a b='1' c='2' b='3'/>").unwrap_or_default();
        assert_eq!((root.attribute("b"), root.attribute("c")), (Some("1"), Some("2")));
    }

    #[test]
    fn utf_16_is_read_in_both_byte_orders() {
        for read in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> = "\u{feff}<a>\u{e9}</a>".encode_utf16().flat_map(read).collect();
            assert_eq!(parse(&bytes).map(|root| root.text), Ok("\u{e9}".to_owned()));
        }
    }

    #[test]
    fn entities_are_not_expanded() {
        let bytes = b"<!DOCTYPE a [<!ENTITY b 'ccc'>]><a>&b;</a>";
        assert_eq!(parse(bytes), Err(XmlError::Entity("b".to_owned())));
    }

    #[test]
    fn documents_too_deep_too_long_or_cut_are_refused() {
        assert_eq!(parse("<a>".repeat(1000).as_bytes()), Err(XmlError::TooDeep));
        let long = format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS));
        assert_eq!(parse(long.as_bytes()), Err(XmlError::TooLong));
        let attributes: String = (0..=MAX_ATTRIBUTES).map(|n| format!(" a{n}=''")).collect();
        assert_eq!(parse(format!("<a{attributes}/>").as_bytes()), Err(XmlError::TooLong));
        let attributes: String = (0..1000).map(|n| format!(" a{n}=''")).collect();
        let elements = |n| format!("<a>{}</a>", format!("<b{attributes}/>").repeat(n));
        assert!(parse(elements(MAX_ALL_ATTRIBUTES / 1000).as_bytes()).is_ok());
        assert_eq!(parse(elements(MAX_ALL_ATTRIBUTES / 1000 + 1).as_bytes()), Err(XmlError::TooLong));
        for cut in ["", " ", "<a>", "<a><b></a>", "<a", "text", "\u{0}"] {
            assert!(matches!(parse(cut.as_bytes()), Err(XmlError::Malformed(_))), "{cut}");
        }
    }
}
