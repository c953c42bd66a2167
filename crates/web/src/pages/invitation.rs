//! What an invitation's link opens: who invites to what, and the answer to it. Few people ever see it and everybody
//! loads it, so it is drawn of few and plain pieces, without a route of its own.

use leptos::{prelude::*, task::spawn_local};
use protocol::{InvitationDetails, InvitedTo};

use super::newcomer::newcomer_form;
use crate::{
    api::{self, Answer, ApiError, calls, types::FirstToken},
    browser::{focus, local_day, name_page},
    components::{CallProblem, FactList, ProblemBox, Remote},
    ui_error::{CallState, Problem},
};

/// The path under which these pages are, before the invitation's token.
pub(crate) const INVITATIONS: &str = "/invitations/";

/// What became of the invitation on this page.
#[derive(Clone)]
enum Outcome {
    /// Nobody answered yet.
    Open,
    /// Whoever is signed in took it.
    Accepted,
    /// Whoever is signed in did not want it.
    Declined,
    /// Somebody new took it, and has this API token now.
    Joined(String),
}

/// One invitation and the answer to it.
#[derive(Clone, Copy)]
pub(super) struct Reply {
    token: StoredValue<String>,
    pub(super) call: RwSignal<CallState>,
    outcome: RwSignal<Outcome>,
}

/// What the answer of a call makes of the invitation.
type Settle = fn(Result<String, ApiError>) -> Result<Outcome, ApiError>;

impl Reply {
    /// Waits for the answer of a call; the rest of the page follows what `settle` makes of it.
    fn settle(self, answer: Answer, settle: Settle) {
        self.call.set(CallState::Sending);
        spawn_local(async move {
            match settle(answer.await) {
                Ok(outcome) => {
                    self.call.set(CallState::Idle);
                    self.outcome.set(outcome);
                    // The button that had the keyboard is gone.
                    focus("outcome");
                }
                Err(error) => self.call.set(CallState::Failed(Problem::from(error))),
            }
        });
    }

    /// Says yes or no for whoever is signed in.
    fn answer(self, kind: InvitedTo, is_yes: bool) {
        let answer = self.token.with_value(|token| calls::answer_invitation(kind, token, is_yes)).answer();
        let settle: Settle = if is_yes { accepted } else { |answer| answer.map(|_| Outcome::Declined) };
        self.settle(answer, settle);
    }

    /// Makes an account of it.
    pub(super) fn join(self, name: String, display_name: String) {
        let call = self.token.with_value(|token| calls::accept_as_newcomer(token, name, display_name));
        self.settle(call.answer(), |answer| {
            api::read::<FirstToken>(&answer?).map(|made| Outcome::Joined(made.api_token))
        });
    }
}

fn accepted(answer: Result<String, ApiError>) -> Result<Outcome, ApiError> {
    match answer {
        // Who was in before is in now.
        Err(error) if !error.is_conflict() => Err(error),
        _ => Ok(Outcome::Accepted),
    }
}

/// The page of the invitation with that token; `account` is who is signed in.
pub(crate) fn invitation_page(token: String, account: Signal<Option<String>>) -> AnyView {
    name_page("Invitation");
    let invitation = {
        let token = token.clone();
        Remote::new(move || calls::invitation(&token))
    };
    let token = StoredValue::new(token);
    let reply = Reply { token, call: RwSignal::new(CallState::Idle), outcome: RwSignal::new(Outcome::Open) };
    let shown = move || match invitation.value() {
        Some(Ok(details)) => match reply.outcome.get() {
            Outcome::Open => question(details, reply, account),
            Outcome::Accepted => note("outcome", format!("You are in {}", details.target), TO_APPS, None),
            Outcome::Declined => note("outcome", "You declined the invitation".to_owned(), TO_APPS, None),
            Outcome::Joined(token) => {
                note("outcome", format!("You are in {}", details.target), KEEP_IT, Some(token))
            }
        },
        Some(Err(error)) if error.is_missing() => note("over", "It is over".to_owned(), OVER, None),
        Some(Err(error)) => {
            let retry = Callback::new(move |()| invitation.refetch());
            view! { <ProblemBox problem=Problem::from(error) retry/> }.into_any()
        }
        None => note("loading", "Loading…".to_owned(), "", None),
    };
    view! { <section class="page"><h1>"Invitation"</h1>{shown}</section> }.into_any()
}

const TO_APPS: &str = "<a href=\"/\">Go to your apps</a>";

const OVER: &str = "It was answered or taken back, a newer one was sent, its 30 days have passed, or the link was not \
    copied whole. Look for a newer mail, or ask whoever invited you to send the invitation again.";

const KEEP_IT: &str = "This is your API token. <strong>Keep it now: it is shown this once.</strong> It is your key for \
    App Center’s command line and for all other clients. Signing in here by mail comes later.";

const KNOWN: &str = "Signing in is not set up on this server yet: accept with the account’s API token, in the header \
    X-API-Token of the call";

/// What there is to know: a title, a text of ours, and what is to be copied, all of which a click selects.
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

fn question(details: InvitationDetails, reply: Reply, account: Signal<Option<String>>) -> AnyView {
    let InvitationDetails { kind, has_account, .. } = details;
    let rows = vec![
        ("From", details.invited_by),
        (if kind == InvitedTo::App { "App" } else { "Organization" }, details.target),
        ("You will be", details.role),
        ("Sent to", details.email),
        ("Good until", local_day(&details.expires_at)),
    ];
    let signed_in = move || match account.get() {
        Some(name) => answer(name, kind, reply),
        None if has_account => {
            let path = reply.token.with_value(|token| calls::answer_path(kind, token, true));
            note("known", "This address has an account".to_owned(), KNOWN, Some(format!("POST {path}")))
        }
        None => ().into_any(),
    };
    view! {
        <section class="card" data-test="invitation"><FactList rows/></section>
        <CallProblem call=Memo::new(move |_| reply.call.get()) id="reply-problem"/>
        {(!has_account).then(|| newcomer_form(reply))}
        {signed_in}
    }
    .into_any()
}

/// Yes or no, for whoever is signed in.
fn answer(name: String, kind: InvitedTo, reply: Reply) -> AnyView {
    let button = move |label: &'static str, test: &'static str, is_yes: bool| {
        view! {
            <button
                type="button"
                class:plain=!is_yes
                data-test=test
                disabled=move || reply.call.get() == CallState::Sending
                on:click=move |_| reply.answer(kind, is_yes)
            >
                {label}
            </button>
        }
    };
    view! {
        <section class="card">
            <p>{format!("Or answer as {name}, who is signed in here:")}</p>
            <div class="actions">{button("Accept", "accept", true)} {button("Decline", "decline", false)}</div>
        </section>
    }
    .into_any()
}
