//! Which app the draft goes to: found, chosen or created.

use super::Draft;
use crate::{
    api::{ApiError, types::App},
    release_wizard::state::{
        effect::Effect,
        target::{self, Target},
    },
    ui_error::{CallState, Problem},
};

impl Draft {
    /// Takes in the list of apps.
    pub(crate) fn apps_loaded(&mut self, answer: Result<Vec<App>, Problem>) -> Vec<Effect> {
        self.target = match answer {
            Ok(apps) => Target::find(apps, &self.artifact, self.hint.as_ref()),
            Err(problem) => Target::Unknown(problem),
        };
        self.start_upload()
    }

    /// Asks for the list of apps again.
    pub(crate) fn look_again(&mut self) -> Vec<Effect> {
        self.target = Target::Looking;
        vec![Effect::LoadApps]
    }

    /// Settles on an app from the list.
    pub(crate) fn choose_app(&mut self, app: &App) -> Vec<Effect> {
        self.target = Target::known(app);
        self.start_upload()
    }

    /// Has the app created that the package wants.
    pub(crate) fn create_app(&mut self, display_name: &str) -> Vec<Effect> {
        let Target::Choosing { creation, .. } = &mut self.target else { return Vec::new() };
        match target::new_app(&self.artifact, display_name) {
            Ok(request) => {
                *creation = CallState::Sending;
                vec![Effect::CreateApp(request)]
            }
            Err(problem) => {
                *creation = CallState::Failed(problem);
                Vec::new()
            }
        }
    }

    /// Takes in the answer to the app's creation.
    pub(crate) fn app_created(&mut self, answer: Result<App, ApiError>) -> Vec<Effect> {
        let Target::Choosing { creation, .. } = &mut self.target else { return Vec::new() };
        match answer {
            Ok(app) => self.choose_app(&app),
            // A try before may have created it, and only its answer was lost.
            Err(error) if error.is_conflict() => vec![Effect::FindApp(error.into())],
            Err(error) => {
                *creation = CallState::Failed(error.into());
                Vec::new()
            }
        }
    }

    /// Takes in the list of apps after a conflict: the package's app is taken if it is there now.
    pub(crate) fn conflict_examined(
        &mut self,
        conflict: Problem,
        answer: Result<Vec<App>, Problem>,
    ) -> Vec<Effect> {
        if self.target.key().is_some() {
            return Vec::new();
        }
        if let Ok(apps) = answer {
            // Where it was dropped counts no more: a person has chosen since.
            self.target = Target::find(apps, &self.artifact, None);
        }
        if let Target::Choosing { creation, .. } = &mut self.target {
            *creation = CallState::Failed(conflict);
        }
        self.start_upload()
    }
}
