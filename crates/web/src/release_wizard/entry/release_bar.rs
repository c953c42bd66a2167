//! The way back to the release that is being made, from any other page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{release_wizard::effects::use_wizard, routes::RELEASE_WIZARD};

/// Tells on every other page that a release is being made, and how far its upload is.
#[component]
pub(crate) fn ReleaseBar() -> impl IntoView {
    let wizard = use_wizard();
    let pathname = use_location().pathname;
    let headline =
        wizard.draft_memo(|draft| Some(format!("{}: {}", draft.file.name, draft.upload.headline())));
    let shown = move || headline.get().filter(|_| pathname.get() != RELEASE_WIZARD);
    move || {
        shown().map(|headline| {
            view! {
                <aside class="unfinished" aria-label="Unfinished release">
                    <p>{headline}</p>
                    <a class="button" href=RELEASE_WIZARD>"Continue the release"</a>
                </aside>
            }
        })
    }
}
