//! Taking an invitation without an account.

use leptos::{prelude::*, task::spawn_local};

use super::invitation::Reply;
use crate::{browser::copy, parts::CallProblem, wizard::CallState};

/// Asks for the new account's names. Folded up for whoever has an account.
#[component]
pub(super) fn NewcomerForm(reply: Reply, is_open: Signal<bool>) -> impl IntoView {
    let (name, display_name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let join = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        reply.join(name.get_untracked(), display_name.get_untracked());
    };
    let is_wrong = move || matches!(reply.call.get(), CallState::Failed(_)).to_string();
    view! {
        <details open=is_open data-test="newcomer">
            <summary>"I have no account yet"</summary>
            <form class="card" on:submit=join>
                <label for="name">"Account name, as it stands in addresses"</label>
                <input id="name" data-test="name" required pattern=r"[\w.\-]+" maxlength="100" autocomplete="username"
                    autocapitalize="none" title="letters, digits, -, _ and ." aria-describedby="join-problem"
                    aria-invalid=is_wrong bind:value=name/>
                <label for="display-name">"Your name, as others see it"</label>
                <input id="display-name" data-test="display-name" maxlength="100" autocomplete="name"
                    bind:value=display_name/>
                <CallProblem call=Memo::new(move |_| reply.call.get()) id="join-problem"/>
                <button type="submit" data-test="join" disabled=move || reply.call.get() == CallState::Sending>
                    "Make an account and accept"
                </button>
            </form>
        </details>
    }
}

/// The new account's API token, which nobody can show again.
#[component]
pub(super) fn FirstToken(token: String, target: String) -> impl IntoView {
    let copied = RwSignal::new("");
    let kept = StoredValue::new(token.clone());
    let copy_token = move |_| {
        spawn_local(async move {
            let is_copied = copy(&kept.get_value()).await;
            copied.set(if is_copied {
                "Copied"
            } else {
                "The browser refused: select the token and copy it"
            });
        });
    };
    view! {
        <h1 id="outcome" tabindex="-1" data-test="outcome">"You are in " {target}</h1>
        <section class="card">
            <h2>"Your API token"</h2>
            <p>
                <strong>"Keep it now: it is shown this once."</strong>
                " It is your key for App Center's command line and for all other clients. Signing in here by mail comes
                later."
            </p>
            <p class="ident" data-test="token">{token}</p>
            <div class="actions">
                <button type="button" class="plain" data-test="copy" on:click=copy_token>"Copy"</button>
                <span class="quiet" role="status">{move || copied.get()}</span>
            </div>
        </section>
    }
}
