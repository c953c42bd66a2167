//! Runs each effect, most of them by a call to the server.

use engine::message::Command;
use leptos::{prelude::*, task::spawn_local};
use protocol::{AddGroupRequest, InstallLink};
use serde::de::DeserializeOwned;

use super::WizardHandle;
use crate::{
    api::{self, ApiCall, ApiError, ResponseText, calls, types::AppKey},
    release_wizard::state::{DistributionOptions, DistributionStep, Draft, Effect, Wizard},
    routes::release_path,
    ui_error::UiError,
};

/// What a response changes in the draft. Boxed, so that the code that waits for a response exists once.
type OnResponse = Box<dyn FnOnce(&mut Draft, Result<String, ApiError>) -> Vec<Effect>>;

impl WizardHandle {
    pub(super) fn run(self, effect: Effect) {
        match effect {
            Effect::Inspect(file, resume) => self.inspect(&file, resume),
            Effect::LoadApps => self.call(calls::apps(), Draft::on_apps),
            Effect::FindApp(conflict) => {
                self.call(calls::apps(), |draft, response| draft.on_apps_after_conflict(conflict, response));
            }
            Effect::CreateApp(request) => {
                self.call(calls::create_app(&request), Draft::on_app_created);
            }
            Effect::InspectWithFullEngine(file, resume) => self.replace_engine(file, resume),
            Effect::Upload(AppKey { owner, name }, version) => {
                self.sent_fields.set_value(None);
                self.send(&Command::Upload { owner, app: name, version });
            }
            Effect::CancelUpload => self.send(&Command::Cancel),
            Effect::RetryUpload => self.retry(),
            Effect::PauseUpload => self.send(&Command::Pause),
            Effect::UnpauseUpload => self.send(&Command::Unpause),
            Effect::LoadReleases(key) => {
                self.call(calls::all_releases(&key), move |draft, response| {
                    draft.on_releases(&key, response)
                });
            }
            Effect::LoadGroups(key) => self.call(calls::groups(&key), Draft::on_groups),
            Effect::CreateGroup(key, name) => {
                self.call(calls::create_group(&key, name), Draft::on_group_created);
            }
            Effect::Distribute(key, release, step) => {
                let response = Box::pin(send_step(key, release, step.clone()));
                self.when_answered(response, |draft, response| {
                    draft.on_step_response(step, response.map(drop).map_err(UiError::from))
                });
            }
            Effect::OpenRelease(key, release) => {
                self.state.set(Wizard::Idle);
                self.go_to(&release_path(&key, release));
            }
        }
    }

    /// Calls the server and hands the response to the draft, if it is still the draft of the same file.
    fn call<T: DeserializeOwned + 'static, E: From<ApiError>>(
        self,
        call: ApiCall<T>,
        on_response: impl FnOnce(&mut Draft, Result<T, E>) -> Vec<Effect> + 'static,
    ) {
        self.when_answered(call.send(), |draft, response| {
            on_response(draft, response.and_then(|text| api::parse(&text)).map_err(E::from))
        });
    }

    /// As [`Self::call`], with the text of the response.
    fn when_answered(
        self,
        response: ResponseText,
        on_response: impl FnOnce(&mut Draft, Result<String, ApiError>) -> Vec<Effect> + 'static,
    ) {
        let file_id = self.state.with_untracked(Wizard::file_id);
        let on_response: OnResponse = Box::new(on_response);
        spawn_local(async move {
            let response = response.await;
            if self.state.with_untracked(Wizard::file_id) == file_id {
                self.edit(|draft| on_response(draft, response));
            }
        });
    }
}

async fn send_step(key: AppKey, release: i64, step: DistributionStep) -> Result<String, ApiError> {
    let call = match step {
        DistributionStep::Notes(notes) => calls::write_notes(&key, release, notes),
        DistributionStep::Group {
            id,
            options: DistributionOptions { mandatory_update, notify_testers },
            ..
        } => {
            let request = AddGroupRequest { id, mandatory_update, notify_testers };
            calls::add_group(&key, release, &request)
        }
        DistributionStep::Link => {
            // An earlier try may have created one, and only its response was lost.
            let links = calls::install_links(&key, release).send().await?;
            if !api::parse::<Vec<InstallLink>>(&links)?.is_empty() {
                return Ok(links);
            }
            calls::create_install_link(&key, release)
        }
    };
    call.send().await
}
