//! The chunks in flight, what the upload waits for, and what the user can do meanwhile.

use leptos::prelude::*;
use upload::Waiting;

use crate::{
    release_wizard::{
        effects::use_wizard,
        state::{Draft, Resumed, UploadStage, UploadState},
    },
    text::phrase,
};

/// A short bar for each chunk in flight: eight at most, however many there are in all.
#[component]
pub(super) fn ChunkBars() -> impl IntoView {
    let bars = use_wizard().draft_memo(|draft| bars(&draft.upload));
    // The figures tell the same; in a screen reader this would be noise.
    view! { <p class="strip" aria-hidden="true" style:background=move || bars.get()></p> }
}

/// The bars as a gradient: one element, which costs the same for any number of them.
fn bars(upload: &UploadState) -> String {
    let chunks = match upload.progress() {
        Some(progress) if upload.stage() == UploadStage::Uploading => progress.in_flight.as_slice(),
        _ => &[],
    };
    // In thousandths of the whole width.
    let width = 1000 / (chunks.len() as u64).max(1);
    let mut stops = String::new();
    for (i, chunk) in chunks.iter().enumerate() {
        let start = i as u64 * width;
        let sent = start + (chunk.sent * (width - GAP)).checked_div(chunk.len).unwrap_or_default();
        let end = start + width - GAP;
        let colour = if chunk.failures > 0 { "var(--warning)" } else { "var(--accent)" };
        let (start, sent, end) = (permille(start), permille(sent), permille(end));
        stops += &format!(
            ",{colour} {start} {sent},var(--line) {sent} {end},#0000 {end} {}",
            permille(width * (i as u64 + 1))
        );
    }
    if stops.is_empty() { stops } else { format!("linear-gradient(90deg{stops})") }
}

/// Between two bars, in thousandths of the whole width.
const GAP: u64 = 8;

fn permille(n: u64) -> String {
    format!("{}.{}%", n / 10, n % 10)
}

/// Why nothing is being sent, and for how long.
#[component]
pub(super) fn WaitNotice() -> impl IntoView {
    let wizard = use_wizard();
    let text = wizard.draft_memo(|draft| draft.upload.waiting().map(phrase::waiting));
    let test = wizard.draft_memo(|draft| match draft.upload.waiting() {
        Some(Waiting::Network { .. }) => "offline",
        Some(_) => "retrying",
        None => "",
    });
    move || match test.get() {
        "" => None,
        test => Some(view! {
            <div class="finding warning waits" data-test=test>
                <p>{move || text.get()}</p>
                {(test == "offline").then(|| view! {
                    <button type="button" class="plain small" data-test="try-now" on:click=move |_| wizard.try_now()>
                        "Try now"
                    </button>
                })}
            </div>
        }),
    }
}

/// Whether the upload was resumed, and whether this page may be closed.
#[component]
pub(super) fn UploadNotes() -> impl IntoView {
    let wizard = use_wizard();
    let resumed = wizard.draft_memo(|draft| {
        let resumed = draft.resumed.filter(|_| draft.upload.is_running());
        resumed.map(resumed_note).unwrap_or_default()
    });
    let note = wizard.draft_memo(note);
    let test = move || wizard.state().with(|wizard| is_in_other_tab(wizard.draft())).then_some("elsewhere");
    view! {
        <p class="quiet" role="status" data-test=move || (!resumed.get().is_empty()).then_some("resumed")>
            {move || resumed.get()}
        </p>
        <p class="quiet" data-test=test>{move || note.get()}</p>
    }
}

fn is_in_other_tab(draft: Option<&Draft>) -> bool {
    draft.is_some_and(|draft| draft.upload.is_in_other_tab())
}

fn resumed_note(resumed: Resumed) -> &'static str {
    match resumed {
        Resumed::Upload => "Continuing where the upload stopped.",
        Resumed::UploadAndFields => "Continuing where the upload stopped. What you had entered is back.",
    }
}

/// What may be done with this page.
fn note(draft: &Draft) -> &'static str {
    if draft.upload.is_in_other_tab() {
        "Distribute the release there. If you close that tab, the upload continues here."
    } else if draft.can_resume() {
        "You can close or reload this page. Choose the file again within 24 hours to resume the upload."
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use engine::message::{EngineEvent, Progress};
    use upload::{ChunkProgress, Phase};

    use super::*;

    #[test]
    fn each_chunk_has_a_bar_as_long_as_what_is_sent_of_it() {
        let chunk = |number, sent, failures| ChunkProgress { number, sent, len: 100, failures };
        let mut upload = UploadState::Starting;
        upload.on_engine_event(EngineEvent::Progress(Progress {
            phase: Phase::Uploading,
            sent_bytes: 0,
            committed_bytes: 0,
            read_bytes: 0,
            total_bytes: 1,
            percent: 0,
            bytes_per_second: 0,
            seconds_left: None,
            chunks_stored: 0,
            chunks_total: 2,
            in_flight: vec![chunk(1, 50, 0), chunk(2, 0, 1)],
            parallel: 4,
            waiting: None,
        }));
        assert_eq!(
            bars(&upload),
            "linear-gradient(90deg,var(--accent) 0.0% 24.6%,var(--line) 24.6% 49.2%,#0000 49.2% 50.0%,\
             var(--warning) 50.0% 50.0%,var(--line) 50.0% 99.2%,#0000 99.2% 100.0%)"
        );
        assert_eq!(bars(&UploadState::Starting), "");
    }
}
