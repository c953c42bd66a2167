//! What the package says about itself.

use leptos::prelude::*;

use crate::{
    components::PackageCard,
    release_wizard::{effects::use_wizard, state::Draft},
};

/// The facts, and what is odd about them. Shown before anything is uploaded.
#[component]
pub(super) fn FactsCard() -> impl IntoView {
    let package = use_wizard().of_draft(|draft| Some((draft.facts(), draft.icon.clone())));
    move || package.get().map(|(artifact, icon)| view! { <PackageCard artifact icon/> })
}

/// Says if the app has a release of this version already, which refuses nothing.
#[component]
pub(super) fn SameVersion() -> impl IntoView {
    let note = use_wizard().of_draft(Draft::same_version);
    move || {
        note.get().map(|note| {
            view! {
                <p class="finding" role="status" data-test="same-version"><strong>"Note: "</strong>{note}</p>
            }
        })
    }
}
