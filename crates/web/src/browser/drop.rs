//! The whole page as a drop target.

use leptos::{ev, prelude::*, web_sys::DragEvent};

use super::file::first_dropped_file;
use crate::package::PickedFile;

/// What is known of a drag across the page.
#[derive(Clone, Copy)]
pub(crate) struct FileDrop {
    /// Whether a file hovers over the page.
    pub(crate) is_over: Signal<bool>,
}

/// Calls `on_picked` with each file dropped anywhere on the page, until the caller's reactive owner is cleaned up.
pub(crate) fn use_file_drop(on_picked: impl Fn(PickedFile) + 'static) -> FileDrop {
    // Entering a child fires before leaving its parent, so only the count tells whether the page is left.
    let depth = RwSignal::new(0_i32);
    let handles = [
        window_event_listener(ev::dragenter, move |event| {
            if carries_file(&event) {
                depth.update(|depth| *depth += 1);
            }
        }),
        window_event_listener(ev::dragleave, move |event| {
            if carries_file(&event) {
                depth.update(|depth| *depth = (*depth - 1).max(0));
            }
        }),
        // Without this the browser opens the file in place of the page.
        window_event_listener(ev::dragover, |event| {
            if carries_file(&event) {
                event.prevent_default();
            }
        }),
        window_event_listener(ev::drop, move |event| {
            depth.set(0);
            // Text may still be dragged into a field.
            if !carries_file(&event) {
                return;
            }
            event.prevent_default();
            if let Some(picked) = event.data_transfer().and_then(|transfer| first_dropped_file(&transfer)) {
                on_picked(picked);
            }
        }),
    ];
    on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
    FileDrop { is_over: Signal::derive(move || depth.get() > 0) }
}

fn carries_file(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}
