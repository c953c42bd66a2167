//! Choosing a file, by the keyboard or by dropping.

use leptos::{ev, prelude::*};

use super::Ask;
use crate::{
    browser::picked_by,
    drive::use_wizard,
    wizard::{AppKey, Wizard},
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
    let ask = Ask::expect();
    let choose = move |event: ev::Targeted<ev::Event, leptos::web_sys::HtmlInputElement>| {
        let Some(file) = picked_by(&event.target()) else { return };
        let hint = hint.get_untracked();
        let start = move || wizard.pick(file.clone(), hint.clone());
        if wizard.state().with_untracked(Wizard::would_lose_work) {
            ask.to_replace(wizard, start);
        } else {
            start();
        }
    };
    view! {
        <span class="choose">
            <input id="file" class="unseen" type="file" data-test="file-input" on:change:target=choose/>
            <label for="file" class="button" class:plain=is_minor>{label}</label>
        </span>
    }
}

/// The invitation to drop a file. The whole page takes drops; this says so.
#[component]
pub(crate) fn DropArea(
    /// The app that the file is meant for.
    #[prop(optional, into)]
    hint: Signal<Option<AppKey>>,
    /// What more there is to say.
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
