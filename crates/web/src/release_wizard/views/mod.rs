//! The wizard's page: one step at a time, with the upload always in view.
//!
//! - here: the page before there is a package, or if there is none.
//! - `frame`: what surrounds every step; `upload_bar` and `upload_details`: the upload.
//! - `upload_step` with `package`, `choose_app` and `version`; `notes_step`; `destinations_step`; `review_step`.

mod choose_app;
mod destinations_step;
mod frame;
mod notes_step;
mod package;
mod review_step;
mod upload_bar;
mod upload_details;
mod upload_step;
mod version;

use engine::message::SavedUploadSummary;
use leptos::prelude::*;

use crate::{
    browser::focus,
    components::ErrorBox,
    release_wizard::{
        effects::use_wizard,
        entry::{ChooseFile, DropArea, ResumeFile, SavedUploads},
        state::Wizard,
    },
    ui_error::UiError,
};

/// What decides which view is up. The views derive everything else.
#[derive(Clone, PartialEq)]
enum WizardScreen {
    Idle,
    Reading(String),
    Refused(String, UiError, Option<Box<SavedUploadSummary>>),
    Draft,
}

/// The page of the release that is being made.
#[component]
pub(crate) fn ReleaseWizard() -> impl IntoView {
    let state = use_wizard().state();
    let screen = Memo::new(move |_| state.with(screen_of));
    move || match screen.get() {
        WizardScreen::Idle => view! { <NoFile/> }.into_any(),
        WizardScreen::Reading(name) => view! { <Reading name/> }.into_any(),
        WizardScreen::Refused(name, error, None) => view! { <Refused name error/> }.into_any(),
        WizardScreen::Refused(_, error, Some(upload)) => {
            view! { <OtherFile error upload=*upload/> }.into_any()
        }
        WizardScreen::Draft => view! { <frame::WizardFrame/> }.into_any(),
    }
}

fn screen_of(wizard: &Wizard) -> WizardScreen {
    match wizard {
        Wizard::Idle => WizardScreen::Idle,
        Wizard::Reading { file, .. } => WizardScreen::Reading(file.name.clone()),
        Wizard::Refused { file, error, resume } => {
            WizardScreen::Refused(file.name.clone(), error.clone(), resume.clone())
        }
        Wizard::Draft(_) => WizardScreen::Draft,
    }
}

#[component]
fn NoFile() -> impl IntoView {
    view! {
        <section class="page">
            <h1>"New release"</h1>
            <DropArea text="Drop it anywhere on this page. Your browser reads it before anything is uploaded."/>
            <SavedUploads/>
            <p><a href="/">"See all apps"</a></p>
        </section>
    }
}

#[component]
fn Reading(name: String) -> impl IntoView {
    view! {
        <section class="page">
            <h1>"New release"</h1>
            <p class="quiet">"Reading " {name} "…"</p>
        </section>
    }
}

#[component]
fn Refused(name: String, error: UiError) -> impl IntoView {
    focus("step-heading");
    view! {
        <section class="page">
            <h1 id="step-heading" tabindex="-1">{name} " cannot be released"</h1>
            <ErrorBox error test="refusal"/>
            <div class="actions">
                <ChooseFile label="Choose another file"/>
                <a class="button plain" href="/">"Back to the apps"</a>
            </div>
        </section>
    }
}

/// A different file than the one that the saved upload began with.
#[component]
fn OtherFile(error: UiError, upload: SavedUploadSummary) -> impl IntoView {
    focus("step-heading");
    view! {
        <section class="page">
            <h1 id="step-heading" tabindex="-1">"This is not the file of this upload"</h1>
            <ErrorBox error test="other-file"/>
            <div class="actions">
                <ResumeFile upload label="Choose another file"/>
                <a class="button plain" href="/">"Back to the apps"</a>
            </div>
        </section>
    }
}
