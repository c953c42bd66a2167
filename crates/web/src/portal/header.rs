//! The top of every page.

use leptos::prelude::*;

use crate::release_wizard::use_leave_guard;

/// The product's name, which leads home, and who is signed in.
#[component]
pub(crate) fn Header(
    /// The account's name, once known.
    account: Signal<Option<String>>,
) -> impl IntoView {
    let guard = use_leave_guard();
    view! {
        <a class="skip" href="#main" rel="external">"Skip to the content"</a>
        <header class="top">
            <a class="brand" href="/" on:click=move |event| guard.run((event, "/".to_owned()))>
                <img src="/icon.svg" alt="" width="28" height="28"/>
                "Slipway"
            </a>
            {move || account.get().map(|name| view! {
                <span class="account"><span class="unseen">"Signed in as "</span>{name}</span>
            })}
        </header>
    }
}
