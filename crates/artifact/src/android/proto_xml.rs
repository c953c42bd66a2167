//! XML as app bundles keep it: `XmlNode` of aapt2's `Resources.proto`.

use crate::android::proto::{Field, Fields, bytes_in, varint_in};
use crate::android::value::Value;
use crate::limits::{MAX_DEPTH, MAX_STRING};

const ANDROID_NAMESPACE: &[u8] = b"http://schemas.android.com/apk/res/android";

/// Attributes of one element that are looked at. A vector's path has a dozen.
const MAX_ATTRIBUTES: usize = 256;

/// A reader of elements in document order.
pub(crate) struct ProtoReader<'a> {
    /// What is left of each element that is open, the innermost last.
    open: Vec<Fields<'a>>,
}

/// An element's name, how many elements enclose it, and its attributes' messages.
pub(crate) struct ProtoElement<'a> {
    pub(crate) name: String,
    pub(crate) depth: usize,
    pub(crate) attributes: Vec<&'a [u8]>,
}

impl<'a> ProtoReader<'a> {
    /// Starts before the outermost element.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { open: vec![Fields::of(bytes)] }
    }

    /// The next element, or `None` at the end. Elements too deep inside others are passed over.
    pub(crate) fn next_node(&mut self) -> Option<ProtoElement<'a>> {
        // An XmlNode's `element`, which is also the outermost message's field; an XmlElement's `child`.
        const ELEMENT: u64 = 1;
        const CHILD: u64 = 5;
        loop {
            let depth = self.open.len().checked_sub(1)?;
            let Some((number, field)) = self.open.last_mut()?.next() else {
                self.open.pop();
                continue;
            };
            let wanted = if depth == 0 { ELEMENT } else { CHILD };
            let Some(message) = field.bytes().filter(|_| number == wanted) else { continue };
            let element = if depth == 0 { Some(message) } else { bytes_in(message, ELEMENT) };
            let Some(element) = element.filter(|_| depth <= MAX_DEPTH) else { continue };
            self.open.push(Fields::of(element));
            return Some(node(element, depth));
        }
    }
}

fn node(element: &[u8], depth: usize) -> ProtoElement<'_> {
    const NAME: u64 = 3;
    const ATTRIBUTE: u64 = 4;
    let attributes = Fields::of(element).filter(|(number, _)| *number == ATTRIBUTE);
    ProtoElement {
        name: bytes_in(element, NAME).map(text).unwrap_or_default(),
        depth,
        attributes: attributes.filter_map(|(_, field)| field.bytes()).take(MAX_ATTRIBUTES).collect(),
    }
}

/// Whether an `XmlAttribute` is Android's with this resource id, or with this name if it has no id.
pub(crate) fn is_attribute(attribute: &[u8], id: u32, name: &str) -> bool {
    match varint_in(attribute, 5) {
        Some(found) if found != 0 => found == u64::from(id),
        _ => {
            bytes_in(attribute, 1) == Some(ANDROID_NAMESPACE)
                && bytes_in(attribute, 2) == Some(name.as_bytes())
        }
    }
}

/// Whether an `XmlAttribute` has this name and belongs to no namespace.
pub(crate) fn is_plain(attribute: &[u8], name: &str) -> bool {
    bytes_in(attribute, 1).is_none_or(<[u8]>::is_empty) && bytes_in(attribute, 2) == Some(name.as_bytes())
}

/// An `XmlAttribute`'s value: what it was compiled to, else the text as it was written.
pub(crate) fn value(attribute: &[u8], max: usize) -> Option<Value> {
    bytes_in(attribute, 6).and_then(|item| self::item(item, max)).or_else(|| {
        // Text that is empty is left out.
        Some(Value::Text(cut(bytes_in(attribute, 3).unwrap_or_default(), max)))
    })
}

/// An `Item`'s value: a reference, a text, a file's path or a primitive.
pub(crate) fn item(item: &[u8], max: usize) -> Option<Value> {
    let (number, message) = Fields::of(item).find_map(|(number, field)| Some((number, field.bytes()?)))?;
    match number {
        1 => reference(message),
        // String, RawString and StyledString begin with their text, FileReference with its path.
        2..=5 => Some(Value::Text(cut(bytes_in(message, 1).unwrap_or_default(), max))),
        7 => primitive(message),
        _ => None,
    }
}

/// A `Reference`: by id, or by name only.
fn reference(message: &[u8]) -> Option<Value> {
    const ATTRIBUTE: u64 = 1;
    if varint_in(message, 1) == Some(ATTRIBUTE) {
        return Some(Value::Other(0x02, 0));
    }
    let id = varint_in(message, 2).and_then(|id| u32::try_from(id).ok()).filter(|&id| id != 0);
    match id {
        Some(id) => Some(Value::Reference(id)),
        None => bytes_in(message, 3).map(|name| Value::Named(cut(name, MAX_STRING))),
    }
}

