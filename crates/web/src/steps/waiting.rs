//! What an upload waits for, what is on its way, and what may be done meanwhile.

use leptos::prelude::*;
use upload::{PartProgress, Waiting};

use crate::{drive::use_wizard, phrase, wizard::Draft};

/// The parts on their way, a short bar for each: eight at most, however many there are in all.
#[component]
pub(super) fn Parts() -> impl IntoView {
    let parts = use_wizard().of_draft(|draft| match draft.transfer.progress() {
        Some(progress) if draft.transfer.phase() == "uploading" => progress.in_flight.clone(),
        _ => Vec::new(),
    });
    let bar = |part: PartProgress| {
        let title = match part.failures {
            0 => format!("Part {}", part.number),
            failures => format!("Part {}, failed {} before", part.number, phrase::count(failures as usize, "time")),
        };
        let is_again = part.failures > 0;
        view! { <progress class:again=is_again title=title max=part.len value=part.sent></progress> }
    };
    // Nothing here that is not in the figures: to somebody who listens it would be noise.
    view! {
        <p class="strip" aria-hidden="true">{move || parts.get().into_iter().map(bar).collect_view()}</p>
    }
}

/// Why nothing moves, and for how long.
#[component]
pub(super) fn Waits() -> impl IntoView {
    let wizard = use_wizard();
    let waiting = wizard.of_draft(|draft| draft.transfer.waiting().cloned());
    let is_offline = move || matches!(waiting.get(), Some(Waiting::Network { .. }));
    let text = move || waiting.get().map(|waiting| phrase::waiting(&waiting));
    let test = move || if is_offline() { "offline" } else { "retrying" };
    view! {
        <Show when=move || waiting.with(Option::is_some)>
            <div class="finding warning waits" data-test=test>
                <p>{text}</p>
                <Show when=is_offline>
                    <button type="button" class="plain small" data-test="try-now" on:click=move |_| wizard.try_now()>
                        "Try now"
                    </button>
                </Show>
            </div>
        </Show>
    }
}

/// Where the upload comes from, and that it outlives this page.
#[component]
pub(super) fn Ahead() -> impl IntoView {
    let wizard = use_wizard();
    let resumed = wizard.of_draft(|draft| draft.resumed_note.filter(|_| draft.transfer.is_running()));
    let can_resume = wizard.of_draft(Draft::can_resume);
    let is_elsewhere = wizard.of_draft(|draft| draft.transfer.is_elsewhere());
    view! {
        {move || resumed.get().map(|note| view! { <p class="quiet" role="status" data-test="resumed">{note}</p> })}
        <Show when=move || can_resume.get()>
            <p class="quiet">
                "You can close or reload this page: choose the file again within 24 hours, and the upload goes on."
            </p>
        </Show>
        <Show when=move || is_elsewhere.get()>
            <p class="quiet" data-test="elsewhere">
                "Distribute it there. When that tab is closed, the upload goes on here."
            </p>
        </Show>
    }
}
