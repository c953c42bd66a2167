//! The frame around every page: session, routes, drop target and dialog are here, the top of the page in `header`.

mod header;

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    hooks::{use_location, use_navigate},
    path,
};
use protocol::Session;

use header::Header;

use crate::{
    api::{ApiError, calls},
    browser::{ask_before_unload, on_page_visible, use_file_drop},
    components::{Dialog, DialogView, ErrorBox, RemoteValue},
    package::PickedFile,
    pages::{AppPage, HomePage, NotFoundPage, ReleasePage, invitation_page},
    release_wizard::{ReleaseBar, ReleaseWizard, Wizard, WizardHandle, confirm_replacing, use_wizard},
    routes::{INVITATIONS, app_in_path},
    ui_error::UiError,
};

/// The whole page.
#[component]
pub(crate) fn Portal() -> impl IntoView {
    view! {
        <Router>
            <PortalFrame/>
        </Router>
    }
}

/// Opens the session first: without one the server refuses every other call, except those of an invitation.
#[component]
fn PortalFrame() -> impl IntoView {
    provide_context(Dialog::new());
    let wizard = WizardHandle::start(use_navigate());
    provide_context(wizard);

    let session = RemoteValue::new(calls::open_session);
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
                    view! { <ErrorBox error=sign_in_error(error) retry/> }.into_any()
                }
            }}
        </main>
        <DialogView/>
        <LiveRegion/>
    }
}

/// The pages, and what works on all of them.
#[component]
fn Pages() -> impl IntoView {
    let wizard = use_wizard();
    let dialog = Dialog::expect();
    let pathname = use_location().pathname;
    let state = wizard.state();

    let file_drop = use_file_drop(move |file: PickedFile| {
        let hint = app_in_path(&pathname.get_untracked());
        let start = move || wizard.pick(file.clone(), hint.clone());
        if state.with_untracked(Wizard::would_lose_work) {
            confirm_replacing(dialog, wizard, start);
        } else {
            start();
        }
    });
    ask_before_unload(move || state.with_untracked(Wizard::would_lose_by_reload));
    on_page_visible(move || wizard.on_page_visible());

    view! {
        <ReleaseBar/>
        <FlatRoutes fallback=|| view! { <NotFoundPage/> }>
            <Route path=path!("/") view=HomePage/>
            <Route path=path!("/release") view=ReleaseWizard/>
            <Route path=path!("/apps/:owner/:app") view=AppPage/>
            <Route path=path!("/apps/:owner/:app/releases/:id") view=ReleasePage/>
        </FlatRoutes>
        <div class="drop-veil" class:over=move || file_drop.is_over.get() aria-hidden="true">
            <p>"Drop the package to release it"</p>
        </div>
    }
}

/// The one element from which screen readers announce progress.
#[component]
fn LiveRegion() -> impl IntoView {
    let state = use_wizard().state();
    let announcement = Memo::new(move |_| state.with(Wizard::announcement));
    view! { <p class="unseen" role="status">{move || announcement.get()}</p> }
}

fn sign_in_error(error: ApiError) -> UiError {
    if error.is_unauthorized() {
        return UiError::new(
            "Sign-in is not set up",
            "this server has no sign-in yet",
            "if you started it yourself, start it with `cargo xtask dev`; otherwise ask your administrator",
        );
    }
    error.into()
}
