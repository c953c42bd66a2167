//! Which step is on screen, and what closes the next one.

use super::Draft;
use crate::{
    release_wizard::state::{effect::Effect, step::WizardStep},
    ui_error::CallState,
};

impl Draft {
    /// Whether the steps after the first are open.
    pub(crate) fn can_leave_upload(&self) -> bool {
        self.target.key().is_some() && !self.version.is_asked() && !self.upload.is_in_other_tab()
    }

    /// Shows another step, unless it is closed.
    pub(crate) fn go(&mut self, step: WizardStep) -> Vec<Effect> {
        let is_open = step == WizardStep::Upload || self.can_leave_upload();
        if is_open && self.distribution.call != CallState::Sending {
            self.step = step;
        }
        Vec::new()
    }

    /// Why the next step is closed, if it is.
    pub(crate) fn next_waits_for(&self) -> Option<String> {
        if self.target.key().is_some() && self.version.is_asked() {
            return Some("Enter the version first".to_owned());
        }
        if self.upload.is_in_other_tab() {
            return Some("Another tab is uploading this file".to_owned());
        }
        if !self.can_leave_upload() {
            return Some("Create or choose the app first".to_owned());
        }
        match self.step {
            // Also with notes that are too long: the user must be able to go there and shorten them.
            WizardStep::Upload => None,
            WizardStep::Destinations => self.notes_too_long().or_else(|| self.lacks_destination()),
            WizardStep::Notes | WizardStep::Review => self.notes_too_long(),
        }
    }

    /// The next step, or on the last one the distribution.
    pub(crate) fn next(&mut self) -> Vec<Effect> {
        match self.step.after() {
            Some(_) if self.next_waits_for().is_some() => Vec::new(),
            Some(step) => self.go(step),
            None => self.distribute(),
        }
    }

    /// The step before.
    pub(crate) fn back(&mut self) -> Vec<Effect> {
        match self.step.before() {
            Some(step) => self.go(step),
            None => Vec::new(),
        }
    }
}
