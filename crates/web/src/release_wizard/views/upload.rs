//! The first step: what the package is, and which app it goes to.

use leptos::prelude::*;

use super::{
    choose_app::ChooseApp,
    facts::{FactsCard, SameVersion},
    version::AskVersion,
};
use crate::{
    browser::focus,
    components::{Ask, ProblemBox},
    release_wizard::{
        effects::use_wizard,
        entry::ChooseFile,
        state::{Draft, Target, Wizard},
    },
    text::phrase::sentence,
};

/// The package's facts, and the app.
#[component]
pub(super) fn UploadStep() -> impl IntoView {
    view! {
        <FactsCard/>
        <TargetView/>
        <SameVersion/>
        <AskVersion/>
        <OtherFile/>
    }
}

#[component]
fn TargetView() -> impl IntoView {
    let wizard = use_wizard();
    let target = wizard.of_draft(|draft| shape(&draft.target));
    // With what was chosen by goes the keyboard's place, far down the page. The upload is shown at its head.
    Effect::new(move |was_choosing: Option<bool>| {
        let is_choosing = target.get() == Shape::Choosing;
        if was_choosing == Some(true) && !is_choosing {
            focus("step-heading");
        }
        is_choosing
    });
    move || match target.get() {
        Shape::Looking => view! { <p class="quiet">"Looking for the app of this package…"</p> }.into_any(),
        Shape::Unknown => {
            let problem = wizard.of_draft(|draft| match &draft.target {
                Target::Unknown(problem) => Some(problem.clone()),
                _ => None,
            });
            let retry = Callback::new(move |()| wizard.edit(Draft::look_again));
            view! { {problem.get().map(|problem| view! { <ProblemBox problem retry/> })} }.into_any()
        }
        Shape::Choosing => view! { <ChooseApp/> }.into_any(),
        Shape::Known(name) => {
            view! { <p data-test="target">"A release of " <strong>{name}</strong> "."</p> }.into_any()
        }
    }
}

/// [`Target`] without what changes while a view of it stays up.
#[derive(Clone, Default, PartialEq)]
enum Shape {
    #[default]
    Looking,
    Unknown,
    Choosing,
    Known(String),
}

fn shape(target: &Target) -> Shape {
    match target {
        Target::Looking => Shape::Looking,
        Target::Unknown(_) => Shape::Unknown,
        Target::Choosing { .. } => Shape::Choosing,
        Target::Known { display_name, .. } => Shape::Known(display_name.clone()),
    }
}

#[component]
fn OtherFile() -> impl IntoView {
    let wizard = use_wizard();
    let ask = Ask::expect();
    let discard = move |_| {
        let act = Callback::new(move |()| {
            wizard.discard();
            wizard.go_to("/");
            focus("main");
        });
        let text = move || sentence(&wizard.state().with(Wizard::loss));
        ask.confirm("Discard this release?", text, "Discard", act);
    };
    view! {
        <div class="actions">
            <ChooseFile label="Choose another file" is_minor=true/>
            <button type="button" class="plain" data-test="discard" on:click=discard>"Discard"</button>
        </div>
    }
}
