//! Who gets the release.

use protocol::{COLLABORATORS, limit};

use crate::{
    api::types::Group,
    ui_error::{CallState, Problem},
};

/// The groups of the app, and which of them were chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Destinations {
    /// What there is to choose from.
    pub(crate) groups: GroupList,
    /// The ids of what was chosen, in that order.
    pub(crate) chosen: Vec<String>,
    /// How the creation of a group stands.
    pub(crate) creation: CallState,
    /// How they get it.
    pub(crate) terms: Terms,
}

/// How a release is given to whoever gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// Whether testers get a letter.
    pub(crate) notify_testers: bool,
    /// Whether apps with the Distribute SDK must be updated.
    pub(crate) mandatory_update: bool,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms { notify_testers: true, mandatory_update: false }
    }
}

/// The groups of an app.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum GroupList {
    /// Not asked for yet, or not answered.
    #[default]
    Loading,
    /// They will not come by themselves.
    Failed(Problem),
    /// All of them.
    Loaded(Vec<Group>),
}

impl Destinations {
    /// Takes in the list, and chooses [`COLLABORATORS`] if nothing was chosen yet.
    pub(crate) fn loaded(&mut self, answer: Result<Vec<Group>, Problem>) {
        match answer {
            Ok(groups) => {
                if self.chosen.is_empty() {
                    let collaborators = groups.iter().filter(|group| group.name == COLLABORATORS);
                    self.chosen.extend(collaborators.map(|group| group.id.clone()));
                }
                self.groups = GroupList::Loaded(groups);
            }
            Err(problem) => self.groups = GroupList::Failed(problem),
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

    /// Checks a new group's name before the server is asked; gives it back as it should be sent.
    pub(crate) fn checked_name(&self, name: &str) -> Result<String, Problem> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Problem::new("the group has no name", "enter a name for it"));
        }
        let n_chars = name.chars().count();
        if n_chars > limit::NAME_CHARS {
            return Err(Problem::new(
                &format!("expected at most {} characters, got {n_chars}", limit::NAME_CHARS),
                "choose a shorter name",
            ));
        }
        if self.all().iter().any(|group| group.name.eq_ignore_ascii_case(name)) {
            return Err(Problem::new(
                &format!("a group named {name} exists already"),
                "choose it in the list above, or choose another name",
            ));
        }
        Ok(name.to_owned())
    }

    /// Takes in the answer to a group's creation, and chooses the group.
    pub(crate) fn created(&mut self, answer: Result<Group, Problem>) {
        match answer {
            Ok(group) => {
                self.creation = CallState::Idle;
                self.choose(&group.id, true);
                if let GroupList::Loaded(groups) = &mut self.groups {
                    groups.push(group);
                }
            }
            Err(problem) => self.creation = CallState::Failed(problem),
        }
    }
}
