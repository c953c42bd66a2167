//! Messages from and to the page.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;

use super::js_object::{object, property};
use super::scope::scope;
use crate::message::{Command, EngineEvent};
use crate::structured;

/// Sends an event to the page.
pub(super) fn post(event: &EngineEvent) {
    structured::to_value(event).iter().for_each(post_value);
}

/// Sends the page an event that is a JavaScript value already.
pub(super) fn post_value(event: &JsValue) {
    let _ = scope().post_message(&object(&[("event", event)]));
}

/// Sends an event to the page, with handles beside it.
pub(super) fn post_with_handles(event: &EngineEvent, handles: &Array) {
    if let Some(event) = structured::to_value(event) {
        let _ = scope().post_message(&object(&[("event", &event), ("handles", handles)]));
    }
}

/// A message from the page.
pub(super) struct PageMessage {
    pub(super) command: Command,
    /// The file beside the command.
    pub(super) file: Option<File>,
    /// The handle beside the command; undefined without one.
    pub(super) handle: JsValue,
}

/// Reads a message from the page; none if it is from another version of the page.
pub(super) fn read(message: &JsValue) -> Option<PageMessage> {
    Some(PageMessage {
        command: structured::from_value(property(message, "command"))?,
        file: property(message, "file").dyn_into().ok(),
        handle: property(message, "handle"),
    })
}
