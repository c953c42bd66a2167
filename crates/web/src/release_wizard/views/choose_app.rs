//! Which app the package goes to, when the user has to choose.

use leptos::prelude::*;

use crate::{
    api::types::{App, AppKey},
    components::{CallError, rich},
    package,
    release_wizard::{
        effects::use_wizard,
        state::{Draft, TargetApp, mismatch_text},
    },
    routes::app_path,
    ui_error::CallState,
};

/// The apps that it could be, and a form to create one.
#[component]
pub(super) fn ChooseApp() -> impl IntoView {
    let wizard = use_wizard();
    let matches = wizard.draft_memo(|draft| match &draft.target {
        TargetApp::Choosing { matches, .. } => matches.clone(),
        _ => Vec::new(),
    });
    let unclaimed = wizard.draft_memo(|draft| match &draft.target {
        TargetApp::Choosing { unclaimed, .. } => unclaimed.clone(),
        _ => Vec::new(),
    });
    let title = move || match matches.with(Vec::len) {
        1 => "It belongs to this app",
        _ => "Several apps have this package id. Choose one",
    };
    view! {
        <WrongAppNotice/>
        <AppChoice title=Signal::derive(title) apps=matches/>
        <Show when=move || matches.with(Vec::is_empty)>
            <CreateAppForm/>
        </Show>
        <AppChoice title="Or release it to one of these apps" apps=unclaimed/>
    }
}

/// A warning if the package was dropped on the page of another app, with the way back there.
#[component]
fn WrongAppNotice() -> impl IntoView {
    let wizard = use_wizard();
    let wrong = wizard.draft_memo(|draft| match &draft.target {
        TargetApp::Choosing { wrong: Some(app), .. } => {
            Some((mismatch_text(&draft.artifact, app), AppKey::of(app), app.display_name.clone()))
        }
        _ => None,
    });
    move || {
        wrong.get().map(|(text, key, name)| {
            let back = move |_| {
                wizard.discard();
                wizard.go_to(&app_path(&key));
            };
            view! {
                <section class="finding warning" role="alert" data-test="wrong-app">
                    <p><strong>"Different app: "</strong>{rich::message(&text)}</p>
                    <button type="button" class="plain" data-test="back-to-app" on:click=back>
                        "Go back to " {name}
                    </button>
                </section>
            }
        })
    }
}

#[component]
fn AppChoice(#[prop(into)] title: Signal<&'static str>, apps: Memo<Vec<App>>) -> impl IntoView {
    let wizard = use_wizard();
    let button = move |app: App| {
        let name = format!("{} / {}", app.owner.display_name, app.display_name);
        let choose = move |_| wizard.edit(|draft| draft.choose_app(&app));
        view! {
            <li>
                <button type="button" class="plain" data-test="choose-app" on:click=choose>{name}</button>
            </li>
        }
    };
    view! {
        <Show when=move || apps.with(|apps| !apps.is_empty())>
            <section class="card">
                <h3>{move || title.get()}</h3>
                <ul class="chips">{move || apps.get().into_iter().map(button).collect_view()}</ul>
            </section>
        </Show>
    }
}

#[component]
fn CreateAppForm() -> impl IntoView {
    let wizard = use_wizard();
    let intro = wizard.draft_memo(|draft| match draft.artifact.app_identifier() {
        Some(identifier) => format!(
            "No {} app has the id {identifier} yet. Create one to release this package.",
            draft.artifact.os
        ),
        None => "The package does not say which app it belongs to.".to_owned(),
    });
    let call = wizard.draft_memo(creation);
    let proposed = wizard.draft_memo(|draft| package::proposed_name(&draft.artifact, &draft.file.name));
    let name = RwSignal::new(proposed.get_untracked());
    let create = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        wizard.edit(|draft| draft.create_app(&name.get_untracked()));
    };
    view! {
        <form class="card" on:submit=create>
            <p>{move || intro.get()}</p>
            <label for="app-name">"Name of the new app"</label>
            <div class="field">
                <input
                    id="app-name"
                    data-test="app-name"
                    autocomplete="off"
                    aria-describedby="app-problem"
                    aria-invalid=move || matches!(call.get(), CallState::Failed(_)).to_string()
                    bind:value=name
                />
                <button
                    type="submit"
                    data-test="create-app"
                    disabled=move || call.get() == CallState::Sending
                >
                    "Create the app"
                </button>
            </div>
            <CallError call id="app-problem"/>
        </form>
    }
}

fn creation(draft: &Draft) -> CallState {
    match &draft.target {
        TargetApp::Choosing { creation, .. } => creation.clone(),
        _ => CallState::Idle,
    }
}
