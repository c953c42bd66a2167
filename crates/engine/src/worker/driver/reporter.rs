use upload::{Outcome, Phase, Progress};

use crate::failure_text;
use crate::message::EngineEvent;
use crate::structured;
use crate::worker::page;
use crate::worker::tabs::{TabChannel, TabMessage, TabUploadState, UploadUpdate};

/// Tells the page and the other tabs how an upload goes: what is new, and nothing twice.
pub(in crate::worker) struct Reporter {
    key: String,
    tabs: TabChannel,
    last_progress: Option<Progress>,
    last_outcome: Option<Outcome>,
    is_muted: bool,
}

impl Reporter {
    pub(in crate::worker) fn new(key: String, tabs: TabChannel) -> Reporter {
        Reporter { key, tabs, last_progress: None, last_outcome: None, is_muted: false }
    }

    /// From now on the page hears nothing more.
    pub(in crate::worker) fn mute(&mut self) {
        self.is_muted = true;
    }

    /// Whether the page hears nothing.
    pub(super) fn is_muted(&self) -> bool {
        self.is_muted
    }

    /// Reports everything once more.
    pub(super) fn repeat(&mut self) {
        (self.last_progress, self.last_outcome) = (None, None);
    }

    /// Sends the page an event.
    pub(super) fn post(&self, event: &EngineEvent) {
        if !self.is_muted {
            page::post(event);
        }
    }

    /// Reports how far the upload is: with every tick, and at once when its phase changes.
    pub(super) fn report_progress(&mut self, progress: Progress, is_tick: bool) {
        let last = self.last_progress.as_ref();
        let is_new = last.is_none_or(|last| last.phase != progress.phase || (is_tick && *last != progress));
        if is_new {
            self.post(&EngineEvent::Progress(progress.clone()));
            self.last_progress = Some(progress);
            self.update_other_tabs();
        }
    }

    /// Reports how the upload ended, once.
    pub(super) fn report_outcome(&mut self, outcome: Option<&Outcome>) {
        if outcome != self.last_outcome.as_ref() {
            self.last_outcome = outcome.cloned();
            self.last_outcome.as_ref().map(final_event).iter().for_each(|event| self.post(event));
            self.update_other_tabs();
        }
    }

    /// Answers another tab that asks for progress. Not once the upload has ended: that tab waits for another upload of the
    /// same key.
    pub(super) fn answer_other_tabs(&self) {
        if !matches!(self.last_outcome, Some(Outcome::Ready { .. } | Outcome::Cancelled)) {
            self.update_other_tabs();
        }
    }

    /// Tells the other tabs how far it is. An upload that failed is still this tab's, to be retried here.
    fn update_other_tabs(&self) {
        let Some(progress) = &self.last_progress else { return };
        let (state, event) = match &self.last_outcome {
            Some(outcome @ (Outcome::Ready { .. } | Outcome::Cancelled)) => {
                (TabUploadState::Ended, final_event(outcome))
            }
            _ if progress.phase == Phase::Preparing => {
                (TabUploadState::NotCreated, EngineEvent::InOtherTab(Some(progress.clone())))
            }
            _ => (TabUploadState::Created, EngineEvent::InOtherTab(Some(progress.clone()))),
        };
        if let Some(event) = structured::to_value(&event) {
            let (key, percent) = (self.key.clone(), progress.percent);
            self.tabs.send(&TabMessage::Update(UploadUpdate { key, percent, state, event }));
        }
    }
}

fn final_event(outcome: &Outcome) -> EngineEvent {
    match outcome {
        Outcome::Ready { release_id } => EngineEvent::Ready { release_id: *release_id },
        Outcome::Failed(error) => EngineEvent::Failed {
            title: failure_text::title(error).to_owned(),
            message: error.to_string(),
            fix: failure_text::fix(error).to_owned(),
            can_retry: error.can_retry(),
        },
        Outcome::Cancelled => EngineEvent::Cancelled,
    }
}
