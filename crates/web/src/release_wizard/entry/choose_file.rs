//! Choosing a file with a button or by dropping it.

use engine::message::SavedUploadSummary;
use leptos::{ev, prelude::*};

use super::leaving::confirm_replacing;
use crate::{
    api::types::AppKey,
    browser::{open_saved, pick_file, picked_by},
    components::Dialog,
    package::PickedFile,
    release_wizard::{effects::use_wizard, state::Wizard},
};

/// A button that opens the browser's file dialog, and starts a release of what is chosen there.
#[component]
pub(crate) fn ChooseFile(
    /// What the button says.
    #[prop(default = "Choose a file")]
    label: &'static str,
    /// The app that the file is meant for.
    #[prop(optional, into)]
    hint: Signal<Option<AppKey>>,
    /// Whether something else on the page matters more.
    #[prop(optional)]
    is_minor: bool,
) -> impl IntoView {
    let wizard = use_wizard();
    let on_picked = Callback::new(move |file| wizard.pick(file, hint.get_untracked()));
    view! { <FileButton id="file".to_owned() test="file-input" label is_minor on_picked/> }
}

/// A button that resumes a saved upload: it opens the upload's file if the browser can, else the file dialog.
#[component]
pub(crate) fn ResumeFile(
    /// The upload.
    upload: SavedUploadSummary,
    /// What the button says.
    label: &'static str,
) -> impl IntoView {
    let wizard = use_wizard();
    let (id, saved) = (format!("resume-{}", upload.key), upload.key.clone());
    let on_picked = Callback::new(move |file| wizard.resume(file, upload.clone()));
    view! { <FileButton id test="unfinished-resume" label saved on_picked/> }
}

#[component]
fn FileButton(
    id: String,
    test: &'static str,
    label: &'static str,
    #[prop(optional)] is_minor: bool,
    /// The key of the saved upload whose file it opens.
    #[prop(optional)]
    saved: String,
    on_picked: Callback<PickedFile>,
) -> impl IntoView {
    let wizard = use_wizard();
    let dialog = Dialog::expect();
    let start = move |file: PickedFile| {
        if wizard.state().with_untracked(Wizard::would_lose_work) {
            confirm_replacing(dialog, wizard, move || on_picked.run(file.clone()));
        } else {
            on_picked.run(file);
        }
    };
    let open = move |event: ev::MouseEvent| {
        if open_saved(&saved, start) || pick_file(start) {
            // In place of the input's own dialog, whose files cannot be opened again.
            event.prevent_default();
        }
    };
    let choose = move |event: ev::Targeted<ev::Event, leptos::web_sys::HtmlInputElement>| {
        picked_by(&event.target()).into_iter().for_each(start);
    };
    view! {
        <span class="choose">
            <input
                id=id.clone()
                class="unseen"
                type="file"
                data-test=test
                on:click=open
                on:change:target=choose
            />
            <label for=id class="button" class:plain=is_minor>{label}</label>
        </span>
    }
}

/// The invitation to drop a file. The whole page takes drops; this says so.
#[component]
pub(crate) fn DropArea(
    /// The app that the file is meant for.
    #[prop(optional, into)]
    hint: Signal<Option<AppKey>>,
    /// What follows, as a sentence.
    #[prop(into)]
    text: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <section class="drop-area" aria-label="New release">
            <svg class="mark" viewBox="0 0 48 48" aria-hidden="true">
                <path d="M8 25h32l-5 9H13z M15 22v-6h12l7 6z M4 42l40-6"/>
            </svg>
            <div>
                <h2>"Drop a package to release it"</h2>
                <p class="quiet">{move || text.get()}</p>
            </div>
            <ChooseFile hint/>
        </section>
    }
}
