//! What surrounds every step: title, list of steps, upload, Back and Next.

use leptos::{ev, prelude::*};

use super::{
    destinations_step::DestinationsStep, notes_step::NotesStep, review_step::ReviewStep,
    upload_bar::UploadBar, upload_step::UploadStep,
};
use crate::{
    browser::{focus, set_page_title},
    components::Dialog,
    release_wizard::{
        effects::use_wizard,
        state::{Draft, WizardStep},
    },
    ui_error::CallState,
};

/// The list of steps, the upload, the step on screen, Back and Next.
#[component]
pub(super) fn WizardFrame() -> impl IntoView {
    let wizard = use_wizard();
    let step = wizard.draft_memo(|draft| draft.step);
    Effect::new(move |_| {
        step.track();
        focus("step-heading");
    });
    let dialog = Dialog::expect();
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !dialog.is_open() {
            event.prevent_default();
            wizard.edit(Draft::next);
        }
    });
    on_cleanup(move || keys.remove());
    let title =
        wizard.draft_memo(|draft| draft.artifact.name.clone().unwrap_or_else(|| draft.file.name.clone()));
    Effect::new(move |_| set_page_title(&format!("New release of {}", title.get())));
    view! {
        <section class="page wizard">
            <h1>"New release of " {move || title.get()}</h1>
            <StepList step/>
            <UploadBar/>
            <div class="step">
                <h2 id="step-heading" tabindex="-1">{move || step.get().title()}</h2>
                {move || match step.get() {
                    WizardStep::Upload => view! { <UploadStep/> }.into_any(),
                    WizardStep::Notes => view! { <NotesStep/> }.into_any(),
                    WizardStep::Destinations => view! { <DestinationsStep/> }.into_any(),
                    WizardStep::Review => view! { <ReviewStep/> }.into_any(),
                }}
            </div>
            <Footer step/>
        </section>
    }
}

#[component]
fn StepList(step: Memo<WizardStep>) -> impl IntoView {
    view! {
        <ol class="steps">
            {WizardStep::ALL.map(|item| view! { <li><StepButton item step/></li> }).collect_view()}
        </ol>
    }
}

#[component]
fn StepButton(item: WizardStep, step: Memo<WizardStep>) -> impl IntoView {
    let wizard = use_wizard();
    let is_open = wizard.draft_memo(Draft::can_leave_upload);
    let test = format!("step-{}", item.title().to_ascii_lowercase());
    let current = move || (step.get() == item).then_some("step");
    view! {
        <button
            type="button"
            data-test=test
            aria-current=current
            class:passed=move || item < step.get()
            disabled=move || item != WizardStep::Upload && !is_open.get()
            on:click=move |_| wizard.edit(|draft| draft.go(item))
        >
            {item.title()}
        </button>
    }
}

/// Back and Next. The last step has a button of its own, which says what it does.
#[component]
fn Footer(step: Memo<WizardStep>) -> impl IntoView {
    let wizard = use_wizard();
    let waits_for = wizard.draft_memo(Draft::next_waits_for);
    let is_sending = wizard.draft_memo(|draft| draft.distribution.call == CallState::Sending);
    view! {
        <footer class="actions">
            <Show when=move || step.get() != WizardStep::Upload>
                <button
                    type="button"
                    class="plain"
                    data-test="back"
                    disabled=move || is_sending.get()
                    on:click=move |_| wizard.edit(Draft::back)
                >
                    "Back"
                </button>
            </Show>
            <Show when=move || step.get() != WizardStep::Review>
                <button
                    type="button"
                    data-test="next"
                    title="Ctrl+Enter"
                    aria-describedby="next-waits-for"
                    disabled=move || waits_for.get().is_some()
                    on:click=move |_| wizard.edit(Draft::next)
                >
                    "Next"
                </button>
                <span id="next-waits-for" class="quiet">{move || waits_for.get()}</span>
            </Show>
        </footer>
    }
}
