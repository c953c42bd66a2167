//! Binary property lists: `bplist00`, objects, a table of their offsets, a trailer of 32 bytes.
//!
//! Source: Apple's `CFBinaryPList.c`. All numbers are big-endian.
//!
//! Collections refer to objects by number, so an object may occur many times, or inside itself. Neither shows in the
//! file's length: an array that contains itself is 2 bytes and never ends, and nine arrays of ten references each stand
//! for a billion values in 100 bytes. A set of visited objects would refuse the sharing that sound lists have. So the
//! depth, the number of values and the bytes copied are limited, and shared objects count each time.

use std::collections::BTreeMap;

use crate::apple::plist::{MAX_VALUES, PlistError, Value};
use crate::encoding::decimal;
use crate::limits::MAX_DEPTH;

/// Bytes of all strings and data together: 16 MiB. Shared ones count each time they are used.
const MAX_COPIED: usize = 16 << 20;

/// Seconds between 1970 and 2001, where dates count from.
const EPOCH: i64 = 978_307_200;

/// Reads a whole binary list.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, PlistError> {
    let trailer_at = bytes.len().checked_sub(32).ok_or(PlistError::Trailer)?;
    let trailer = bytes.get(trailer_at..).ok_or(PlistError::Trailer)?;
    let size =
        |at: usize| trailer.get(at).map(|&size| usize::from(size)).filter(|size| (1..=8).contains(size));
    let number = |at: usize| trailer.get(at..at + 8).and_then(parse_unsigned).ok_or(PlistError::Trailer);
    let offset_size = size(6).ok_or(PlistError::Trailer)?;
    let reference_size = size(7).ok_or(PlistError::Trailer)?;
    let (n_objects, top, table_at) = (number(8)?, number(16)?, number(24)?);
    let table_len = n_objects.checked_mul(offset_size).ok_or(PlistError::Trailer)?;
    let table_end = table_at.checked_add(table_len).filter(|&end| end <= trailer_at);
    let offsets = table_end.and_then(|end| bytes.get(table_at..end)).ok_or(PlistError::Trailer)?;
    let objects = bytes.get(..table_at).ok_or(PlistError::Trailer)?;
    let mut reader = ObjectReader { objects, offsets, offset_size, reference_size, n_values: 0, n_copied: 0 };
    reader.object(top, 0)
}

struct ObjectReader<'a> {
    objects: &'a [u8],
    offsets: &'a [u8],
    /// Bytes of an entry in the offset table.
    offset_size: usize,
    /// Bytes of a reference to an object.
    reference_size: usize,
    n_values: usize,
    n_copied: usize,
}

impl<'a> ObjectReader<'a> {
    /// Reads an object by its number. Calls itself no deeper than [`MAX_DEPTH`].
    fn object(&mut self, number: usize, depth: usize) -> Result<Value, PlistError> {
        if depth > MAX_DEPTH {
            return Err(PlistError::TooDeep);
        }
        self.n_values += 1;
        if self.n_values > MAX_VALUES {
            return Err(PlistError::TooLong);
        }
        let at = self.offset(number).ok_or(PlistError::Trailer)?;
        let unexpected = PlistError::Value;
        let marker = *self.objects.get(at).ok_or(unexpected.clone())?;
        let (kind, low) = (marker >> 4, usize::from(marker & 0x0f));
        match kind {
            0x0 if low == 8 || low == 9 => Ok(Value::Bool(low == 9)),
            0x1 if low <= 4 => self.integer(at + 1, 1 << low).ok_or(unexpected),
            // A UID has one byte more than the marker says.
            0x8 => self.integer(at + 1, low + 1).ok_or(unexpected),
            0x2 => self.real(at + 1, 1 << low).map(Value::Real).ok_or(unexpected),
            0x3 if low == 3 => self.real(at + 1, 8).map(date).ok_or(unexpected),
            0x4 => Ok(Value::Data(self.bytes(at, low, 1)?.to_vec())),
            // ASCII, and UTF-8 in newer lists.
            0x5 | 0x7 => Ok(Value::String(String::from_utf8_lossy(self.bytes(at, low, 1)?).into_owned())),
            0x6 => Ok(Value::String(utf16(self.bytes(at, low, 2)?))),
            0xa..=0xc => {
                let items = self.references(at, low, 1)?;
                items
                    .into_iter()
                    .map(|item| self.object(item, depth + 1))
                    .collect::<Result<_, _>>()
                    .map(Value::Array)
            }
            0xd => self.dictionary(at, low, depth),
            _ => Err(unexpected),
        }
    }

