//! The second step: release notes.

use leptos::prelude::*;
use protocol::limit;

use crate::{
    markdown::Markdown,
    release_wizard::{effects::use_wizard, state::Draft},
};

/// The notes as text, or how they will look.
#[component]
pub(super) fn NotesStep() -> impl IntoView {
    let is_preview = RwSignal::new(false);
    let wizard = use_wizard();
    let notes = wizard.draft_memo(|draft| draft.notes.clone());
    view! {
        <div class="field-line">
            <label for="notes">"What is new? Plain text or Markdown"</label>
            <button
                type="button"
                class="plain small"
                data-test="preview"
                aria-pressed=move || is_preview.get().to_string()
                on:click=move |_| is_preview.update(|is_preview| *is_preview = !*is_preview)
            >
                "Preview"
            </button>
        </div>
        <Show when=move || is_preview.get() fallback=move || view! { <NotesField notes/> }>
            <div class="preview">{move || view! { <Markdown text=notes.get()/> }}</div>
        </Show>
        <Counter/>
    }
}

#[component]
fn NotesField(notes: Memo<String>) -> impl IntoView {
    let wizard = use_wizard();
    let is_too_long = wizard.draft_memo(|draft| draft.excess_notes() > 0);
    view! {
        <textarea
            id="notes"
            rows="10"
            data-test="notes"
            aria-describedby="notes-count"
            aria-invalid=move || is_too_long.get().to_string()
            prop:value=move || notes.get()
            on:input:target=move |event| wizard.set(|draft| draft.notes = event.target().value())
        ></textarea>
    }
}

#[component]
fn Counter() -> impl IntoView {
    let wizard = use_wizard();
    let n_chars = wizard.draft_memo(|draft| draft.notes.chars().count());
    let is_too_long = wizard.draft_memo(|draft: &Draft| draft.excess_notes() > 0);
    view! {
        <p id="notes-count" class="quiet" class:error=move || is_too_long.get()>
            {move || n_chars.get()} " of " {limit::RELEASE_NOTES_CHARS} " characters"
        </p>
    }
}
