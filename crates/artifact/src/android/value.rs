//! Values of attributes and resources, as binary XML, resource tables and bundles have them.

/// A value as it is stored (`Res_value`).
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    /// The id of a resource, `0xPPTTEEEE`.
    Reference(u32),
    /// The name of a resource, `package:type/entry` or `type/entry`: only bundles have them.
    Named(String),
    Number(i32),
    Bool(bool),
    /// The type and the data of anything else, such as a length or a colour.
    Other(u8, u32),
}

/// A value whose text is still an index into a pool.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    Text(u32),
    Value(Value),
}

impl Scalar {
    /// Decodes the type and the data of a `Res_value`, or `None` if it is one of nothing.
    pub(crate) fn decode(kind: u8, data: u32) -> Option<Self> {
        Some(match kind {
            // A reference, or a dynamic one, whose package is decided when it is installed.
            0x01 | 0x07 => Self::Value(Value::Reference(data)),
            0x03 => Self::Text(data),
            0x10 | 0x11 => Self::Value(Value::Number(data.cast_signed())),
            0x12 => Self::Value(Value::Bool(data != 0)),
            0x00 => return None,
            _ => Self::Value(Value::Other(kind, data)),
        })
    }
}