    fn dictionary(&mut self, at: usize, low: usize, depth: usize) -> Result<Value, PlistError> {
        let references = self.references(at, low, 2)?;
        let (keys, values) = references.split_at(references.len() / 2);
        let mut dictionary = BTreeMap::new();
        for (&key, &value) in keys.iter().zip(values) {
            let Value::String(key) = self.object(key, depth + 1)? else {
                return Err(PlistError::Value);
            };
            dictionary.insert(key, self.object(value, depth + 1)?);
        }
        Ok(Value::Dictionary(dictionary))
    }

    fn offset(&self, number: usize) -> Option<usize> {
        let at = number.checked_mul(self.offset_size)?;
        self.offsets.get(at..at.checked_add(self.offset_size)?).and_then(parse_unsigned)
    }

    /// The count of a string, data or collection, and where its contents begin.
    fn count(&self, at: usize, low: usize) -> Option<(usize, usize)> {
        if low != 0x0f {
            return Some((low, at + 1));
        }
        let marker = *self.objects.get(at + 1)?;
        let size = 1 << (marker & 0x0f).min(4);
        let count = self.objects.get(at + 2..at + 2 + size).and_then(parse_unsigned);
        count.filter(|_| marker >> 4 == 1).map(|count| (count, at + 2 + size))
    }

    /// The contents of a string or of data, with `unit` bytes for each of its count.
    fn bytes(&mut self, at: usize, low: usize, unit: usize) -> Result<&'a [u8], PlistError> {
        let bytes = self.counted_bytes(at, low, unit).ok_or(PlistError::Value)?;
        self.n_copied += bytes.len();
        if self.n_copied > MAX_COPIED {
            return Err(PlistError::TooLong);
        }
        Ok(bytes)
    }

    fn counted_bytes(&self, at: usize, low: usize, unit: usize) -> Option<&'a [u8]> {
        let (count, start) = self.count(at, low)?;
        self.objects.get(start..start.checked_add(count.checked_mul(unit)?)?)
    }

    /// The object numbers in a collection.
    fn references(&self, at: usize, low: usize, unit: usize) -> Result<Vec<usize>, PlistError> {
        let unit = unit * self.reference_size;
        let bytes = self.counted_bytes(at, low, unit).ok_or(PlistError::Value)?;
        let n_references = bytes.len() / self.reference_size;
        if n_references > MAX_VALUES.saturating_sub(self.n_values) {
            return Err(PlistError::TooLong);
        }
        bytes
            .chunks_exact(self.reference_size)
            .map(|number| parse_unsigned(number).ok_or(PlistError::Value))
            .collect()
    }

    /// Integers of up to 4 bytes are unsigned, those of 8 signed. Unsigned ones that need 8 bytes have 16.
    fn integer(&self, at: usize, size: usize) -> Option<Value> {
        let bytes = self.objects.get(at..at.checked_add(size)?)?;
        let wide = bytes.iter().fold(0_u128, |number, &byte| number << 8 | u128::from(byte));
        let number = match size {
            8 => i128::from(wide as i64),
            _ => wide as i128,
        };
        Some(i64::try_from(number).map_or(Value::Real(number as f64), Value::Integer))
    }

    fn real(&self, at: usize, size: usize) -> Option<f64> {
        let bytes = self.objects.get(at..at.checked_add(size)?)?;
        match size {
            4 => Some(decimal::widen(f32::from_be_bytes(*bytes.first_chunk()?))),
            8 => Some(f64::from_be_bytes(*bytes.first_chunk()?)),
            _ => None,
        }
    }
}

fn date(since_2001: f64) -> Value {
    Value::Date((since_2001.floor() as i64).saturating_add(EPOCH))
}

fn utf16(bytes: &[u8]) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|&unit| u16::from_be_bytes(unit)).collect();
    String::from_utf16_lossy(&units)
}

