//! Everything that needs a browser's own objects: files, the engine's Web Worker, the clipboard, focus.
//!
//! Handles are owned by types that give them back when dropped. A `File` never leaves this module; outside it
//! is a [`crate::package::PickedFile`].

mod drop;
mod engine;
mod file;
mod page;

pub(crate) use drop::use_file_drop;
pub(crate) use engine::{Engine, EngineKind, EngineMessage};
pub(crate) use file::{open_saved, pick_file, picked_by};
pub(crate) use page::{
    ask_before_unload, close_modal, copy, focus, language_name, local_day, local_time, name_page,
    report_crashes, seconds_since, show_modal, vacate, when_back,
};
