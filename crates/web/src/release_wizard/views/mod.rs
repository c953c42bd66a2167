//! The wizard's page: one step at a time, with the upload always in view.

mod choose_app;
mod destinations;
mod facts;
mod frame;
mod notes;
mod progress;
mod review;
mod upload;
mod version;
mod waiting;

use engine::message::SavedUploadSummary;
use leptos::prelude::*;

use crate::{
    browser::focus,
    components::ProblemBox,
    release_wizard::{
        effects::use_wizard,
        entry::{ChooseFile, DropArea, ResumeFile, SavedUploads},
        state::Wizard,
    },
    ui_error::Problem,
};

/// What of the wizard decides which view is up; everything else is derived inside the views.
#[derive(Clone, PartialEq)]
enum Screen {
    Idle,
    Reading(String),
    Refused(String, Problem, Option<Box<SavedUploadSummary>>),
    Draft,
}

/// The page of the release that is being made.
#[component]
pub(crate) fn ReleaseWizard() -> impl IntoView {
    let state = use_wizard().state();
    let screen = Memo::new(move |_| state.with(screen_of));
    move || match screen.get() {
        Screen::Idle => view! { <NothingChosen/> }.into_any(),
        Screen::Reading(name) => view! { <Reading name/> }.into_any(),
        Screen::Refused(name, problem, None) => view! { <Refused name problem/> }.into_any(),
        Screen::Refused(_, problem, Some(upload)) => view! { <OtherFile problem upload=*upload/> }.into_any(),
        Screen::Draft => view! { <frame::Frame/> }.into_any(),
    }
}

fn screen_of(wizard: &Wizard) -> Screen {
    match wizard {
        Wizard::Idle => Screen::Idle,
        Wizard::Reading { file, .. } => Screen::Reading(file.name.clone()),
        Wizard::Refused { file, problem, resume } => {
            Screen::Refused(file.name.clone(), problem.clone(), resume.clone())
        }
        Wizard::Draft(_) => Screen::Draft,
    }
}

#[component]
fn NothingChosen() -> impl IntoView {
    view! {
        <section class="page">
            <h1>"New release"</h1>
            <DropArea text="Drop it anywhere on this page. It is read here before anything is uploaded."/>
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
fn Refused(name: String, problem: Problem) -> impl IntoView {
    focus("step-heading");
    view! {
        <section class="page">
            <h1 id="step-heading" tabindex="-1">{name} " cannot be released"</h1>
            <ProblemBox problem test="refusal"/>
            <div class="actions">
                <ChooseFile label="Choose another file"/>
                <a class="button plain" href="/">"Back to the apps"</a>
            </div>
        </section>
    }
}

/// Another file than the one that a saved upload began with.
#[component]
fn OtherFile(problem: Problem, upload: SavedUploadSummary) -> impl IntoView {
    focus("step-heading");
    view! {
        <section class="page">
            <h1 id="step-heading" tabindex="-1">"This is not the file that the upload began with"</h1>
            <ProblemBox problem test="other-file"/>
            <div class="actions">
                <ResumeFile upload label="Choose another file"/>
                <a class="button plain" href="/">"Back to the apps"</a>
            </div>
        </section>
    }
}
