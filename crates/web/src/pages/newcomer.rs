//! Taking an invitation without an account.

use leptos::prelude::*;

use super::invitation::{Reply, heading};
use crate::{
    parts::{CallProblem, copy_button},
    wizard::CallState,
};

/// Asks for the new account's names. Folded up for whoever is signed in.
pub(super) fn newcomer_form(reply: Reply, is_open: bool) -> AnyView {
    let (name, display_name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let join = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        reply.join(name.get_untracked(), display_name.get_untracked());
    };
    view! {
        <details open=is_open data-test="newcomer">
            <summary>"I have no account yet"</summary>
            <form class="card" on:submit=join>
                {field("name", "Account name, as it stands in addresses", "username", name)}
                {field("display-name", "Your name, as others see it", "name", display_name)}
                <CallProblem call=Memo::new(move |_| reply.call.get()) id="join-problem"/>
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
        <input id=id data-test=id autocomplete=autocomplete aria-describedby="join-problem" bind:value=value/>
    }
    .into_any()
}

/// What there is to know of a token.
const KEEP_IT: &str = "<strong>Keep it now: it is shown this once.</strong> It is your key for App Center’s command line \
    and for all other clients. Signing in here by mail comes later.";

/// The new account's API token, which nobody can show again.
pub(super) fn first_token(token: String, target: &str) -> AnyView {
    view! {
        {heading(format!("You are in {target}"))}
        <section class="card">
            <h2>"Your API token"</h2>
            <p inner_html=KEEP_IT></p>
            <p class="ident" data-test="token">{token.clone()}</p>
            <div class="actions">{copy_button(token)}</div>
        </section>
    }
    .into_any()
}
