//! What the package says about itself.

use leptos::prelude::*;

use crate::{drive::use_wizard, parts::PackageCard};

/// The facts, and what is odd about them. Shown before anything is uploaded.
#[component]
pub(super) fn FactsCard() -> impl IntoView {
    let package = use_wizard().of_draft(|draft| Some((draft.artifact.clone(), draft.icon.clone())));
    move || package.get().map(|(artifact, icon)| view! { <PackageCard artifact icon/> })
}
