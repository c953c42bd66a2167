//! The last step: a summary, the options, and Distribute.

use leptos::prelude::*;

use super::package::{DraftPackageCard, SameVersionNote};
use crate::{
    components::ErrorBox,
    release_wizard::{
        effects::use_wizard,
        state::{DistributionStep, Draft, TargetApp},
    },
    text::phrase::count,
    ui_error::CallState,
};

/// Summary, options, Distribute.
#[component]
pub(super) fn ReviewStep() -> impl IntoView {
    view! {
        <Summary/>
        <SameVersionNote/>
        <DraftPackageCard/>
        <OptionsChoice/>
        <DistributionStepList/>
        <DistributeButton/>
    }
}

#[component]
fn Summary() -> impl IntoView {
    let wizard = use_wizard();
    let app = wizard.draft_memo(|draft| match &draft.target {
        TargetApp::Known { display_name, .. } => display_name.clone(),
        TargetApp::Loading | TargetApp::Failed(_) | TargetApp::Choosing { .. } => "not chosen".to_owned(),
    });
    let groups = wizard.draft_memo(|draft| {
        let names: Vec<&str> =
            draft.destinations.chosen_groups().iter().map(|group| group.name.as_str()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    });
    let notes = wizard.draft_memo(|draft| match draft.notes.trim() {
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

/// Whether testers are notified, and whether they must update.
#[component]
fn OptionsChoice() -> impl IntoView {
    let wizard = use_wizard();
    let options = wizard.draft_memo(|draft| draft.destinations.options);
    view! {
        <fieldset class="choices">
            <legend>"How is it distributed?"</legend>
            <label class="choice">
                <input
                    type="checkbox"
                    data-test="notify-testers"
                    prop:checked=move || options.get().notify_testers
                    on:change:target=move |event| {
                        let is_on = event.target().checked();
                        wizard.set(|draft| draft.destinations.options.notify_testers = is_on);
                    }
                />
                <span>"Notify testers " <span class="quiet">"Sends an e-mail to each member of the groups"</span></span>
            </label>
            <label class="choice">
                <input
                    type="checkbox"
                    data-test="mandatory-update"
                    prop:checked=move || options.get().mandatory_update
                    on:change:target=move |event| {
                        let is_on = event.target().checked();
                        wizard.set(|draft| draft.destinations.options.mandatory_update = is_on);
                    }
                />
                <span>"Mandatory update " <span class="quiet">"Apps with the Distribute SDK install it without asking"</span></span>
            </label>
        </fieldset>
    }
}

/// What is done and what is not, once a distribution has failed in the middle.
#[component]
fn DistributionStepList() -> impl IntoView {
    let failure = use_wizard().draft_memo(|draft| match &draft.distribution.call {
        CallState::Failed(error) => Some((error.clone(), draft.distribution_steps())),
        _ => None,
    });
    move || {
        failure.get().map(|(error, steps)| {
            let item = |(step, is_done): (DistributionStep, bool)| {
                let state = if is_done { "done" } else { "not done yet" };
                view! { <li>{step.label()} ": " {state}</li> }
            };
            view! {
                <ErrorBox error test="distribute-error"/>
                <ul class="parts">{steps.into_iter().map(item).collect_view()}</ul>
            }
        })
    }
}

#[component]
fn DistributeButton() -> impl IntoView {
    let wizard = use_wizard();
    let waits_for = wizard.draft_memo(Draft::distribute_waits_for);
    let label = wizard.draft_memo(|draft| {
        let groups = count(draft.destinations.chosen_groups().len(), "group");
        match &draft.distribution.call {
            CallState::Failed(_) => "Distribute the rest".to_owned(),
            CallState::Idle | CallState::Sending => format!("Distribute to {groups}"),
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
