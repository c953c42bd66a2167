//! The upload, shown in every step.

use leptos::prelude::*;

use super::upload_details::{ChunkBars, UploadNotes, WaitNotice};
use crate::{
    components::{Dialog, ErrorBox},
    release_wizard::{
        effects::use_wizard,
        state::{Draft, UploadStage, UploadState, Wizard},
    },
    text::phrase,
    ui_error::UiError,
};

/// Bar, figures, Pause and Cancel; what it waits for; what went wrong, and Retry.
#[component]
pub(super) fn UploadBar() -> impl IntoView {
    let wizard = use_wizard();
    let stage = wizard.draft_memo(|draft| draft.upload.stage());
    let percent = wizard.draft_memo(|draft| draft.upload.percent());
    let headline = wizard.draft_memo(|draft| draft.upload.headline());
    let figures = wizard.draft_memo(|draft| figures(&draft.upload));
    view! {
        <Show when=move || stage.get() != UploadStage::NotStarted>
            <section class="upload" aria-label="Upload" data-test="progress" data-phase=move || stage.get().as_str()>
                <div class="upload-line">
                    <span id="upload-headline">{move || headline.get()}</span>
                    <span class="quiet figures">{move || figures.get()}</span>
                    <PauseButton/>
                    <CancelButton/>
                </div>
                <progress max="100" value=move || percent.get() aria-labelledby="upload-headline"></progress>
                <ChunkBars/>
                <WaitNotice/>
                <UploadNotes/>
                <UploadErrorBox/>
            </section>
        </Show>
    }
}

/// Megabytes, speed and time left, as far as they are known.
fn figures(upload: &UploadState) -> String {
    let Some(progress) = upload.progress() else { return String::new() };
    match upload.stage() {
        // A failed upload keeps the chunks that are stored; bytes of others that were sent do not count.
        UploadStage::Failed => {
            return format!("{} of {} chunks stored", progress.chunks_stored, progress.chunks_total);
        }
        UploadStage::Checking => return phrase::megabytes_of(progress.read_bytes, progress.total_bytes),
        UploadStage::NotStarted
        | UploadStage::Preparing
        | UploadStage::Resuming
        | UploadStage::InOtherTab
        | UploadStage::Uploading
        | UploadStage::Paused
        | UploadStage::Finishing
        | UploadStage::Processing
        | UploadStage::Cancelling
        | UploadStage::Cancelled
        | UploadStage::Ready => {}
    }
    let mut figures = vec![phrase::megabytes_of(progress.sent_bytes, progress.total_bytes)];
    if progress.bytes_per_second > 0 && progress.waiting.is_none() {
        figures.push(phrase::speed(progress.bytes_per_second));
        figures.extend(progress.seconds_left.map(phrase::time_left));
    }
    figures.join(" · ")
}

/// Pause or Resume. It is one button, so that it keeps the keyboard's focus.
#[component]
fn PauseButton() -> impl IntoView {
    let wizard = use_wizard();
    let is_paused = wizard.draft_memo(|draft| draft.upload.is_paused());
    let is_shown = wizard.draft_memo(|draft| draft.upload.can_pause() || draft.upload.is_paused());
    let test = move || if is_paused.get() { "unpause" } else { "pause" };
    let label = move || if is_paused.get() { "Resume" } else { "Pause" };
    let press = move |_| wizard.edit(Draft::toggle_pause);
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
    let dialog = Dialog::expect();
    // Once the file is complete, the server makes a release of it and the upload cannot be cancelled.
    let can_cancel = wizard.draft_memo(|draft| draft.upload.is_running() && draft.upload.can_cancel());
    let file_name = wizard.draft_memo(|draft| draft.file.name.clone());
    let cancel = move |_| {
        let on_confirm = Callback::new(move |()| wizard.edit(Draft::cancel_upload));
        let text = move || wizard.state().with(cancel_consequence);
        dialog.confirm("Cancel the upload?", text, "Cancel the upload", on_confirm);
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

/// What Cancel does. By the time the user confirms it, it may be too late.
fn cancel_consequence(wizard: &Wizard) -> &'static str {
    if wizard.draft().is_some_and(|draft| draft.upload.can_cancel()) {
        "What was uploaded so far is deleted. What you entered stays."
    } else {
        "It is too late to cancel: the upload is complete or has stopped."
    }
}

/// Why the upload stopped, and the button that may help.
#[component]
fn UploadErrorBox() -> impl IntoView {
    let wizard = use_wizard();
    let failure = wizard.draft_memo(|draft| failure(&draft.upload));
    move || {
        failure.get().map(|(error, label)| {
            let retry = move |_| wizard.edit(Draft::retry_upload);
            view! {
                {error.map(|error| view! { <ErrorBox error test="upload-error"/> })}
                {label.map(|label| view! {
                    <button type="button" data-test="retry" on:click=retry>{label}</button>
                })}
            }
        })
    }
}

fn failure(upload: &UploadState) -> Option<(Option<UiError>, Option<&'static str>)> {
    match upload {
        UploadState::Failed { error, can_retry, .. } => {
            Some((Some(error.clone()), can_retry.then_some("Retry")))
        }
        UploadState::Cancelled => Some((None, Some("Upload again"))),
        UploadState::NotStarted
        | UploadState::Starting
        | UploadState::InOtherTab(_)
        | UploadState::Running(_)
        | UploadState::Cancelling
        | UploadState::Ready { .. } => None,
    }
}
