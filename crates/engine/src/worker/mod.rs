//! Everything that needs a browser.

mod driver;
mod engine;
mod file;
#[cfg(feature = "inspect")]
mod inspect;
#[cfg(feature = "measured")]
mod measured;
mod page;
mod saved_uploads;
mod session;
mod tabs;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::message::EngineEvent;
use engine::Engine;

/// Listens to the page, and says so. Messages that come earlier are lost: the page waits for this report.
#[wasm_bindgen(start)]
fn start() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let engine = Engine::new();
    let listen = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        engine.borrow_mut().hear(&event.data());
    });
    scope.set_onmessage(Some(listen.into_js_value().unchecked_ref()));
    page::post(&EngineEvent::Started);
}
