//! What Distribute does, one call after the other.

use protocol::limit;

use super::Draft;
use crate::{
    release_wizard::state::{destinations::GroupList, distribution::DistributionStep, effect::Effect},
    text::phrase::count,
    ui_error::{CallState, UiError},
};

impl Draft {
    /// Characters by which the notes are too long.
    pub(crate) fn excess_notes(&self) -> usize {
        self.notes.chars().count().saturating_sub(limit::RELEASE_NOTES_CHARS)
    }

    pub(super) fn notes_too_long(&self) -> Option<String> {
        let excess = self.excess_notes();
        (excess > 0).then(|| format!("Release notes are {} too long", count(excess, "character")))
    }

    /// Why it cannot be distributed yet, if so: the first thing in the way.
    pub(crate) fn distribute_waits_for(&self) -> Option<String> {
        if self.distribution.call == CallState::Sending {
            return Some("Distributing".to_owned());
        }
        if let Some(reason) = self.notes_too_long() {
            return Some(reason);
        }
        match &self.destinations.groups {
            GroupList::Loading => return Some("Loading the groups".to_owned()),
            GroupList::Failed(_) => {
                return Some("The groups could not be loaded: see Destinations".to_owned());
            }
            GroupList::Loaded(_) => {}
        }
        if let Some(reason) = self.lacks_destination() {
            return Some(reason);
        }
        if self.upload.release_id().is_none() { Some(self.upload.headline()) } else { None }
    }

    /// Starts the distribution, or continues it after a failure.
    pub(crate) fn distribute(&mut self) -> Vec<Effect> {
        if self.distribute_waits_for().is_some() {
            return Vec::new();
        }
        self.send_next_step()
    }

    /// Takes in the response to a step of the distribution, and sends the next one.
    pub(crate) fn on_step_response(
        &mut self,
        step: DistributionStep,
        response: Result<(), UiError>,
    ) -> Vec<Effect> {
        match response {
            Ok(()) => {
                self.distribution.done.push(step);
                self.send_next_step()
            }
            Err(error) => {
                self.distribution.call = CallState::Failed(error);
                Vec::new()
            }
        }
    }

    fn send_next_step(&mut self) -> Vec<Effect> {
        let (Some(key), Some(release_id)) = (self.target.key().cloned(), self.upload.release_id()) else {
            return Vec::new();
        };
        match self.distribution_steps().into_iter().find(|(_, is_done)| !is_done) {
            Some((step, _)) => {
                self.distribution.call = CallState::Sending;
                vec![Effect::Distribute(key, release_id, step)]
            }
            None => vec![Effect::OpenRelease(key, release_id)],
        }
    }

    /// Every step of the distribution in order, and whether it is done.
    ///
    /// The list is made from the draft each time and compared with what is done, instead of a queue that is worked off.
    /// After a failure the user may change notes, groups and options before "Distribute the rest". A queue would send
    /// what was entered before; a new list repeats the steps that have changed, and no other.
    pub(crate) fn distribution_steps(&self) -> Vec<(DistributionStep, bool)> {
        let done = &self.distribution.done;
        let has_sent_notes = done.iter().any(|step| matches!(step, DistributionStep::Notes(_)));
        let mut steps = Vec::new();
        // The notes come first, so that testers can read them as soon as they are notified. Empty notes are sent only to
        // overwrite those that were sent before a failure.
        if !self.notes.trim().is_empty() || has_sent_notes {
            steps.push(DistributionStep::Notes(self.notes.clone()));
        }
        let options = self.destinations.options;
        steps.extend(self.destinations.chosen_groups().into_iter().map(|group| DistributionStep::Group {
            id: group.id.clone(),
            name: group.name.clone(),
            options,
        }));
        steps.push(DistributionStep::Link);
        steps.into_iter().map(|step| (step.clone(), done.contains(&step))).collect()
    }
}
