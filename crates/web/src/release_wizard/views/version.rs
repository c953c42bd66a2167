//! The version of a package that does not say its own.

use leptos::prelude::*;

use crate::{components::ProblemBox, release_wizard::effects::use_wizard};

/// Asks for version and build number, before the upload begins.
#[component]
pub(super) fn AskVersion() -> impl IntoView {
    let wizard = use_wizard();
    let is_asked = wizard.of_draft(|draft| draft.version.is_asked());
    let intro = wizard.of_draft(|draft| format!("A .{} does not say its version.", draft.artifact.format));
    let problem = wizard.of_draft(|draft| draft.version.problem().cloned());
    let (version, build) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        wizard.edit(|draft| draft.type_version(&version.get_untracked(), &build.get_untracked()));
    };
    let is_wrong = move || problem.with(Option::is_some).to_string();
    view! {
        <Show when=move || is_asked.get()>
            <form class="card" on:submit=submit data-test="ask-version">
                <p>{move || intro.get()} " Which one is it?"</p>
                <label for="version">"Version, as testers will see it"</label>
                <input id="version" data-test="version" autocomplete="off" placeholder="1.0.0"
                    aria-describedby="version-problem" aria-invalid=is_wrong bind:value=version/>
                <label for="build">"Build number, if there is one"</label>
                <input id="build" data-test="build" autocomplete="off" placeholder="42" bind:value=build/>
                <div id="version-problem">
                    {move || problem.get().map(|problem| view! { <ProblemBox problem/> })}
                </div>
                <button type="submit" data-test="use-version">"Use this version"</button>
            </form>
        </Show>
    }
}
