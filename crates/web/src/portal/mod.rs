//! The frame around every page: session, header, routes, drop target, questions.

mod header;

use header::Header;
use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    hooks::{use_location, use_navigate},
    path,
};
use protocol::Session;

use crate::{
    api::{ApiError, calls, types::AppKey},
    browser::{ask_before_unload, use_file_drop, when_back},
    components::{Ask, ProblemBox, QuestionDialog, Remote},
    package::PickedFile,
    pages::{AppPage, HomePage, INVITATIONS, NotFoundPage, ReleasePage, invitation_page},
    release_wizard::{ReleaseWizard, UnfinishedRelease, Wizard, WizardHandle, ask_to_replace, use_wizard},
    ui_error::Problem,
};

/// The whole page.
#[component]
pub(crate) fn Portal() -> impl IntoView {
    view! {
        <Router>
            <Signed/>
        </Router>
    }
}

/// The session comes first: without it every other call would be refused, but for those of an invitation.
#[component]
fn Signed() -> impl IntoView {
    provide_context(Ask::new());
    let wizard = WizardHandle::start(use_navigate());
    provide_context(wizard);

    let session = Remote::new(calls::open_session);
    let account = Signal::derive(move || session.value().and_then(Result::ok).map(|session| session.account));
    let pathname = use_location().pathname;
    let invitation =
        Memo::new(move |_| pathname.with(|path| path.strip_prefix(INVITATIONS).map(str::to_owned)));
    view! {
        <Header account/>
        <main id="main" tabindex="-1">
            {move || match (session.value(), invitation.get()) {
                (None, _) => view! { <p class="quiet" role="status">"Signing in…"</p> }.into_any(),
                (_, Some(token)) => invitation_page(token, account),
                (Some(Ok(Session { .. })), _) => view! { <Pages/> }.into_any(),
                (Some(Err(error)), _) => {
                    let retry = Callback::new(move |()| session.refetch());
                    view! { <ProblemBox problem=sign_in_problem(error) retry/> }.into_any()
                }
            }}
        </main>
        <QuestionDialog/>
        <LiveRegion/>
    }
}

/// The pages, and what all of them do.
#[component]
fn Pages() -> impl IntoView {
    let wizard = use_wizard();
    let ask = Ask::expect();
    let pathname = use_location().pathname;
    let state = wizard.state();

    let file_drop = use_file_drop(move |file: PickedFile| {
        let hint = app_in_path(&pathname.get_untracked());
        let start = move || wizard.pick(file.clone(), hint.clone());
        if state.with_untracked(Wizard::would_lose_work) {
            ask_to_replace(ask, wizard, start)
        } else {
            start()
        }
    });
    ask_before_unload(move || state.with_untracked(Wizard::would_lose_by_reload));
    when_back(move || wizard.back());

    view! {
        <UnfinishedRelease/>
        <FlatRoutes fallback=|| view! { <NotFoundPage/> }>
            <Route path=path!("/") view=HomePage/>
            <Route path=path!("/release") view=ReleaseWizard/>
            <Route path=path!("/apps/:owner/:app") view=AppPage/>
            <Route path=path!("/apps/:owner/:app/releases/:id") view=ReleasePage/>
        </FlatRoutes>
        <div class="drop-veil" class:over=move || file_drop.is_over.get() aria-hidden="true">
            <p>"Drop to release it"</p>
        </div>
    }
}

/// The one place that screen readers hear of progress from.
#[component]
fn LiveRegion() -> impl IntoView {
    let state = use_wizard().state();
    let words = Memo::new(move |_| state.with(Wizard::announcement));
    view! { <p class="unseen" role="status">{move || words.get()}</p> }
}

fn sign_in_problem(error: ApiError) -> Problem {
    if error.is_unauthorized() {
        return Problem::new(
            "signing in is not set up on this server",
            "start it with `cargo xtask dev`, or ask whoever runs it to set up sign-in",
        );
    }
    error.into()
}

/// The app whose page is shown, if one is.
fn app_in_path(pathname: &str) -> Option<AppKey> {
    let mut segments = pathname.trim_start_matches('/').split('/');
    match (segments.next(), segments.next(), segments.next()) {
        (Some("apps"), Some(owner), Some(name)) => {
            Some(AppKey { owner: owner.to_owned(), name: name.to_owned() })
        }
        _ => None,
    }
}
