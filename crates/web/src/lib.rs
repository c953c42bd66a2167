//! The portal: the page on which release managers release builds.
//!
//! In scope: showing state, and passing on what the user does. Out of scope: what a package is and how it is uploaded (the
//! engine, in a Web Worker), the page that testers open (the service renders it), and the API token, which never gets here.
//!
//! - `portal`: the frame around every page; `pages`: the pages; `components`: what more than one page is made of.
//! - `release_wizard`: the release that is being made. Its `state` decides what is allowed next, and knows no browser.
//! - `api`: the calls to the server; `browser`: what needs the browser's own objects.
//! - `package`, `markdown`, `text`, `ui_error`, `routes`: data and texts without a view.
//!
//! Imports go one way: `portal` → `pages` → `release_wizard` → `components` → `browser` → `package`, `ui_error`, `routes`
//! → `text`, `api`. A module may name those behind it, and none before it.

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
