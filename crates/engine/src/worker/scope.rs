//! The Worker's global object: its clocks, and whether there is a network.

use js_sys::global;
use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

/// The Worker's global object. [`start`](super::start) has checked that it is one.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    global().unchecked_into()
}

/// Milliseconds since the Worker began, on a clock that does not go back.
pub(super) fn now() -> u64 {
    scope().performance().map_or(0, |performance| performance.now() as u64)
}

/// Milliseconds since 1970 UTC, by this computer's clock.
pub(super) fn unix_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// Whether the browser believes that there is a network. If it says no, that is so; if it says yes, it may be wrong.
pub(super) fn is_online() -> bool {
    scope().navigator().on_line()
}
