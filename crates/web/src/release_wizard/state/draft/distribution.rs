//! What Distribute does, part by part.

use protocol::limit;

use super::Draft;
use crate::{
    release_wizard::state::{delivery::Part, destinations::GroupList, effect::Effect},
    text::phrase::count,
    ui_error::{CallState, Problem},
};

impl Draft {
    /// Characters by which the notes are too long.
    pub(crate) fn excess_notes(&self) -> usize {
        self.notes.chars().count().saturating_sub(limit::RELEASE_NOTES_CHARS)
    }

    pub(super) fn too_long(&self) -> Option<String> {
        let excess = self.excess_notes();
        (excess > 0).then(|| format!("Release notes are {} too long", count(excess, "character")))
    }

    /// Why it cannot be distributed yet, if so: the first thing in the way.
    pub(crate) fn waits_for(&self) -> Option<String> {
        if self.delivery.call == CallState::Sending {
            return Some("Distributing".to_owned());
        }
        if let Some(reason) = self.too_long() {
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
        if self.transfer.release_id().is_none() { Some(self.transfer.headline()) } else { None }
    }

    /// Starts the distribution, or goes on with it after a failure.
    pub(crate) fn distribute(&mut self) -> Vec<Effect> {
        if self.waits_for().is_some() {
            return Vec::new();
        }
        self.deliver()
    }

    /// Takes in the answer to a part of the distribution, and goes on with the next.
    pub(crate) fn part_done(&mut self, part: Part, answer: Result<(), Problem>) -> Vec<Effect> {
        match answer {
            Ok(()) => {
                self.delivery.done.push(part);
                self.deliver()
            }
            Err(problem) => {
                self.delivery.call = CallState::Failed(problem);
                Vec::new()
            }
        }
    }

    fn deliver(&mut self) -> Vec<Effect> {
        let (Some(key), Some(release_id)) = (self.target.key().cloned(), self.transfer.release_id()) else {
            return Vec::new();
        };
        match next_part(self) {
            Some(part) => {
                self.delivery.call = CallState::Sending;
                vec![Effect::Deliver(key, release_id, part)]
            }
            None => vec![Effect::Open(key, release_id)],
        }
    }

    /// The parts of the distribution, and whether each is done.
    pub(crate) fn parts(&self) -> Vec<(Part, bool)> {
        let is_done = |part: &Part| self.delivery.done.contains(part);
        plan(self).into_iter().map(|part| (part.clone(), is_done(&part))).collect()
    }
}

/// Everything that distributing `draft` takes, in order.
///
/// The notes come first, so that whoever gets it can read them. Empty ones are sent only to take back
/// others that were sent before a failure.
fn plan(draft: &Draft) -> Vec<Part> {
    let sent_notes = draft.delivery.done.iter().any(|part| matches!(part, Part::Notes(_)));
    let mut parts = Vec::new();
    if !draft.notes.trim().is_empty() || sent_notes {
        parts.push(Part::Notes(draft.notes.clone()));
    }
    let terms = draft.destinations.terms;
    let groups = draft.destinations.chosen_groups().into_iter();
    parts.extend(groups.map(|group| Part::Group { id: group.id.clone(), name: group.name.clone(), terms }));
    parts.push(Part::Link);
    parts
}

/// The first part of [`plan`] that the server has not taken yet.
fn next_part(draft: &Draft) -> Option<Part> {
    plan(draft).into_iter().find(|part| !draft.delivery.done.contains(part))
}
