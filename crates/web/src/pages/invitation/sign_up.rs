//! Accepting an invitation by creating an account.

use leptos::prelude::*;

use super::state::InvitationState;
use crate::ui_error::CallState;

/// Asks for the names of the new account.
pub(super) fn sign_up_form(invitation: InvitationState) -> AnyView {
    let (name, display_name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        invitation.sign_up(name.get_untracked(), display_name.get_untracked());
    };
    view! {
        <details open data-test="newcomer">
            <summary>"I do not have an account yet"</summary>
            <form class="card" on:submit=submit>
                {field("name", "Account name, as used in addresses", "username", name)}
                {field("display-name", "Your name, as others see it", "name", display_name)}
                <button
                    type="submit"
                    data-test="join"
                    disabled=move || invitation.call.get() == CallState::Sending
                >
                    "Accept and create the account"
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
