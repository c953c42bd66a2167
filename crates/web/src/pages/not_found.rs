//! Addresses that lead nowhere.

use leptos::prelude::*;

use crate::browser::name_page;

/// Says so, and where to go.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    name_page("Not found");
    view! {
        <section class="page">
            <h1>"There is no such page"</h1>
            <p>"The address may be mistyped, or what it led to was deleted."</p>
            <p><a href="/">"See all apps"</a></p>
        </section>
    }
}
