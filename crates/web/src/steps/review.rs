//! The last step: everything at a glance, and Distribute.

use leptos::{ev, prelude::*};

use super::facts::FactsCard;
use crate::{
    drive::use_wizard,
    parts::ProblemBox,
    phrase::count,
    wizard::{CallState, Draft, Target},
};

/// Summary, options, Distribute.
#[component]
pub(super) fn ReviewStep() -> impl IntoView {
    view! {
        <Summary/>
        <FactsCard/>
        <fieldset class="choices">
            <legend>"Options"</legend>
            <Toggle
                label="Mandatory update"
                hint="Apps with the Distribute SDK make their testers install it"
                test="mandatory"
                is_on=|draft| draft.is_mandatory
                set=|draft, is_on| draft.is_mandatory = is_on
            />
            <Toggle
                label="Do not notify testers"
                hint="They find the release only if they look for it"
                test="quiet"
                is_on=|draft| draft.is_quiet
                set=|draft, is_on| draft.is_quiet = is_on
            />
        </fieldset>
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

#[component]
fn Toggle(
    label: &'static str,
    hint: &'static str,
    test: &'static str,
    is_on: fn(&Draft) -> bool,
    set: fn(&mut Draft, bool),
) -> impl IntoView {
    let wizard = use_wizard();
    let checked = wizard.of_draft(is_on);
    let change = move |event: ev::Targeted<ev::Event, leptos::web_sys::HtmlInputElement>| {
        let is_on = event.target().checked();
        wizard.set(|draft| set(draft, is_on));
    };
    view! {
        <label class="choice">
            <input type="checkbox" data-test=test prop:checked=move || checked.get() on:change:target=change/>
            <span>{label} <span class="quiet">{hint}</span></span>
        </label>
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
            let item = |(part, is_done): (crate::wizard::Part, bool)| {
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
        match (&draft.delivery.call, draft.is_quiet) {
            (CallState::Failed(_), _) => "Distribute the rest".to_owned(),
            (_, true) => format!("Distribute to {groups}"),
            (_, false) => format!("Distribute to {groups} and notify"),
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
