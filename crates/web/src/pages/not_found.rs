//! The page for an address that does not exist.

use leptos::prelude::*;

use crate::browser::set_page_title;

/// Says that there is no such page, and leads to the apps.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    set_page_title("Not found");
    view! {
        <section class="page">
            <h1>"Page not found"</h1>
            <p>"The address may be mistyped, or the page was deleted."</p>
            <p><a href="/">"See all apps"</a></p>
        </section>
    }
}
