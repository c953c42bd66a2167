use js_sys::{Array, JsString, Object, Reflect, global};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, File};

use crate::message::{Command, EngineEvent};

/// The Worker's global object. [`start`](super::start) has seen that it is one.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    global().unchecked_into()
}

/// Milliseconds since the Worker began, on a clock that does not go back.
pub(super) fn now() -> u64 {
    scope().performance().map_or(0, |performance| performance.now() as u64)
}

/// Milliseconds since 1970 UTC, as far as this computer knows.
pub(super) fn today() -> u64 {
    js_sys::Date::now() as u64
}

/// Tells the page.
pub(super) fn post(report: &EngineEvent) {
    if let Ok(text) = serde_json::to_string(report) {
        post_text(&text);
    }
}

/// Tells the page what is a report's text already.
pub(super) fn post_text(report: &str) {
    let _ = scope().post_message(&report.into());
}

/// Tells the page, with handles beside the report.
pub(super) fn post_with(report: &EngineEvent, handles: &Array) {
    if let Ok(text) = serde_json::to_string(report) {
        let message = object(&[("report", &text.into()), ("handles", handles)]);
        let _ = scope().post_message(&message);
    }
}

/// What the page says.
pub(super) struct Message {
    pub(super) command: Command,
    /// The file beside the command.
    pub(super) file: Option<File>,
    /// The handle beside the command; undefined without one.
    pub(super) handle: JsValue,
}

/// What a message says; none if it is of another version of the page.
pub(super) fn read(message: &JsValue) -> Option<Message> {
    let command = serde_json::from_str(&field(message, "command").as_string()?).ok()?;
    Some(Message { command, file: field(message, "file").dyn_into().ok(), handle: field(message, "handle") })
}

/// A property of an object; undefined if there is none.
pub(super) fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsString::from(name)).unwrap_or_default()
}

/// An object of these properties.
pub(super) fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a plain object's property cannot fail.
        let _ = Reflect::set(&object, &JsString::from(*name), value);
    }
    object.into()
}
