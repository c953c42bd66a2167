//! The upload, in view in every step.

use leptos::prelude::*;

use super::waiting::{Notes, Parts, Waits};
use crate::{
    components::{Ask, ProblemBox},
    release_wizard::{
        effects::use_wizard,
        state::{Draft, Transfer, Wizard},
    },
    text::phrase,
    ui_error::Problem,
};

/// Bar, figures, Pause and Cancel; what it waits for; what went wrong, and Retry.
#[component]
pub(super) fn ProgressBar() -> impl IntoView {
    let wizard = use_wizard();
    let phase = wizard.of_draft(|draft| draft.transfer.phase());
    let percent = wizard.of_draft(|draft| draft.transfer.percent());
    let headline = wizard.of_draft(|draft| draft.transfer.headline());
    let figures = wizard.of_draft(|draft| figures(&draft.transfer));
    view! {
        <Show when=move || phase.get() != "waiting">
            <section class="upload" aria-label="Upload" data-test="progress" data-phase=move || phase.get()>
                <div class="upload-line">
                    <span id="upload-headline">{move || headline.get()}</span>
                    <span class="quiet figures">{move || figures.get()}</span>
                    <PauseButton/>
                    <CancelButton/>
                </div>
                <progress max="100" value=move || percent.get() aria-labelledby="upload-headline"></progress>
                <Parts/>
                <Waits/>
                <Notes/>
                <Failure/>
            </section>
        </Show>
    }
}

/// Megabytes, speed and time left, as far as they are known.
fn figures(transfer: &Transfer) -> String {
    let Some(progress) = transfer.progress() else { return String::new() };
    match transfer.phase() {
        // Bytes that were sent count for nothing now; only what is stored does.
        "failed" => return format!("{} of {} parts stored", progress.chunks_stored, progress.chunks_total),
        "checking" => return phrase::megabytes_of(progress.read_bytes, progress.total_bytes),
        _ => {}
    }
    let mut figures = vec![phrase::megabytes_of(progress.sent_bytes, progress.total_bytes)];
    if progress.bytes_per_second > 0 && progress.waiting.is_none() {
        figures.push(phrase::speed(progress.bytes_per_second));
        figures.extend(progress.seconds_left.map(phrase::time_left));
    }
    figures.join(" · ")
}

/// Pause, or what takes it back. One button, so that the keyboard stays on it.
#[component]
fn PauseButton() -> impl IntoView {
    let wizard = use_wizard();
    let is_paused = wizard.of_draft(|draft| draft.transfer.is_paused());
    let is_shown = wizard.of_draft(|draft| draft.transfer.can_pause() || draft.transfer.is_paused());
    let test = move || if is_paused.get() { "unpause" } else { "pause" };
    let label = move || if is_paused.get() { "Resume" } else { "Pause" };
    let press = move |_| wizard.edit(Draft::turn_pause);
    move || {
        is_shown.get().then(|| {
            view! {
                <button type="button" class="plain small" data-test=test on:click=press>{label}</button>
            }
        })
    }
}

#[component]
fn CancelButton() -> impl IntoView {
    let wizard = use_wizard();
    let ask = Ask::expect();
    // Once every byte is there, a release is being made of it and cannot be called back.
    let can_cancel = wizard.of_draft(|draft| draft.transfer.is_running() && draft.transfer.can_cancel());
    let file_name = wizard.of_draft(|draft| draft.file.name.clone());
    let cancel = move |_| {
        let act = Callback::new(move |()| wizard.edit(Draft::cancel_upload));
        let text = move || wizard.state().with(cancelling);
        ask.confirm("Cancel the upload?", text, "Cancel the upload", act);
    };
    view! {
        <Show when=move || can_cancel.get()>
            <button
                type="button"
                class="plain small"
                data-test="cancel"
                aria-label=move || format!("Cancel the upload of {}", file_name.get())
                on:click=cancel
            >
                "Cancel"
            </button>
        </Show>
    }
}

/// What Cancel does, which may be nothing any more by the time it is confirmed.
fn cancelling(wizard: &Wizard) -> &'static str {
    if wizard.draft().is_some_and(|draft| draft.transfer.can_cancel()) {
        "What was sent so far is thrown away. What you entered stays."
    } else {
        "It is too late to cancel: the upload is complete or has ended."
    }
}

/// Why the upload is not going on, and the button that may help.
#[component]
fn Failure() -> impl IntoView {
    let wizard = use_wizard();
    let failure = wizard.of_draft(|draft| failure(&draft.transfer));
    move || {
        failure.get().map(|(problem, label)| {
            let retry = move |_| wizard.edit(Draft::retry_upload);
            view! {
                {problem.map(|problem| view! { <ProblemBox problem test="upload-error"/> })}
                {label.map(|label| view! {
                    <button type="button" data-test="retry" on:click=retry>{label}</button>
                })}
            }
        })
    }
}

fn failure(transfer: &Transfer) -> Option<(Option<Problem>, Option<&'static str>)> {
    match transfer {
        Transfer::Failed { problem, can_retry, .. } => {
            Some((Some(problem.clone()), can_retry.then_some("Retry")))
        }
        Transfer::Cancelled => Some((None, Some("Upload again"))),
        _ => None,
    }
}
