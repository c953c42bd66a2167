//! What surrounds every step.

use leptos::{ev, prelude::*};

use super::{
    destinations::DestinationsStep, notes::NotesStep, progress::ProgressBar, review::ReviewStep,
    upload::UploadStep,
};
use crate::{
    browser::{focus, name_page},
    components::Ask,
    release_wizard::{
        effects::use_wizard,
        state::{Draft, Step},
    },
    ui_error::CallState,
};

/// The steps, the upload, the step on screen, and the way to the next.
#[component]
pub(super) fn Frame() -> impl IntoView {
    let wizard = use_wizard();
    let step = wizard.of_draft(|draft| draft.step);
    Effect::new(move |_| {
        step.track();
        focus("step-heading");
    });
    let ask = Ask::expect();
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !ask.is_open() {
            event.prevent_default();
            wizard.edit(Draft::next);
        }
    });
    on_cleanup(move || keys.remove());
    let title =
        wizard.of_draft(|draft| draft.artifact.name.clone().unwrap_or_else(|| draft.file.name.clone()));
    Effect::new(move |_| name_page(&format!("New release of {}", title.get())));
    view! {
        <section class="page wizard">
            <h1>"New release of " {move || title.get()}</h1>
            <StepList step/>
            <ProgressBar/>
            <div class="step">
                <h2 id="step-heading" tabindex="-1">{move || step.get().title()}</h2>
                {move || match step.get() {
                    Step::Upload => view! { <UploadStep/> }.into_any(),
                    Step::Notes => view! { <NotesStep/> }.into_any(),
                    Step::Destinations => view! { <DestinationsStep/> }.into_any(),
                    Step::Review => view! { <ReviewStep/> }.into_any(),
                }}
            </div>
            <Footer step/>
        </section>
    }
}

#[component]
fn StepList(step: Memo<Step>) -> impl IntoView {
    view! {
        <ol class="steps">
            {Step::ALL.map(|item| view! { <li><StepButton item step/></li> }).collect_view()}
        </ol>
    }
}

#[component]
fn StepButton(item: Step, step: Memo<Step>) -> impl IntoView {
    let wizard = use_wizard();
    let is_open = wizard.of_draft(Draft::can_leave_upload);
    let test = format!("step-{}", item.title().to_ascii_lowercase());
    let current = move || (step.get() == item).then_some("step");
    view! {
        <button
            type="button"
            data-test=test
            aria-current=current
            class:passed=move || item < step.get()
            disabled=move || item != Step::Upload && !is_open.get()
            on:click=move |_| wizard.edit(|draft| draft.go(item))
        >
            {item.title()}
        </button>
    }
}

/// Back and Next. The last step has its own button, which says what it does.
#[component]
fn Footer(step: Memo<Step>) -> impl IntoView {
    let wizard = use_wizard();
    let waits_for = wizard.of_draft(Draft::next_waits_for);
    let is_sending = wizard.of_draft(|draft| draft.delivery.call == CallState::Sending);
    view! {
        <footer class="actions">
            <Show when=move || step.get() != Step::Upload>
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
            <Show when=move || step.get() != Step::Review>
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
