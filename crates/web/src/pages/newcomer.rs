//! Taking an invitation without an account.

use leptos::prelude::*;

use super::invitation::Reply;
use crate::ui_error::CallState;

/// Asks for the new account's names.
pub(super) fn newcomer_form(reply: Reply) -> AnyView {
    let (name, display_name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let join = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        reply.join(name.get_untracked(), display_name.get_untracked());
    };
    view! {
        <details open data-test="newcomer">
            <summary>"I have no account yet"</summary>
            <form class="card" on:submit=join>
                {field("name", "Account name, as it stands in addresses", "username", name)}
                {field("display-name", "Your name, as others see it", "name", display_name)}
                <button type="submit" data-test="join" disabled=move || reply.call.get() == CallState::Sending>
                    "Accept and join"
                </button>
            </form>
        </details>
    }
    .into_any()
}

fn field(
    id: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    value: RwSignal<String>,
) -> AnyView {
    view! {
        <label for=id>{label}</label>
        <input id=id data-test=id autocomplete=autocomplete aria-describedby="reply-problem" bind:value=value/>
    }
    .into_any()
}
