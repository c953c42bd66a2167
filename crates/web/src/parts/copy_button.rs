//! A button that copies a text.

use leptos::{prelude::*, task::spawn_local};

use crate::browser::copy;

/// The button, and what became of the copy.
pub(crate) fn copy_button(text: String) -> AnyView {
    let copied = RwSignal::new("");
    let text = StoredValue::new(text);
    let copy_text = move |_| {
        spawn_local(async move {
            let is_copied = copy(&text.get_value()).await;
            copied.set(if is_copied { "Copied" } else { "The browser refused: select the text and copy it" });
        });
    };
    view! {
        <span class="quiet" role="status">{move || copied.get()}</span>
        <button type="button" class="plain" data-test="copy" on:click=copy_text>"Copy"</button>
    }
    .into_any()
}
