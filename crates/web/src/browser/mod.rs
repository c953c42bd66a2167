//! Everything that needs the browser's own objects: files, the engine's Web Worker, the clipboard, focus.
//!
//! - `file`: the file that was chosen; `drop`: the page as a drop target.
//! - `engine`: the engine's Web Worker and the port to it.
//! - `page`: document and window: focus, dialogs, clipboard, times as the user writes them.
//!
//! Types that own a handle release it when dropped. A `File` never leaves this room: outside it is a
//! [`crate::package::PickedFile`].

mod drop;
mod engine;
mod file;
mod page;

pub(crate) use drop::use_file_drop;
pub(crate) use engine::{Engine, EngineBuild, EngineMessage};
pub(crate) use file::{open_saved, pick_file, picked_by};
pub(crate) use page::{
    ask_before_unload, close_modal, copy, focus, language_name, local_day, local_time, on_page_visible,
    report_crashes, seconds_since, set_page_title, show_modal, take_over,
};
