//! What Distribute does, one call after the other, so that it can continue after a failure in the middle.

use super::destinations::DistributionOptions;
use crate::ui_error::CallState;

/// One call of a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DistributionStep {
    /// Write these notes to the release.
    Notes(String),
    /// Distribute it to a group.
    Group {
        /// UUID.
        id: String,
        /// For people.
        name: String,
        /// How.
        options: DistributionOptions,
    },
    /// Create the link that testers install from.
    Link,
}

impl DistributionStep {
    /// What it does, to be shown.
    pub(crate) fn label(&self) -> String {
        match self {
            DistributionStep::Notes(_) => "Release notes".to_owned(),
            DistributionStep::Group { name, .. } => format!("Group {name}"),
            DistributionStep::Link => "Install link".to_owned(),
        }
    }
}

/// A distribution under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Distribution {
    /// The call at hand.
    pub(crate) call: CallState,
    /// The steps that the server has carried out.
    pub(crate) done: Vec<DistributionStep>,
}
