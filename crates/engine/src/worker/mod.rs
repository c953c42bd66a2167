//! The Web Worker's own code: everything that needs a browser.
//!
//! - `engine`: takes the page's commands, and holds the file and the upload at hand; `upload_session`: one upload as the page
//!   asked for it, whichever tab drives it; `discards`: saved uploads that the user discarded
//! - `driver/`: carries out what the state machine of `upload` asks for
//! - `file/`: reads and hashes the file; `inspect`: what the file is
//! - `saved_uploads/`: uploads in `IndexedDB`
//! - `tabs/`: messages to other tabs, and the lock that says which tab drives an upload
//! - `page`: messages from and to the page; `scope` and `js_object`: the Worker's global object, and JavaScript objects

mod discards;
mod driver;
mod engine;
mod file;
#[cfg(feature = "inspect")]
mod inspect;
mod js_object;
#[cfg(feature = "measured")]
mod measured;
mod page;
mod saved_uploads;
mod scope;
mod tabs;
mod upload_session;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::message::EngineEvent;
use engine::Engine;

/// Listens to the page, and says so. Messages that come earlier are lost: the page waits for this event.
#[wasm_bindgen(start)]
fn start() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let engine = Engine::new();
    let listen = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        engine.borrow_mut().on_message(&event.data());
    });
    scope.set_onmessage(Some(listen.into_js_value().unchecked_ref()));
    page::post(&EngineEvent::Started);
}
