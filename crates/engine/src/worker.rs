//! Everything that needs a browser.

mod digest;
mod driver;
mod engine;
mod inspect;
mod page;
mod request;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::message::Report;
use engine::Engine;

/// Listens to the page, and says so. Messages that come earlier are lost: the page waits for this report.
#[wasm_bindgen(start)]
fn start() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let mut engine = Engine::default();
    let listen =
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| engine.hear(&event.data()));
    scope.set_onmessage(Some(listen.into_js_value().unchecked_ref()));
    page::post(&Report::Started);
}
