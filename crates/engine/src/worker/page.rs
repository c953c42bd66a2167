use js_sys::{JsString, Reflect, global};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, File};

use crate::message::{Command, Report};

/// The Worker's global object. [`start`](super::start) has seen that it is one.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    global().unchecked_into()
}

/// Milliseconds since the Worker began, on a clock that does not go back.
pub(super) fn now() -> u64 {
    scope().performance().map_or(0, |performance| performance.now() as u64)
}

/// Tells the page.
pub(super) fn post(report: &Report) {
    if let Ok(text) = serde_json::to_string(report) {
        let _ = scope().post_message(&text.into());
    }
}

/// What a message says: its command, and the file beside it.
pub(super) fn read(message: &JsValue) -> Option<(Command, Option<File>)> {
    let field = |name: &str| Reflect::get(message, &JsString::from(name)).ok();
    let command = serde_json::from_str(&field("command")?.as_string()?).ok()?;
    Some((command, field("file").and_then(|file| file.dyn_into().ok())))
}