/// A `Primitive`: the fields' numbers in the proto file, the types of `Res_value` they stand for.
fn primitive(message: &[u8]) -> Option<Value> {
    let (number, field) = Fields::of(message).next()?;
    let data = match field {
        Field::Varint(data) => data as u32,
        Field::Fixed32(data) => data,
        Field::Fixed64(_) | Field::Bytes(_) => return None,
    };
    Some(match number {
        3 => Value::Other(0x04, data),
        6 | 7 => Value::Number(data.cast_signed()),
        8 => Value::Bool(data != 0),
        9 => Value::Other(0x1c, data),
        10 => Value::Other(0x1d, data),
        11 => Value::Other(0x1e, data),
        12 => Value::Other(0x1f, data),
        13 => Value::Other(0x05, data),
        14 => Value::Other(0x06, data),
        _ => return None,
    })
}

fn text(bytes: &[u8]) -> String {
    cut(bytes, 256)
}

fn cut(bytes: &[u8], max: usize) -> String {
    String::from_utf8_lossy(bytes.get(..max).unwrap_or(bytes)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field with bytes in it, of less than 128.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, bytes.len() as u8][..], bytes].concat()
    }

    fn element(name: &str, inside: &[u8]) -> Vec<u8> {
        field(1, &[field(3, name.as_bytes()), inside.to_vec()].concat())
    }

    fn names(bytes: &[u8]) -> Vec<(String, usize)> {
        let mut walk = ProtoReader::new(bytes);
        std::iter::from_fn(|| walk.next_node()).map(|node| (node.name, node.depth)).collect()
    }

    #[test]
    fn elements_come_in_document_order() {
        let b = field(5, &element("b", &field(5, &element("c", &[]))));
        let text = field(5, &field(2, b"text"));
        let bytes = element("a", &[b, text, field(5, &element("d", &[]))].concat());
        let expected = [("a", 0), ("b", 1), ("c", 2), ("d", 1)].map(|(name, depth)| (name.to_owned(), depth));
        assert_eq!(names(&bytes), expected);
        for len in 0..bytes.len() {
            assert!(names(&bytes[..len]).is_empty());
        }
    }

    #[test]
    fn elements_too_deep_are_passed_over() {
        let mut bytes = Vec::new();
        for _ in 0..20_000 {
            let inner = [&varint_field(5, bytes.len()), &bytes[..]].concat();
            bytes = [&varint_field(1, inner.len()), &inner[..]].concat();
            if bytes.len() > 60_000 {
                break;
            }
        }
        assert_eq!(names(&bytes).len(), MAX_DEPTH + 1);
    }

    /// The tag and the length of a field with bytes in it.
    fn varint_field(number: u8, len: usize) -> Vec<u8> {
        let mut bytes = vec![number << 3 | 2];
        let mut len = len;
        while len > 0x7f {
            bytes.push(len as u8 & 0x7f | 0x80);
            len >>= 7;
        }
        bytes.push(len as u8);
        bytes
    }

    #[test]
    fn attributes_are_found_by_id_or_by_name() {
        let android = field(1, ANDROID_NAMESPACE);
        let named = [android.clone(), field(2, b"label"), field(3, b"App")].concat();
        assert!(is_attribute(&named, 9, "label") && !is_attribute(&named, 9, "icon"));
        let with_id = [named.clone(), vec![5 << 3, 9]].concat();
        assert!(is_attribute(&with_id, 9, "icon") && !is_attribute(&with_id, 8, "label"));
        assert!(!is_plain(&named, "label") && is_plain(&field(2, b"package"), "package"));
        assert_eq!(value(&named, 99), Some(Value::Text("App".to_owned())));
    }

    #[test]
    fn compiled_values_count_more_than_text() {
        let compiled = |item: &[u8]| value(&[field(3, b"text"), field(6, item)].concat(), 99);
        assert_eq!(compiled(&field(7, &[6 << 3, 21])), Some(Value::Number(21)));
        assert_eq!(compiled(&field(7, &[8 << 3, 1])), Some(Value::Bool(true)));
        assert_eq!(compiled(&field(7, &[3 << 3 | 5, 0, 0, 0, 0x3f])), Some(Value::Other(4, 0x3f00_0000)));
        assert_eq!(compiled(&field(1, &[2 << 3, 5])), Some(Value::Reference(5)));
        assert_eq!(compiled(&field(1, &field(3, b"string/a"))), Some(Value::Named("string/a".to_owned())));
        assert_eq!(compiled(&field(5, &field(1, b"res/a.xml"))), Some(Value::Text("res/a.xml".to_owned())));
        assert_eq!(compiled(&field(9, b"?")), Some(Value::Text("text".to_owned())));
    }
}
