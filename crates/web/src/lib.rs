//! The portal: a page on which release managers release builds.
//!
//! In scope: showing state and passing on what people do. What is allowed next is decided by `wizard`, which
//! knows no browser; what a package is and how it is uploaded is the engine's, in a Web Worker of its own.
//!
//! Out of scope: the page that testers open (the service renders it), and the API token: it never gets here.

#![allow(clippy::needless_pass_by_value, reason = "properties of a component are handed over by value")]
#![allow(unreachable_pub, reason = "the component macro writes `pub` on items of its own")]

mod api;
mod browser;
mod components;
mod markdown;
mod package;
mod pages;
mod portal;
mod release_wizard;
mod routes;
mod text;
mod ui_error;

use leptos::mount::mount_to;
use wasm_bindgen::prelude::wasm_bindgen;

/// Puts the portal on the page, in place of the element that says it is loading.
#[wasm_bindgen(start)]
pub fn start() {
    browser::report_crashes();
    if let Some(place) = browser::take_over("portal") {
        mount_to(place, portal::Portal).forget();
    }
}
