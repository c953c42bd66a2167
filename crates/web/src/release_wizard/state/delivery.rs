//! What Distribute does, part by part, so that a failure in the middle can be gone on from.

use super::destinations::Terms;
use crate::ui_error::CallState;

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
