//! Which groups the release is distributed to.

use protocol::{COLLABORATORS, limit};

use crate::{
    api::types::Group,
    ui_error::{CallState, UiError},
};

/// The groups of the app, and which of them were chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Destinations {
    /// What there is to choose from.
    pub(crate) groups: GroupList,
    /// The ids of what was chosen, in that order.
    pub(crate) chosen: Vec<String>,
    /// The creation of a group.
    pub(crate) creation: CallState,
    /// How it is distributed to them.
    pub(crate) options: DistributionOptions,
}

/// How a release is distributed to its groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DistributionOptions {
    /// Whether testers get an e-mail.
    pub(crate) notify_testers: bool,
    /// Whether apps with the Distribute SDK must be updated.
    pub(crate) mandatory_update: bool,
}

impl Default for DistributionOptions {
    fn default() -> DistributionOptions {
        DistributionOptions { notify_testers: true, mandatory_update: false }
    }
}

/// The groups of an app.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum GroupList {
    /// Not requested yet, or no response yet.
    #[default]
    Loading,
    /// Loading them failed.
    Failed(UiError),
    /// All of them.
    Loaded(Vec<Group>),
}

impl Destinations {
    /// Takes in the list, and chooses [`COLLABORATORS`] if nothing was chosen yet.
    pub(crate) fn on_groups(&mut self, response: Result<Vec<Group>, UiError>) {
        match response {
            Ok(groups) => {
                if self.chosen.is_empty() {
                    let collaborators = groups.iter().filter(|group| group.name == COLLABORATORS);
                    self.chosen.extend(collaborators.map(|group| group.id.clone()));
                }
                self.groups = GroupList::Loaded(groups);
            }
            Err(error) => self.groups = GroupList::Failed(error),
        }
    }

    /// Every group, or none while they are not known.
    pub(crate) fn all(&self) -> &[Group] {
        if let GroupList::Loaded(groups) = &self.groups { groups } else { &[] }
    }

    /// The groups that were chosen.
    pub(crate) fn chosen_groups(&self) -> Vec<&Group> {
        self.all().iter().filter(|group| self.is_chosen(&group.id)).collect()
    }

    /// Whether the group of this id was chosen.
    pub(crate) fn is_chosen(&self, id: &str) -> bool {
        self.chosen.iter().any(|chosen| chosen == id)
    }

    /// Chooses a group, or no longer.
    pub(crate) fn choose(&mut self, id: &str, is_on: bool) {
        self.chosen.retain(|chosen| chosen != id);
        if is_on {
            self.chosen.push(id.to_owned());
        }
    }

    /// A new group's name as it should be sent, or why it cannot be used. Checked before the server is asked.
    pub(crate) fn validated_name(&self, name: &str) -> Result<String, UiError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(UiError::new("The name is missing", "the group needs a name", "enter a name"));
        }
        let n_chars = name.chars().count();
        if n_chars > limit::NAME_CHARS {
            return Err(UiError::new(
                "The name is too long",
                &format!("it has {n_chars} characters; at most {} are allowed", limit::NAME_CHARS),
                "enter a shorter name",
            ));
        }
        if self.all().iter().any(|group| group.name.eq_ignore_ascii_case(name)) {
            return Err(UiError::new(
                "The group exists already",
                &format!("a group named {name} exists already"),
                "choose it in the list above, or enter another name",
            ));
        }
        Ok(name.to_owned())
    }

    /// Takes in the response to a group's creation, and chooses the group.
    pub(crate) fn on_group_created(&mut self, response: Result<Group, UiError>) {
        match response {
            Ok(group) => {
                self.creation = CallState::Idle;
                self.choose(&group.id, true);
                if let GroupList::Loaded(groups) = &mut self.groups {
                    groups.push(group);
                }
            }
            Err(error) => self.creation = CallState::Failed(error),
        }
    }
}
