//! The groups that the draft may go to.

use super::Draft;
use crate::{
    api::types::Group,
    release_wizard::state::{destinations::GroupList, effect::Effect},
    ui_error::{CallState, UiError},
};

impl Draft {
    pub(super) fn lacks_destination(&self) -> Option<String> {
        let is_loaded = matches!(self.destinations.groups, GroupList::Loaded(_));
        let lacks = is_loaded && self.destinations.chosen_groups().is_empty();
        lacks.then(|| "Choose at least one destination".to_owned())
    }

    /// Takes in the list of groups.
    pub(crate) fn on_groups(&mut self, response: Result<Vec<Group>, UiError>) -> Vec<Effect> {
        self.destinations.on_groups(response);
        Vec::new()
    }

    /// Loads the groups again.
    pub(crate) fn load_groups(&mut self) -> Vec<Effect> {
        self.destinations.groups = GroupList::Loading;
        self.target.key().map(|key| Effect::LoadGroups(key.clone())).into_iter().collect()
    }

    /// Creates a group.
    pub(crate) fn create_group(&mut self, name: &str) -> Vec<Effect> {
        let Some(key) = self.target.key().cloned() else { return Vec::new() };
        match self.destinations.validated_name(name) {
            Ok(name) => {
                self.destinations.creation = CallState::Sending;
                vec![Effect::CreateGroup(key, name)]
            }
            Err(error) => {
                self.destinations.creation = CallState::Failed(error);
                Vec::new()
            }
        }
    }

    /// Takes in the response to the group's creation.
    pub(crate) fn on_group_created(&mut self, response: Result<Group, UiError>) -> Vec<Effect> {
        self.destinations.on_group_created(response);
        Vec::new()
    }
}
