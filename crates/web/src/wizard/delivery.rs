//! What Distribute does, part by part, so that a failure in the middle can be gone on from.

use super::{CallState, Draft, Terms};

/// One call of a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Write these notes to the release.
    Notes(String),
    /// Give it to a group.
    Group {
        /// UUID.
        id: String,
        /// For people.
        name: String,
        /// How.
        terms: Terms,
    },
    /// Make the link that testers install from.
    Link,
}

impl Part {
    /// What it does, to be shown.
    pub(crate) fn label(&self) -> String {
        match self {
            Part::Notes(_) => "Release notes".to_owned(),
            Part::Group { name, .. } => format!("Group {name}"),
            Part::Link => "Install link".to_owned(),
        }
    }
}

/// A distribution under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// How the part in hand stands.
    pub(crate) call: CallState,
    /// The parts that the server has taken.
    pub(crate) done: Vec<Part>,
}

/// Everything that distributing `draft` takes, in order.
///
/// The notes come first, so that whoever gets it can read them. Empty ones are sent only to take back
/// others that were sent before a failure.
pub(crate) fn plan(draft: &Draft) -> Vec<Part> {
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
pub(crate) fn next_part(draft: &Draft) -> Option<Part> {
    plan(draft).into_iter().find(|part| !draft.delivery.done.contains(part))
}
