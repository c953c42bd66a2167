//! Which app the draft goes to: found, chosen or created.

use super::Draft;
use crate::{
    api::{ApiError, types::App},
    release_wizard::state::{
        effect::Effect,
        target_app::{TargetApp, new_app},
    },
    ui_error::{CallState, UiError},
};

impl Draft {
    /// Takes in the list of apps.
    pub(crate) fn on_apps(&mut self, response: Result<Vec<App>, UiError>) -> Vec<Effect> {
        self.target = match response {
            Ok(apps) => TargetApp::find(apps, &self.artifact, self.hint.as_ref()),
            Err(error) => TargetApp::Failed(error),
        };
        self.start_upload()
    }

    /// Asks for the list of apps again.
    pub(crate) fn reload_apps(&mut self) -> Vec<Effect> {
        self.target = TargetApp::Loading;
        vec![Effect::LoadApps]
    }

    /// Takes the app that the user chose from the list.
    pub(crate) fn choose_app(&mut self, app: &App) -> Vec<Effect> {
        self.target = TargetApp::of_app(app);
        self.start_upload()
    }

    /// Creates an app for the package.
    pub(crate) fn create_app(&mut self, display_name: &str) -> Vec<Effect> {
        let TargetApp::Choosing { creation, .. } = &mut self.target else { return Vec::new() };
        match new_app(&self.artifact, display_name) {
            Ok(request) => {
                *creation = CallState::Sending;
                vec![Effect::CreateApp(request)]
            }
            Err(error) => {
                *creation = CallState::Failed(error);
                Vec::new()
            }
        }
    }

    /// Takes in the response to the app's creation.
    pub(crate) fn on_app_created(&mut self, response: Result<App, ApiError>) -> Vec<Effect> {
        let TargetApp::Choosing { creation, .. } = &mut self.target else { return Vec::new() };
        match response {
            Ok(app) => self.choose_app(&app),
            // An earlier try may have created the app, and only its response was lost.
            Err(error) if error.is_conflict() => vec![Effect::FindApp(error.into())],
            Err(error) => {
                *creation = CallState::Failed(error.into());
                Vec::new()
            }
        }
    }

    /// Takes in the list of apps after a conflict: the package's app is taken if it is there now.
    pub(crate) fn on_apps_after_conflict(
        &mut self,
        conflict: UiError,
        response: Result<Vec<App>, UiError>,
    ) -> Vec<Effect> {
        if self.target.key().is_some() {
            return Vec::new();
        }
        if let Ok(apps) = response {
            // The page it was dropped on no longer matters: the user has chosen to create an app since.
            self.target = TargetApp::find(apps, &self.artifact, None);
        }
        if let TargetApp::Choosing { creation, .. } = &mut self.target {
            *creation = CallState::Failed(conflict);
        }
        self.start_upload()
    }
}
