//! The package, and whether the app already has a release of its version.

use leptos::prelude::*;

use crate::{
    components::PackageCard,
    release_wizard::{effects::use_wizard, state::Draft},
};

/// What the package says about itself, and its findings. Shown before anything is uploaded.
#[component]
pub(super) fn DraftPackageCard() -> impl IntoView {
    let package = use_wizard().draft_memo(|draft| Some((draft.released_artifact(), draft.icon.clone())));
    move || package.get().map(|(artifact, icon)| view! { <PackageCard artifact icon/> })
}

/// A note if the app already has a release of this version. It stops nothing.
#[component]
pub(super) fn SameVersionNote() -> impl IntoView {
    let note = use_wizard().draft_memo(Draft::same_version_note);
    move || {
        note.get().map(|note| {
            view! {
                <p class="finding" role="status" data-test="same-version"><strong>"Note: "</strong>{note}</p>
            }
        })
    }
}
