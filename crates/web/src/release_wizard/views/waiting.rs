//! What an upload waits for, what is on its way, and what may be done meanwhile.

use leptos::prelude::*;
use upload::Waiting;

use crate::{
    release_wizard::{
        effects::use_wizard,
        state::{Draft, Transfer},
    },
    text::phrase,
};

/// The parts on their way, a short bar for each: eight at most, however many there are in all.
#[component]
pub(super) fn Parts() -> impl IntoView {
    let bars = use_wizard().of_draft(|draft| bars(&draft.transfer));
    // Nothing here that is not in the figures: to somebody who listens it would be noise.
    view! { <p class="strip" aria-hidden="true" style:background=move || bars.get()></p> }
}

/// The bars as a gradient: one element, which costs the same for any number of them.
fn bars(transfer: &Transfer) -> String {
    let parts = match transfer.progress() {
        Some(progress) if transfer.phase() == "uploading" => progress.in_flight.as_slice(),
        _ => &[],
    };
    // In thousandths of the whole width.
    let width = 1000 / (parts.len() as u64).max(1);
    let mut stops = String::new();
    for (i, part) in parts.iter().enumerate() {
        let start = i as u64 * width;
        let sent = start + (part.sent * (width - GAP)).checked_div(part.len).unwrap_or_default();
        let end = start + width - GAP;
        let colour = if part.failures > 0 { "var(--warning)" } else { "var(--accent)" };
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

/// Why nothing moves, and for how long.
#[component]
pub(super) fn Waits() -> impl IntoView {
    let wizard = use_wizard();
    let text = wizard.of_draft(|draft| draft.transfer.waiting().map(phrase::waiting));
    let test = wizard.of_draft(|draft| match draft.transfer.waiting() {
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

/// Where the upload comes from, and what may be done with this page.
#[component]
pub(super) fn Notes() -> impl IntoView {
    let wizard = use_wizard();
    let resumed = wizard.of_draft(|draft| {
        let note = draft.resumed_note.filter(|_| draft.transfer.is_running());
        note.unwrap_or_default()
    });
    let note = wizard.of_draft(note);
    let test = move || wizard.state().with(|wizard| is_elsewhere(wizard.draft())).then_some("elsewhere");
    view! {
        <p class="quiet" role="status" data-test=move || (!resumed.get().is_empty()).then_some("resumed")>
            {move || resumed.get()}
        </p>
        <p class="quiet" data-test=test>{move || note.get()}</p>
    }
}

fn is_elsewhere(draft: Option<&Draft>) -> bool {
    draft.is_some_and(|draft| draft.transfer.is_elsewhere())
}

fn note(draft: &Draft) -> &'static str {
    if draft.transfer.is_elsewhere() {
        "Distribute it there. When that tab is closed, the upload goes on here."
    } else if draft.can_resume() {
        "You can close or reload this page: choose the file again within 24 hours, and the upload goes on."
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
    fn each_part_has_a_bar_as_long_as_what_is_sent_of_it() {
        let part = |number, sent, failures| ChunkProgress { number, sent, len: 100, failures };
        let mut transfer = Transfer::Starting;
        transfer.report(EngineEvent::Progress(Progress {
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
            in_flight: vec![part(1, 50, 0), part(2, 0, 1)],
            parallel: 4,
            waiting: None,
        }));
        assert_eq!(
            bars(&transfer),
            "linear-gradient(90deg,var(--accent) 0.0% 24.6%,var(--line) 24.6% 49.2%,#0000 49.2% 50.0%,\
             var(--warning) 50.0% 50.0%,var(--line) 50.0% 99.2%,#0000 99.2% 100.0%)"
        );
        assert_eq!(bars(&Transfer::Starting), "");
    }
}
