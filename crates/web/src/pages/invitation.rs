//! What an invitation's link opens: who invites to what, and the answer to it. Few people ever see it and everybody
//! loads it, so it is drawn of few and plain pieces, without a route of its own.

use leptos::{prelude::*, task::spawn_local};
use protocol::{InvitationDetails, InvitedTo};

use super::newcomer::{first_token, newcomer_form};
use crate::{
    api::{self, Answer},
    browser::{focus, local_day, name_page},
    parts::{CallProblem, FactList, ProblemBox, Remote},
    problem::{ApiError, Problem},
    wizard::CallState,
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
        let answer = self.token.with_value(|token| api::answer_invitation(kind, token, is_yes)).answer();
        let settle: Settle = if is_yes { accepted } else { |answer| answer.map(|_| Outcome::Declined) };
        self.settle(answer, settle);
    }

    /// Makes an account of it.
    pub(super) fn join(self, name: String, display_name: String) {
        let call = self.token.with_value(|token| api::accept_as_newcomer(token, name, display_name));
        self.settle(call.answer(), |answer| {
            api::read::<api::FirstToken>(&answer?).map(|made| Outcome::Joined(made.api_token))
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
        Remote::new(move || api::invitation(&token))
    };
    let token = StoredValue::new(token);
    let reply = Reply { token, call: RwSignal::new(CallState::Idle), outcome: RwSignal::new(Outcome::Open) };
    let shown = move || match invitation.value() {
        None => view! { <p class="quiet" role="status">"Loading…"</p> }.into_any(),
        Some(Ok(details)) => (move || match reply.outcome.get() {
            Outcome::Open => question(&details, reply, account),
            Outcome::Accepted => done(format!("You are in {}", details.target)),
            Outcome::Declined => done("You declined the invitation".to_owned()),
            Outcome::Joined(token) => first_token(token, &details.target),
        })
        .into_any(),
        Some(Err(error)) if error.is_missing() => over(),
        Some(Err(error)) => {
            let retry = Callback::new(move |()| invitation.refetch());
            view! { <ProblemBox problem=Problem::from(error) retry/> }.into_any()
        }
    };
    view! { <section class="page">{shown}</section> }.into_any()
}

/// What there is to say of an invitation that is none any more.
const OVER: &str = "<h1>This invitation is over</h1>\
    <p>It was answered or taken back, a newer one was sent, its 30 days have passed, or the link was not copied whole.</p>\
    <p>Look for a newer mail, or ask whoever invited you to send the invitation again.</p>";

fn over() -> AnyView {
    view! { <div class="page" data-test="over" inner_html=OVER></div> }.into_any()
}

/// What became of it, where the keyboard is now.
pub(super) fn heading(title: String) -> AnyView {
    view! { <h1 id="outcome" tabindex="-1" data-test="outcome">{title}</h1> }.into_any()
}

fn done(title: String) -> AnyView {
    (heading(title), view! { <p><a href="/">"Go to your apps"</a></p> }).into_any()
}

fn question(details: &InvitationDetails, reply: Reply, account: Signal<Option<String>>) -> AnyView {
    let what = if details.kind == InvitedTo::App { "App" } else { "Organization" };
    let rows = vec![
        (what, details.target.clone()),
        ("You will be", details.role.clone()),
        ("Sent to", details.email.clone()),
        ("Good until", local_day(&details.expires_at)),
    ];
    let (kind, has_account) = (details.kind, details.has_account);
    let title = format!("{} invites you", details.invited_by);
    let ways = move || match (account.get(), has_account) {
        (Some(name), true) => answer(name, kind, reply),
        (Some(name), false) => (answer(name, kind, reply), newcomer_form(reply, false)).into_any(),
        (None, true) => known(reply.token.with_value(|token| api::answer_path(kind, token, true))),
        (None, false) => newcomer_form(reply, true),
    };
    view! {
        <h1>{title}</h1>
        <section class="card" data-test="invitation"><FactList rows/></section>
        {ways}
    }
    .into_any()
}

/// For whoever has an account but no way to sign in to it here.
fn known(path: String) -> AnyView {
    view! {
        <div class="card" data-test="known">
            <p>
                "This address has an account. Signing in is not set up on this server yet: accept with the account's API
                token, in the header X-API-Token of the call"
            </p>
            <p class="ident">"POST " {path}</p>
        </div>
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
            <p>"You are signed in as " <strong>{name}</strong> "."</p>
            <CallProblem call=Memo::new(move |_| reply.call.get()) id="answer-problem"/>
            <div class="actions">{button("Accept", "accept", true)} {button("Decline", "decline", false)}</div>
        </section>
    }
    .into_any()
}
