//! The page that an invitation's link opens: who invites to what, and the answer to it.
//!
//! - here: the page; `state`: the invitation and what became of it; `sign_up`: the form for a new account.
//!
//! Few users ever see this page and all of them download it. So it is made of few and plain pieces, without a route of
//! its own.

mod sign_up;
mod state;

use leptos::prelude::*;
use protocol::{InvitationDetails, InvitedTo};

use sign_up::sign_up_form;
use state::{InvitationOutcome, InvitationState};

use crate::{
    api::calls,
    browser::{local_day, set_page_title},
    components::{CallError, ErrorBox, FactList, RemoteValue},
    ui_error::{CallState, UiError},
};

/// The page of the invitation with that token; `account` is the account that is signed in.
pub(crate) fn invitation_page(token: String, account: Signal<Option<String>>) -> AnyView {
    set_page_title("Invitation");
    let details = {
        let token = token.clone();
        RemoteValue::new(move || calls::invitation(&token))
    };
    let invitation = InvitationState::new(token);
    let shown = move || match details.value() {
        Some(Ok(details)) => match invitation.outcome.get() {
            InvitationOutcome::Open => question(details, invitation, account),
            InvitationOutcome::Accepted => note("outcome", membership_text(&details), TO_APPS, None),
            InvitationOutcome::Declined => {
                note("outcome", "You declined the invitation".to_owned(), TO_APPS, None)
            }
            InvitationOutcome::SignedUp(token) => {
                note("outcome", membership_text(&details), KEEP_TOKEN, Some(token))
            }
        },
        Some(Err(error)) if error.is_missing() => {
            note("over", "This invitation is no longer valid".to_owned(), NOT_VALID, None)
        }
        Some(Err(error)) => {
            let retry = Callback::new(move |()| details.refetch());
            view! { <ErrorBox error=UiError::from(error) retry/> }.into_any()
        }
        None => note("loading", "Loading…".to_owned(), "", None),
    };
    view! { <section class="page"><h1>"Invitation"</h1>{shown}</section> }.into_any()
}

fn membership_text(details: &InvitationDetails) -> String {
    format!("You are in {}", details.target)
}

const TO_APPS: &str = "<a href=\"/\">Go to your apps</a>";

const NOT_VALID: &str = "It was already answered, was withdrawn, was replaced by a newer one or has expired after 30 \
    days; or the link was not copied completely. Look for a newer e-mail, or ask the person who invited you to send the \
    invitation again.";

const KEEP_TOKEN: &str = "This is your API token. <strong>Save it now: it is shown only once.</strong> You need it for \
    App Center’s command line and all other clients. Signing in here by e-mail is not available yet.";

const HAS_ACCOUNT: &str = "Sign-in is not set up on this server yet. To accept the invitation, send this call with the \
    account’s API token in the header X-API-Token";

/// A title, one of the texts above, and a text to copy, all of which a click selects.
fn note(test: &'static str, title: String, text: &'static str, code: Option<String>) -> AnyView {
    view! {
        <div class="card" data-test=test>
            <h2 id="outcome" tabindex="-1" role="status">{title}</h2>
            <p inner_html=text></p>
            <code class="ident whole" data-test="token">{code}</code>
        </div>
    }
    .into_any()
}

fn question(
    details: InvitationDetails,
    invitation: InvitationState,
    account: Signal<Option<String>>,
) -> AnyView {
    let InvitationDetails { kind, has_account, .. } = details;
    let invited_to = match kind {
        InvitedTo::App => "App",
        InvitedTo::Org => "Organization",
    };
    let rows = vec![
        ("From", details.invited_by),
        (invited_to, details.target),
        ("Your role", details.role),
        ("Sent to", details.email),
        ("Valid until", local_day(&details.expires_at)),
    ];
    let signed_in = move || match account.get() {
        Some(name) => answer_card(name, kind, invitation),
        None if has_account => {
            let call = format!("POST {}", invitation.accept_path(kind));
            note("known", "This address has an account".to_owned(), HAS_ACCOUNT, Some(call))
        }
        None => ().into_any(),
    };
    view! {
        <section class="card" data-test="invitation"><FactList rows/></section>
        <CallError call=Memo::new(move |_| invitation.call.get()) id="reply-problem"/>
        {(!has_account).then(|| sign_up_form(invitation))}
        {signed_in}
    }
    .into_any()
}

/// Accept or decline, as the account that is signed in.
fn answer_card(name: String, kind: InvitedTo, invitation: InvitationState) -> AnyView {
    let button = move |label: &'static str, test: &'static str, accept: bool| {
        view! {
            <button
                type="button"
                class:plain=!accept
                data-test=test
                disabled=move || invitation.call.get() == CallState::Sending
                on:click=move |_| invitation.answer(kind, accept)
            >
                {label}
            </button>
        }
    };
    view! {
        <section class="card">
            <p>{format!("Or answer as {name}, the account that is signed in here:")}</p>
            <div class="actions">{button("Accept", "accept", true)} {button("Decline", "decline", false)}</div>
        </section>
    }
    .into_any()
}
