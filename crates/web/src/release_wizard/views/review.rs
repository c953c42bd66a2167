//! The last step: everything at a glance, and Distribute.

use leptos::prelude::*;

use super::facts::{FactsCard, SameVersion};
use crate::{
    components::ProblemBox,
    release_wizard::{
        effects::use_wizard,
        state::{Draft, Part, Target},
    },
    text::phrase::count,
    ui_error::CallState,
};

/// Summary, Distribute.
#[component]
pub(super) fn ReviewStep() -> impl IntoView {
    view! {
        <Summary/>
        <SameVersion/>
        <FactsCard/>
        <TermsChoice/>
        <Parts/>
        <DistributeButton/>
    }
}

#[component]
fn Summary() -> impl IntoView {
    let wizard = use_wizard();
    let app = wizard.of_draft(|draft| match &draft.target {
        Target::Known { display_name, .. } => display_name.clone(),
        _ => "not chosen".to_owned(),
    });
    let groups = wizard.of_draft(|draft| {
        let names: Vec<&str> =
            draft.destinations.chosen_groups().iter().map(|group| group.name.as_str()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    });
    let notes = wizard.of_draft(|draft| match draft.notes.trim() {
        "" => "none".to_owned(),
        notes => count(notes.chars().count(), "character"),
    });
    view! {
        <dl class="facts card">
            <dt>"App"</dt>
            <dd>{move || app.get()}</dd>
            <dt>"Destinations"</dt>
            <dd>{move || groups.get()}</dd>
            <dt>"Release notes"</dt>
            <dd>{move || notes.get()}</dd>
        </dl>
    }
}

/// Whether testers are told, and whether they may stay with what they have.
#[component]
fn TermsChoice() -> impl IntoView {
    let wizard = use_wizard();
    let terms = wizard.of_draft(|draft| draft.destinations.terms);
    view! {
        <fieldset class="choices">
            <legend>"How do they get it?"</legend>
            <label class="choice">
                <input
                    type="checkbox"
                    data-test="notify-testers"
                    prop:checked=move || terms.get().notify_testers
                    on:change:target=move |event| {
                        let is_on = event.target().checked();
                        wizard.set(|draft| draft.destinations.terms.notify_testers = is_on);
                    }
                />
                <span>"Notify testers " <span class="quiet">"A letter to each member of the groups"</span></span>
            </label>
            <label class="choice">
                <input
                    type="checkbox"
                    data-test="mandatory-update"
                    prop:checked=move || terms.get().mandatory_update
                    on:change:target=move |event| {
                        let is_on = event.target().checked();
                        wizard.set(|draft| draft.destinations.terms.mandatory_update = is_on);
                    }
                />
                <span>"Mandatory update " <span class="quiet">"For apps with the Distribute SDK"</span></span>
            </label>
        </fieldset>
    }
}

/// What was done and what was not, once a distribution has stopped in the middle.
#[component]
fn Parts() -> impl IntoView {
    let failure = use_wizard().of_draft(|draft| match &draft.delivery.call {
        CallState::Failed(problem) => Some((problem.clone(), draft.parts())),
        _ => None,
    });
    move || {
        failure.get().map(|(problem, parts)| {
            let item = |(part, is_done): (Part, bool)| {
                let state = if is_done { "done" } else { "not done yet" };
                view! { <li>{part.label()} ": " {state}</li> }
            };
            view! {
                <ProblemBox problem test="distribute-error"/>
                <ul class="parts">{parts.into_iter().map(item).collect_view()}</ul>
            }
        })
    }
}

#[component]
fn DistributeButton() -> impl IntoView {
    let wizard = use_wizard();
    let waits_for = wizard.of_draft(Draft::waits_for);
    let label = wizard.of_draft(|draft| {
        let groups = count(draft.destinations.chosen_groups().len(), "group");
        match &draft.delivery.call {
            CallState::Failed(_) => "Distribute the rest".to_owned(),
            _ => format!("Distribute to {groups}"),
        }
    });
    view! {
        <div class="distribute">
            <button
                type="button"
                data-test="distribute"
                title="Ctrl+Enter"
                aria-describedby="waits-for"
                disabled=move || waits_for.get().is_some()
                on:click=move |_| wizard.edit(Draft::distribute)
            >
                {move || label.get()}
            </button>
            <span id="waits-for" class="quiet">{move || waits_for.get()}</span>
        </div>
    }
}
