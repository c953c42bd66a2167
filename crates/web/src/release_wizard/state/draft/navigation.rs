//! Which step is on screen, and what closes the next one.

use super::Draft;
use crate::{
    release_wizard::state::{effect::Effect, step::Step},
    ui_error::CallState,
};

impl Draft {
    /// Whether the steps after the first are open.
    pub(crate) fn can_leave_upload(&self) -> bool {
        self.target.key().is_some() && !self.version.is_asked() && !self.transfer.is_elsewhere()
    }

    /// Shows another step, unless it is closed.
    pub(crate) fn go(&mut self, step: Step) -> Vec<Effect> {
        let is_open = step == Step::Upload || self.can_leave_upload();
        if is_open && self.delivery.call != CallState::Sending {
            self.step = step;
        }
        Vec::new()
    }

    /// Why the next step is closed, if it is.
    pub(crate) fn next_waits_for(&self) -> Option<String> {
        if self.target.key().is_some() && self.version.is_asked() {
            return Some("Enter the version first".to_owned());
        }
        if self.transfer.is_elsewhere() {
            return Some("The other tab is at it".to_owned());
        }
        if !self.can_leave_upload() {
            return Some("Create or choose the app first".to_owned());
        }
        match self.step {
            // The way to the notes stays open.
            Step::Upload => None,
            Step::Destinations => self.too_long().or_else(|| self.lacks_destination()),
            Step::Notes | Step::Review => self.too_long(),
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
