//! Effects carried out, most of them by calls to the server.

use engine::message::Command;
use leptos::{prelude::*, task::spawn_local};
use protocol::{AddGroupRequest, InstallLink};
use serde::de::DeserializeOwned;

use super::WizardHandle;
use crate::{
    api::{self, Answer, ApiError, Call, calls, types::AppKey},
    release_wizard::state::{Draft, Effect, Part, Terms, Wizard},
    routes::release_path,
    ui_error::Problem,
};

/// What becomes of an answer. Boxed, so that waiting for one is code that is there once.
type Take = Box<dyn FnOnce(&mut Draft, Result<String, ApiError>) -> Vec<Effect>>;

impl WizardHandle {
    pub(super) fn carry_out(self, effect: Effect) {
        match effect {
            Effect::Inspect(file, resume) => self.inspect(&file, resume),
            Effect::LoadApps => self.call(calls::apps(), Draft::apps_loaded),
            Effect::FindApp(conflict) => {
                self.call(calls::apps(), |draft, answer| draft.conflict_examined(conflict, answer));
            }
            Effect::CreateApp(request) => {
                self.call(calls::create_app(&request), Draft::app_created);
            }
            Effect::InspectWithFullEngine(file, resume) => self.replace_engine(file, resume),
            Effect::Upload(AppKey { owner, name }, version) => {
                self.kept.set_value(None);
                self.tell(&Command::Upload { owner, app: name, version });
            }
            Effect::CancelUpload => self.tell(&Command::Cancel),
            Effect::RetryUpload => self.retry(),
            Effect::PauseUpload => self.tell(&Command::Pause),
            Effect::UnpauseUpload => self.tell(&Command::Unpause),
            Effect::LoadReleases(key) => {
                self.call(calls::all_releases(&key), move |draft, answer| {
                    draft.releases_loaded(&key, answer)
                });
            }
            Effect::LoadGroups(key) => self.call(calls::groups(&key), Draft::groups_loaded),
            Effect::CreateGroup(key, name) => {
                self.call(calls::create_group(&key, name), Draft::group_created);
            }
            Effect::Deliver(key, release, part) => {
                let answer = Box::pin(deliver(key, release, part.clone()));
                self.after(answer, |draft, answer| {
                    draft.part_done(part, answer.map(drop).map_err(Problem::from))
                });
            }
            Effect::Open(key, release) => {
                self.state.set(Wizard::Idle);
                self.go_to(&release_path(&key, release));
            }
        }
    }

    /// Calls the server and hands the answer to the draft, if it is still the same one.
    fn call<T: DeserializeOwned + 'static, E: From<ApiError>>(
        self,
        call: Call<T>,
        take: impl FnOnce(&mut Draft, Result<T, E>) -> Vec<Effect> + 'static,
    ) {
        self.after(call.answer(), |draft, answer| {
            take(draft, answer.and_then(|text| api::read(&text)).map_err(E::from))
        });
    }

    /// As [`Self::call`], with the answer's text.
    fn after(
        self,
        answer: Answer,
        take: impl FnOnce(&mut Draft, Result<String, ApiError>) -> Vec<Effect> + 'static,
    ) {
        let file_id = self.state.with_untracked(Wizard::file_id);
        let take: Take = Box::new(take);
        spawn_local(async move {
            let answer = answer.await;
            if self.state.with_untracked(Wizard::file_id) == file_id {
                self.edit(|draft| take(draft, answer));
            }
        });
    }
}

async fn deliver(key: AppKey, release: i64, part: Part) -> Result<String, ApiError> {
    let call = match part {
        Part::Notes(notes) => calls::write_notes(&key, release, notes),
        Part::Group { id, terms: Terms { mandatory_update, notify_testers }, .. } => {
            let request = AddGroupRequest { id, mandatory_update, notify_testers };
            calls::add_group(&key, release, &request)
        }
        Part::Link => {
            // A try before may have made one, and only its answer was lost.
            let links = calls::install_links(&key, release).answer().await?;
            if !api::read::<Vec<InstallLink>>(&links)?.is_empty() {
                return Ok(links);
            }
            calls::create_install_link(&key, release)
        }
    };
    call.answer().await
}
