//! Fields of a message in the wire format of Protocol Buffers, in place.
//!
//! Source: "Encoding" in the Protocol Buffers documentation. Unknown fields are the reader's to skip, and cost
//! nothing: their length is in front of them.

/// The fields of a message in their order. It ends where the bytes stop making sense.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields<'a>(&'a [u8]);

/// A field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field<'a> {
    Varint(u64),
    Fixed64(u64),
    /// A text, a message or packed numbers.
    Bytes(&'a [u8]),
    Fixed32(u32),
}

impl<'a> Fields<'a> {
    pub(crate) fn of(message: &'a [u8]) -> Self {
        Self(message)
    }

    fn take(&mut self) -> Option<(u64, Field<'a>)> {
        let mut rest = self.0;
        let tag = varint(&mut rest)?;
        let field = match tag & 0x7 {
            0 => Field::Varint(varint(&mut rest)?),
            1 => Field::Fixed64(u64::from_le_bytes(chunk(&mut rest)?)),
            2 => {
                let len = usize::try_from(varint(&mut rest)?).ok()?;
                let (bytes, behind) = rest.split_at_checked(len)?;
                rest = behind;
                Field::Bytes(bytes)
            }
            5 => Field::Fixed32(u32::from_le_bytes(chunk(&mut rest)?)),
            // Groups are obsolete.
            _ => return None,
        };
        self.0 = rest;
        Some((tag >> 3, field))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Field<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.take();
        if next.is_none() {
            self.0 = &[];
        }
        next
    }
}

impl<'a> Field<'a> {
    pub(crate) fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(crate) fn varint(self) -> Option<u64> {
        match self {
            Self::Varint(number) => Some(number),
            _ => None,
        }
    }
}

/// The last field of this number that is a text or a message: a later one replaces an earlier one.
pub(crate) fn bytes_in(message: &[u8], number: u64) -> Option<&[u8]> {
    Fields::of(message).filter(|(found, _)| *found == number).filter_map(|(_, field)| field.bytes()).last()
}

/// The last field of this number that is a number. A number that is 0 is mostly left out.
pub(crate) fn varint_in(message: &[u8], number: u64) -> Option<u64> {
    Fields::of(message).filter(|(found, _)| *found == number).filter_map(|(_, field)| field.varint()).last()
}

/// Seven bits a byte, the lowest first; a high bit says that more follow.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for (at, &byte) in rest.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            *rest = rest.get(at + 1..)?;
            return Some(number);
        }
    }
    None
}

fn chunk<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (chunk, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(*chunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_field_is_read() {
        let message = b"\x08\x96\x01\x12\x02hi\x1d\x01\0\0\0\x21\x02\0\0\0\0\0\0\0";
        let fields: Vec<_> = Fields::of(message).collect();
        let expected = [
            (1, Field::Varint(150)),
            (2, Field::Bytes(b"hi")),
            (3, Field::Fixed32(1)),
            (4, Field::Fixed64(2)),
        ];
        assert_eq!(fields, expected);
        assert_eq!((bytes_in(message, 2), varint_in(message, 1)), (Some(&b"hi"[..]), Some(150)));
        assert_eq!((bytes_in(message, 1), varint_in(message, 9)), (None, None));
    }

    #[test]
    fn a_later_field_replaces_an_earlier_one() {
        assert_eq!(varint_in(b"\x08\x01\x08\x02", 1), Some(2));
    }

    #[test]
    fn fields_end_where_they_make_no_sense() {
        let whole = b"\x08\x96\x01\x12\x02hi";
        for len in 0..whole.len() {
            assert!(Fields::of(&whole[..len]).count() < 2, "{len}");
        }
        assert_eq!(Fields::of(b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x").count(), 0);
        assert_eq!(Fields::of(b"\x0b\x0c\x08\x01").count(), 0);
        assert_eq!(Fields::of(&[0xff; 30]).count(), 0);
    }
}
