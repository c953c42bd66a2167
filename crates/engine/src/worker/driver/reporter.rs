use upload::{Outcome, Phase, Progress};

use crate::failure_text;
use crate::message::EngineEvent;
use crate::worker::page;
use crate::worker::tabs::{TabChannel, TabMessage, TabUploadState, UploadUpdate};

/// Tells the page, and the other tabs, what is worth telling of an upload.
pub(in crate::worker) struct Reporter {
    key: String,
    channel: TabChannel,
    shown: Option<Progress>,
    told: Option<Outcome>,
    is_muted: bool,
}

impl Reporter {
    pub(in crate::worker) fn new(key: String, channel: TabChannel) -> Reporter {
        Reporter { key, channel, shown: None, told: None, is_muted: false }
    }

    /// From now on the page hears nothing more.
    pub(in crate::worker) fn mute(&mut self) {
        self.is_muted = true;
    }

    /// Whether the page hears nothing.
    pub(in crate::worker) fn is_muted(&self) -> bool {
        self.is_muted
    }

    /// Everything is update again.
    pub(in crate::worker) fn repeat(&mut self) {
        (self.shown, self.told) = (None, None);
    }

    pub(in crate::worker) fn post(&self, report: &EngineEvent) {
        if !self.is_muted {
            page::post(report);
        }
    }

    /// Tells how far it is: with every tick, and at once when something else is being done.
    pub(in crate::worker) fn show(&mut self, progress: Progress, is_tick: bool) {
        let shown = self.shown.as_ref();
        let is_news =
            shown.is_none_or(|shown| shown.phase != progress.phase || (is_tick && *shown != progress));
        if is_news {
            self.post(&EngineEvent::Progress(progress.clone()));
            self.shown = Some(progress);
            self.tell_others();
        }
    }

    /// Tells how it ended, once.
    pub(in crate::worker) fn conclude(&mut self, outcome: Option<&Outcome>) {
        if outcome != self.told.as_ref() {
            self.told = outcome.cloned();
            self.told.as_ref().map(conclusion).iter().for_each(|report| self.post(report));
            self.tell_others();
        }
    }

    /// Answers another tab that asks. One that is over is over: what that tab waits for is another.
    pub(in crate::worker) fn answer_others(&self) {
        if !matches!(self.told, Some(Outcome::Ready { .. } | Outcome::Cancelled)) {
            self.tell_others();
        }
    }

    /// Tells the other tabs how it stands. One that failed is still this tab's, to be tried again here.
    fn tell_others(&self) {
        let Some(progress) = &self.shown else { return };
        let (state, report) = match &self.told {
            Some(outcome @ (Outcome::Ready { .. } | Outcome::Cancelled)) => {
                (TabUploadState::Over, conclusion(outcome))
            }
            _ if progress.phase == Phase::Preparing => {
                (TabUploadState::New, EngineEvent::InOtherTab(Some(progress.clone())))
            }
            _ => (TabUploadState::Known, EngineEvent::InOtherTab(Some(progress.clone()))),
        };
        if let Ok(report) = serde_json::to_string(&report) {
            let (key, percent) = (self.key.clone(), progress.percent);
            self.channel.say(&TabMessage::Update(UploadUpdate { key, percent, state, report }));
        }
    }
}

fn conclusion(outcome: &Outcome) -> EngineEvent {
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
