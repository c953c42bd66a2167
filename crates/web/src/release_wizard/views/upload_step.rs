//! The first step: what the package is, and which app it goes to.

use leptos::prelude::*;

use super::{
    choose_app::ChooseApp,
    package::{DraftPackageCard, SameVersionNote},
    version::VersionForm,
};
use crate::{
    browser::focus,
    components::{Dialog, ErrorBox},
    release_wizard::{
        effects::use_wizard,
        entry::ChooseFile,
        state::{Draft, TargetApp, Wizard},
    },
    text::phrase::sentence,
};

/// The package, and the app it goes to.
#[component]
pub(super) fn UploadStep() -> impl IntoView {
    view! {
        <DraftPackageCard/>
        <TargetAppView/>
        <SameVersionNote/>
        <VersionForm/>
        <DraftActions/>
    }
}

#[component]
fn TargetAppView() -> impl IntoView {
    let wizard = use_wizard();
    let target = wizard.draft_memo(|draft| target_stage(&draft.target));
    // The button that had the keyboard's focus goes, far down the page. The upload is at its top.
    Effect::new(move |was_choosing: Option<bool>| {
        let is_choosing = target.get() == TargetStage::Choosing;
        if was_choosing == Some(true) && !is_choosing {
            focus("step-heading");
        }
        is_choosing
    });
    move || match target.get() {
        TargetStage::Loading => {
            view! { <p class="quiet">"Looking for the app of this package…"</p> }.into_any()
        }
        TargetStage::Failed => {
            let error = wizard.draft_memo(|draft| match &draft.target {
                TargetApp::Failed(error) => Some(error.clone()),
                _ => None,
            });
            let retry = Callback::new(move |()| wizard.edit(Draft::reload_apps));
            view! { {error.get().map(|error| view! { <ErrorBox error retry/> })} }.into_any()
        }
        TargetStage::Choosing => view! { <ChooseApp/> }.into_any(),
        TargetStage::Known(name) => {
            view! { <p data-test="target">"This is a release of " <strong>{name}</strong> "."</p> }.into_any()
        }
    }
}

/// [`TargetApp`] without the values that change while the same view stays up.
#[derive(Clone, Default, PartialEq)]
enum TargetStage {
    #[default]
    Loading,
    Failed,
    Choosing,
    Known(String),
}

fn target_stage(target: &TargetApp) -> TargetStage {
    match target {
        TargetApp::Loading => TargetStage::Loading,
        TargetApp::Failed(_) => TargetStage::Failed,
        TargetApp::Choosing { .. } => TargetStage::Choosing,
        TargetApp::Known { display_name, .. } => TargetStage::Known(display_name.clone()),
    }
}

#[component]
fn DraftActions() -> impl IntoView {
    let wizard = use_wizard();
    let dialog = Dialog::expect();
    let discard = move |_| {
        let on_confirm = Callback::new(move |()| {
            wizard.discard();
            wizard.go_to("/");
            focus("main");
        });
        let text = move || sentence(&wizard.state().with(Wizard::loss));
        dialog.confirm("Discard this release?", text, "Discard", on_confirm);
    };
    view! {
        <div class="actions">
            <ChooseFile label="Choose another file" is_minor=true/>
            <button type="button" class="plain" data-test="discard" on:click=discard>"Discard"</button>
        </div>
    }
}
