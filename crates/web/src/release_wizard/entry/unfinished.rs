//! The way back to a release that is being made, from any other page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::release_wizard::effects::use_wizard;

/// Says that a release is not finished, and how far its upload is.
#[component]
pub(crate) fn UnfinishedRelease() -> impl IntoView {
    let wizard = use_wizard();
    let pathname = use_location().pathname;
    let headline =
        wizard.of_draft(|draft| Some(format!("{}: {}", draft.file.name, draft.transfer.headline())));
    let shown = move || headline.get().filter(|_| pathname.get() != "/release");
    move || {
        shown().map(|headline| {
            view! {
                <aside class="unfinished" aria-label="Unfinished release">
                    <p>{headline}</p>
                    <a class="button" href="/release">"Continue the release"</a>
                </aside>
            }
        })
    }
}
