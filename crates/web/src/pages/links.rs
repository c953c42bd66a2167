//! The links that testers install a release from.

use leptos::{prelude::*, task::spawn_local};
use protocol::InstallLink;

use crate::{
    api::{ApiCall, calls, types::AppKey},
    browser::{copy, local_time},
    components::{CallError, Dialog, RemoteValue, when_loaded},
    ui_error::{CallState, UiError},
};

/// The links of a release, and the change that is being made to them.
#[derive(Clone)]
struct Links {
    app: AppKey,
    release: i64,
    list: RemoteValue<Vec<InstallLink>>,
    call: RwSignal<CallState>,
}

impl Links {
    /// Makes a change on the server, and then loads the list again.
    fn change(&self, change: ApiCall<()>) {
        let (list, call) = (self.list, self.call);
        call.set(CallState::Sending);
        spawn_local(async move {
            match change.send().await {
                Ok(_) => call.set(CallState::Idle),
                Err(error) => call.set(CallState::Failed(UiError::from(error))),
            }
            list.refetch();
        });
    }

    fn create(&self) {
        self.change(calls::create_install_link(&self.app, self.release));
    }

    fn revoke(&self, id: &str) {
        self.change(calls::revoke_install_link(&self.app, self.release, id));
    }
}

/// The release's install links, to copy, open and revoke.
#[component]
pub(crate) fn InstallLinks(app: AppKey, release: i64) -> impl IntoView {
    let list = {
        let app = app.clone();
        RemoteValue::new(move || calls::install_links(&app, release))
    };
    let call = RwSignal::new(CallState::Idle);
    let links = Links { app, release, list, call };
    view! {
        <section class="card">
            <h2>"Install links"</h2>
            <p class="quiet">
                "Anyone with one of these links can install this release without signing in, until you revoke the link."
            </p>
            <CallError call=Memo::new(move |_| call.get()) id="links-problem"/>
            {when_loaded(list, move |found| view! { <LinkList links=links.clone() found/> }.into_any())}
        </section>
    }
}

#[component]
fn LinkList(links: Links, found: Vec<InstallLink>) -> impl IntoView {
    let create = {
        let links = links.clone();
        move |_| links.create()
    };
    let is_busy = move || links.call.get() == CallState::Sending;
    let label = if found.is_empty() { "Create a link" } else { "Create another link" };
    view! {
        <ul class="rows">
            {found.into_iter().map(|link| view! { <LinkRow links=links.clone() link/> }).collect_view()}
        </ul>
        <button
            type="button"
            class="plain"
            data-test="create-link"
            disabled=is_busy
            on:click=create
        >
            {label}
        </button>
    }
}

#[component]
fn LinkRow(links: Links, link: InstallLink) -> impl IntoView {
    let dialog = Dialog::expect();
    let copied = RwSignal::new("");
    let url = StoredValue::new(link.url.clone());
    let copy_url = move |_| {
        spawn_local(async move {
            let is_copied = copy(&url.get_value()).await;
            copied.set(if is_copied {
                "Copied"
            } else {
                "Your browser did not allow this: select the link and copy it"
            });
        });
    };
    let revoke = move |_| {
        let (links, id) = (links.clone(), link.id.clone());
        let text = "The link stops working. Copies that are already installed stay.";
        dialog.confirm("Revoke this link?", text, "Revoke", Callback::new(move |()| links.revoke(&id)));
    };
    let created = format!("Created {}", local_time(&link.created_at));
    view! {
        <li class="row">
            <div class="row-main">
                <a
                    class="ident"
                    data-test="install-link"
                    href=link.url.clone()
                    target="_blank"
                    rel="external noopener"
                >
                    {link.url.clone()}
                </a>
                <span class="quiet">{created} " " <span role="status">{move || copied.get()}</span></span>
            </div>
            <div class="actions">
                <button type="button" class="plain" data-test="copy" on:click=copy_url>"Copy"</button>
                <a class="button plain" href=link.url target="_blank" rel="external noopener">"Open"</a>
                <button type="button" class="danger" data-test="revoke" on:click=revoke>"Revoke"</button>
            </div>
        </li>
    }
}
