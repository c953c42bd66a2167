use upload::{Outcome, Progress};

use super::channel::{Channel, Word};
use super::page;
use crate::message::Report;

/// Tells the page, and the other tabs, what is worth telling of an upload.
pub(super) struct Outlet {
    key: String,
    channel: Channel,
    shown: Option<Progress>,
    told: Option<Outcome>,
    is_muted: bool,
}

impl Outlet {
    pub(super) fn new(key: String, channel: Channel) -> Outlet {
        Outlet { key, channel, shown: None, told: None, is_muted: false }
    }

    /// From now on the page hears nothing more.
    pub(super) fn mute(&mut self) {
        self.is_muted = true;
    }

    /// Whether the page hears nothing.
    pub(super) fn is_muted(&self) -> bool {
        self.is_muted
    }

    /// Everything is news again.
    pub(super) fn repeat(&mut self) {
        (self.shown, self.told) = (None, None);
    }

    pub(super) fn post(&self, report: &Report) {
        if !self.is_muted {
            page::post(report);
        }
    }

    /// Tells how far it is: with every tick, and at once when something else is being done.
    pub(super) fn show(&mut self, progress: Progress, is_tick: bool) {
        let shown = self.shown.as_ref();
        let is_news =
            shown.is_none_or(|shown| shown.phase != progress.phase || (is_tick && *shown != progress));
        if is_news {
            self.tell(Report::Progress(progress.clone()));
            self.shown = Some(progress);
        }
    }

    /// Tells how it ended, once.
    pub(super) fn conclude(&mut self, outcome: Option<&Outcome>) {
        if outcome != self.told.as_ref() {
            self.told = outcome.cloned();
            self.told.as_ref().map(conclusion).into_iter().for_each(|report| self.tell(report));
        }
    }

    /// Tells the other tabs what the page was told last.
    pub(super) fn tell_others(&self) {
        let progress = self.shown.clone().map(Report::Progress);
        let news = self.told.as_ref().map(conclusion).or(progress);
        news.into_iter().for_each(|report| self.say(report));
    }

    fn tell(&self, report: Report) {
        self.post(&report);
        self.say(report);
    }

    fn say(&self, report: Report) {
        self.channel.say(&Word::News { key: self.key.clone(), report });
    }
}

fn conclusion(outcome: &Outcome) -> Report {
    match outcome {
        Outcome::Ready { release_id } => Report::Ready { release_id: *release_id },
        Outcome::Failed(error) => Report::Failed {
            message: error.to_string(),
            fix: error.fix().to_owned(),
            can_retry: error.can_retry(),
        },
        Outcome::Cancelled => Report::Cancelled,
    }
}
