//! Plain JavaScript objects that hold what has no Rust form.

use js_sys::{JsString, Object, Reflect};
use wasm_bindgen::JsValue;

/// A property of an object; undefined if there is none.
pub(super) fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsString::from(name)).unwrap_or_default()
}

/// An object of these properties.
pub(super) fn object(properties: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // Setting a plain object's property cannot fail.
        let _ = Reflect::set(&object, &JsString::from(*name), value);
    }
    object.into()
}
