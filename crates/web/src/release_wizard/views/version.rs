//! The version of a package that does not say its own.

use leptos::prelude::*;

use crate::{components::ErrorBox, release_wizard::effects::use_wizard};

/// Asks for version and build number before the upload starts.
#[component]
pub(super) fn VersionForm() -> impl IntoView {
    let wizard = use_wizard();
    let is_asked = wizard.draft_memo(|draft| draft.version.is_asked());
    let intro = wizard.draft_memo(|draft| {
        format!("A .{} file does not contain its version. Enter it here.", draft.artifact.format)
    });
    let error = wizard.draft_memo(|draft| draft.version.error().cloned());
    let (version, build) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        wizard.edit(|draft| draft.enter_version(&version.get_untracked(), &build.get_untracked()));
    };
    let is_wrong = move || error.with(Option::is_some).to_string();
    view! {
        <Show when=move || is_asked.get()>
            <form class="card" on:submit=submit data-test="ask-version">
                <p>{move || intro.get()}</p>
                <label for="version">"Version that testers will see"</label>
                <input id="version" data-test="version" autocomplete="off" placeholder="1.0.0"
                    aria-describedby="version-problem" aria-invalid=is_wrong bind:value=version/>
                <label for="build">"Build number, if there is one"</label>
                <input id="build" data-test="build" autocomplete="off" placeholder="42" bind:value=build/>
                <div id="version-problem">
                    {move || error.get().map(|error| view! { <ErrorBox error/> })}
                </div>
                <button type="submit" data-test="use-version">"Use this version"</button>
            </form>
        </Show>
    }
}