/// An unsigned number of up to 16 bytes: a count, an offset or an object's number.
fn parse_unsigned(bytes: &[u8]) -> Option<usize> {
    let wide =
        bytes.iter().try_fold(0_u64, |number, &byte| Some(number.checked_mul(256)? | u64::from(byte)))?;
    usize::try_from(wide).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of these objects, the first one at the top; references and offsets have one byte.
    fn list(objects: &[&[u8]]) -> Vec<u8> {
        let mut bytes = b"bplist00".to_vec();
        let mut offsets = Vec::new();
        for object in objects {
            offsets.push(bytes.len() as u8);
            bytes.extend_from_slice(object);
        }
        let table_at = bytes.len() as u64;
        bytes.extend(offsets);
        bytes.extend([0, 0, 0, 0, 0, 0, 1, 1]);
        bytes.extend([objects.len() as u64, 0, table_at].map(u64::to_be_bytes).concat());
        bytes
    }

    fn one(object: &[u8]) -> Result<Value, PlistError> {
        parse(&list(&[object]))
    }

    #[test]
    fn every_kind_of_object_is_read() {
        let long: Vec<u8> = [&[0x5f, 0x10, 20][..], &[b'x'; 20]].concat();
        let date = [&[0x33][..], &(-978_307_200_f64).to_be_bytes()].concat();
        let single = [&[0x22][..], &1.2_f32.to_be_bytes()].concat();
        let cases: [(&[u8], Value); 12] = [
            (&[0x08], Value::Bool(false)),
            (&[0x09], Value::Bool(true)),
            (&[0x10, 0xff], Value::Integer(255)),
            (&[0x13, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe], Value::Integer(-2)),
            (&[0x81, 1, 0], Value::Integer(256)),
            (&single, Value::Real(1.2)),
            (&date, Value::Date(0)),
            (&[0x42, 1, 2], Value::Data(vec![1, 2])),
            (&[0x52, b'h', b'i'], Value::String("hi".to_owned())),
            (&[0x61, 0x20, 0xac], Value::String("\u{20ac}".to_owned())),
            (&long, Value::String("x".repeat(20))),
            (&[0xa0], Value::Array(Vec::new())),
        ];
        for (object, value) in cases {
            assert_eq!(one(object), Ok(value));
        }
        let dictionary = parse(&list(&[&[0xd1, 1, 2], &[0x51, b'a'], &[0x09]]));
        assert_eq!(dictionary.ok().and_then(|value| value.at("a")?.boolean()), Some(true));
    }

    #[test]
    fn an_object_inside_itself_is_refused() {
        assert_eq!(one(&[0xa1, 0]), Err(PlistError::TooDeep));
        assert_eq!(parse(&list(&[&[0xd1, 1, 0], &[0x51, b'a']])), Err(PlistError::TooDeep));
    }

    #[test]
    fn shared_objects_have_a_limit() {
        // Each array holds the next one ten times: 10^9 values.
        let arrays: Vec<Vec<u8>> = (1..10_u8).map(|n| [&[0xaa][..], &[n; 10]].concat()).collect();
        let mut objects: Vec<&[u8]> = arrays.iter().map(Vec::as_slice).collect();
        objects.push(&[0x09]);
        assert_eq!(parse(&list(&objects)), Err(PlistError::TooLong));
    }

    #[test]
    fn wrong_counts_are_refused() {
        let cases: [&[u8]; 8] = [
            &[0x5f, 0x13, 0x10, 0, 0, 0, 0, 0, 0, 0],
            &[0x5f, 0x14, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0x6f, 0x13, 0x80, 0, 0, 0, 0, 0, 0, 0],
            &[0xaf, 0x12, 0xff, 0xff, 0xff, 0xff],
            &[0xdf, 0x12, 0xff, 0xff, 0xff, 0xff],
            &[0x5f, 0x59],
            &[0x1f],
            &[0xa1, 9],
        ];
        for object in cases {
            assert!(one(object).is_err(), "{object:x?}");
        }
        let key_is_number = list(&[&[0xd1, 1, 1], &[0x10, 1]]);
        assert!(matches!(parse(&key_is_number), Err(PlistError::Value)));
    }

    #[test]
    fn a_list_cut_anywhere_or_changed_anywhere_never_panics() {
        let whole = list(&[&[0xd2, 1, 3, 2, 4], &[0x51, b'a'], &[0x09], &[0x51, b'b'], &[0xa2, 2, 1]]);
        assert!(parse(&whole).is_ok());
        for len in 0..whole.len() {
            assert!(parse(&whole[..len]).is_err(), "{len}");
        }
        for at in 0..whole.len() {
            for byte in 0..=255 {
                let mut changed = whole.clone();
                changed[at] = byte;
                let _ = parse(&changed);
            }
        }
    }
}
