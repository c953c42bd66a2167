//! What an invitation's link opens: who invites to what, and the answer to it.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use protocol::{InvitationDetails, InvitedTo, NewApiToken};

use super::newcomer::{FirstToken, NewcomerForm};
use crate::{
    api,
    browser::{focus, local_day, name_page},
    parts::{FactList, ProblemBox, Remote},
    problem::{ApiError, Problem},
    wizard::CallState,
};

/// Who is signed in, for pages that are open to everybody.
#[derive(Clone, Copy)]
pub(crate) struct SignedIn(pub(crate) Signal<Option<String>>);

/// The path under which these pages are, which need no session.
pub(crate) const INVITATIONS: &str = "/invitations/";

/// What became of the invitation on this page.
#[derive(Clone, PartialEq)]
pub(super) enum Outcome {
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
    token: Memo<String>,
    pub(super) call: RwSignal<CallState>,
    outcome: RwSignal<Outcome>,
}

impl Reply {
    /// Makes a call that answers the invitation; the rest of the page follows what `settle` makes of its answer.
    fn send<T>(
        self,
        call: api::Call<T>,
        settle: impl FnOnce(Result<String, ApiError>) -> Result<Outcome, ApiError> + 'static,
    ) {
        let answer = call.answer();
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
        let call = api::answer_invitation(kind, &self.token.get_untracked(), is_yes);
        self.send(call, move |answer| match answer {
            Ok(_) if !is_yes => Ok(Outcome::Declined),
            Ok(_) => Ok(Outcome::Accepted),
            // Who was in before is in now.
            Err(error) if is_yes && error.is_conflict() => Ok(Outcome::Accepted),
            Err(error) => Err(error),
        });
    }

    /// Makes an account of it.
    pub(super) fn join(self, name: String, display_name: String) {
        self.send(api::accept_as_newcomer(&self.token.get_untracked(), name, display_name), |answer| {
            api::read::<NewApiToken>(&answer?).map(|made| Outcome::Joined(made.api_token))
        });
    }
}

/// The invitation whose token is in the address.
#[component]
pub(crate) fn InvitationPage() -> impl IntoView {
    name_page("Invitation");
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("invitation").unwrap_or_default()));
    let invitation = Remote::new(move || api::invitation(&token.get()));
    let outcome = RwSignal::new(Outcome::Open);
    let reply = Reply { token, call: RwSignal::new(CallState::Idle), outcome };
    let shown = move || match invitation.value() {
        None => view! { <p class="quiet" role="status">"Loading…"</p> }.into_any(),
        Some(Ok(details)) => view! { <Invitation details reply/> }.into_any(),
        Some(Err(error)) if error.is_missing() => over(),
        Some(Err(error)) => {
            let retry = Callback::new(move |()| invitation.refetch());
            view! { <ProblemBox problem=Problem::from(error) retry/> }.into_any()
        }
    };
    view! { <section class="page">{shown}</section> }
}

fn over() -> AnyView {
    view! {
        <div class="page" data-test="over">
            <h1>"This invitation is over"</h1>
            <p>
                "It was answered or taken back, a newer one was sent, its 30 days have passed, or the link was not copied
                whole."
            </p>
            <p>"Look for a newer mail, or ask whoever invited you to send the invitation again."</p>
            <p><a href="/">"Go to your apps"</a></p>
        </div>
    }
    .into_any()
}

#[component]
fn Invitation(details: InvitationDetails, reply: Reply) -> impl IntoView {
    move || match reply.outcome.get() {
        Outcome::Open => view! { <Question details=details.clone() reply/> }.into_any(),
        Outcome::Accepted => done(&format!("You are in {}", details.target), target_path(&details)),
        Outcome::Declined => done("You declined the invitation", "/".to_owned()),
        Outcome::Joined(token) => view! { <FirstToken token target=details.target.clone()/> }.into_any(),
    }
}

/// Where to go from here.
fn target_path(details: &InvitationDetails) -> String {
    match details.kind {
        InvitedTo::App => format!("/apps/{}", details.target),
        InvitedTo::Org => "/".to_owned(),
    }
}

fn done(title: &str, path: String) -> AnyView {
    let link = if path == "/" { "Go to your apps" } else { "Open the app" };
    view! {
        <h1 id="outcome" tabindex="-1" data-test="outcome">{title.to_owned()}</h1>
        <p><a class="button" href=path>{link}</a></p>
    }
    .into_any()
}

#[component]
fn Question(details: InvitationDetails, reply: Reply) -> impl IntoView {
    let what = if details.kind == InvitedTo::App { "App" } else { "Organization" };
    let rows = vec![
        (what, details.target.clone()),
        ("You will be", details.role.clone()),
        ("Sent to", details.email.clone()),
        ("Good until", local_day(&details.expires_at)),
    ];
    let SignedIn(account) = expect_context();
    let has_account = details.has_account;
    view! {
        <h1>{details.invited_by.clone()} " invites you"</h1>
        <section class="card" data-test="invitation"><FactList rows/></section>
        {move || match account.get() {
            Some(name) => view! { <Answer name kind=details.kind reply/> }.into_any(),
            None if has_account => known(&api::answer_path(details.kind, &reply.token.get_untracked(), true)),
            None => ().into_any(),
        }}
        {(!has_account).then(|| view! { <NewcomerForm reply is_open=Signal::derive(move || account.get().is_none())/> })}
    }
}

/// Whoever has an account but no way to sign in to it here.
fn known(path: &str) -> AnyView {
    view! {
        <div class="card" data-test="known">
            <p>
                "This address has an account. Signing in is not set up on this server yet, so accept with the account's
                API token, in the header X-API-Token of the call"
            </p>
            <p class="ident">"POST " {path.to_owned()}</p>
        </div>
    }
    .into_any()
}

/// Yes or no, for whoever is signed in.
#[component]
fn Answer(name: String, kind: InvitedTo, reply: Reply) -> impl IntoView {
    let is_busy = move || reply.call.get() == CallState::Sending;
    view! {
        <section class="card">
            <p>"You are signed in as " <strong>{name}</strong> "."</p>
            {move || match reply.call.get() {
                CallState::Failed(problem) => Some(view! { <ProblemBox problem/> }),
                _ => None,
            }}
            <div class="actions">
                <button type="button" data-test="accept" disabled=is_busy on:click=move |_| reply.answer(kind, true)>
                    "Accept"
                </button>
                <button type="button" class="plain" data-test="decline" disabled=is_busy on:click=move |_| reply.answer(kind, false)>
                    "Decline"
                </button>
            </div>
        </section>
    }
}
