//! Rust values as JavaScript values, as they cross between page, Web Worker and other tabs.
//!
//! The browser copies such values by its structured clone algorithm, so neither side writes or parses text. They look as
//! their JSON would: a missing value is `null`, a map is a plain object, an enum variant with data is an object with one
//! property.
//!
//! Numbers are JavaScript numbers, never `BigInt`, and a 64-bit integer beyond 2^53 is refused. Nothing here has such a
//! number: lengths come from the browser's own `File`, which counts in the same numbers.

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// The JavaScript value of `value`; none if a number or a map's key has no place in JavaScript.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Option<JsValue> {
    value.serialize(&Serializer::json_compatible()).ok()
}

/// The Rust value of `value`; none if it has another shape, as what another build of the page wrote may have.
pub fn from_value<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value).ok()
}

/// For `#[serde(deserialize_with)]`: a field that is absent if it has another shape, so that the rest can be read.
///
/// Only for a format that holds each value by itself, as JavaScript does: in a stream of text a value that was half read
/// would spoil what follows.
pub fn readable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(Option::deserialize(deserializer).unwrap_or_default())
}
