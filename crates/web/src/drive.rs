//! Carries out the wizard's effects: between [`Wizard`], the engine and the server.

use std::time::Duration;

use engine::message::{Command, DraftFields, EngineEvent, SavedUploadSummary};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::NavigateOptions;
use protocol::{AddGroupRequest, InstallLink};
use serde::de::DeserializeOwned;

use crate::{
    api::{self, Answer, Call},
    browser::{Engine, EngineKind, EngineMessage},
    parts::release_path,
    problem::{ApiError, Problem},
    wizard::{AppKey, Draft, Effect, Part, PickedFile, Terms, Wizard},
};

/// How long to wait between two tries to open a session for an upload that waits for it.
const RENEWAL_PAUSE: Duration = Duration::from_secs(5);

/// The router's way to another page.
type Navigate = Box<dyn Fn(&str, NavigateOptions)>;

/// What becomes of an answer. Boxed, so that waiting for one is code that is there once.
type Take = Box<dyn FnOnce(&mut Draft, Result<String, ApiError>) -> Vec<Effect>>;

/// The wizard as components see it: one signal, and what people do to it.
#[derive(Clone, Copy)]
pub(crate) struct WizardHandle {
    state: RwSignal<Wizard>,
    unfinished: RwSignal<Vec<SavedUploadSummary>>,
    /// Whether the engine has said which uploads are unfinished.
    knows_unfinished: RwSignal<bool>,
    /// What the engine was told last of what was entered.
    kept: StoredValue<Option<DraftFields>>,
    engine: StoredValue<Option<Engine>, LocalStorage>,
    /// The engine before, which may still have to tell the server to forget an upload.
    retired: StoredValue<Option<Engine>, LocalStorage>,
    navigate: StoredValue<Navigate, LocalStorage>,
}

/// The wizard of this page.
pub(crate) fn use_wizard() -> WizardHandle {
    expect_context()
}

impl WizardHandle {
    /// Starts the engine right away, so that it is there when a file comes.
    pub(crate) fn start(navigate: impl Fn(&str, NavigateOptions) + 'static) -> WizardHandle {
        let navigate: Navigate = Box::new(navigate);
        let wizard = WizardHandle {
            state: RwSignal::default(),
            unfinished: RwSignal::default(),
            knows_unfinished: RwSignal::default(),
            kept: StoredValue::default(),
            engine: StoredValue::new_local(None),
            retired: StoredValue::new_local(None),
            navigate: StoredValue::new_local(navigate),
        };
        wizard.start_engine(EngineKind::Small);
        wizard
    }

    /// The state, for views to derive from.
    pub(crate) fn state(self) -> ReadSignal<Wizard> {
        self.state.read_only()
    }

    /// The uploads that can be gone on with.
    pub(crate) fn unfinished(self) -> ReadSignal<Vec<SavedUploadSummary>> {
        self.unfinished.read_only()
    }

    /// Whether it is known which uploads are unfinished.
    pub(crate) fn knows_unfinished(self) -> ReadSignal<bool> {
        self.knows_unfinished.read_only()
    }

    /// Something of the draft; the default while there is none.
    pub(crate) fn of_draft<T>(self, read: impl Fn(&Draft) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: Default + PartialEq + Send + Sync + 'static,
    {
        let state = self.state;
        Memo::new(move |_| state.with(|wizard| wizard.draft().map(&read).unwrap_or_default()))
    }

    /// Starts a release of `file` and shows it.
    pub(crate) fn pick(self, file: PickedFile, hint: Option<AppKey>) {
        self.act(|wizard| wizard.pick(file, hint));
        self.go_to("/release");
    }

    /// Goes on with a saved upload and shows it.
    pub(crate) fn resume(self, file: PickedFile, upload: SavedUploadSummary) {
        self.act(|wizard| wizard.resume(file, upload));
        self.go_to("/release");
    }

    /// Forgets a saved upload, on the server too.
    pub(crate) fn forget(self, key: String) {
        self.tell(&Command::DiscardSavedUpload { key });
    }

    /// Tells the engine that a person is back, who may have brought a network.
    pub(crate) fn back(self) {
        if self.state.with_untracked(|wizard| wizard.draft().is_some_and(|draft| draft.transfer.is_offline()))
        {
            self.try_now();
        }
    }

    /// Tells the engine that there may be a network again.
    pub(crate) fn try_now(self) {
        self.tell(&Command::TryNow);
    }

    /// Changes the draft.
    pub(crate) fn edit(self, change: impl FnOnce(&mut Draft) -> Vec<Effect>) {
        self.act(|wizard| wizard.draft_mut().map(change).unwrap_or_default());
    }

    /// Changes the draft in a way that nothing follows from.
    pub(crate) fn set(self, change: impl FnOnce(&mut Draft)) {
        self.edit(|draft| {
            change(draft);
            Vec::new()
        });
    }

    /// Gives the release up.
    pub(crate) fn discard(self) {
        self.act(Wizard::discard);
    }

    /// Shows another page.
    pub(crate) fn go_to(self, path: &str) {
        self.navigate.with_value(|navigate| navigate(path, NavigateOptions::default()));
    }

    fn act(self, step: impl FnOnce(&mut Wizard) -> Vec<Effect>) {
        let effects = self.state.try_update(step).unwrap_or_default();
        effects.into_iter().for_each(|effect| self.carry_out(effect));
        self.keep();
    }

    /// Has what was entered kept with the upload, when it changes. The engine writes no more often than it can.
    fn keep(self) {
        let entries = self.state.with_untracked(|wizard| {
            wizard.draft().filter(|draft| draft.transfer.is_unfinished()).map(Draft::entries)
        });
        if entries.is_some() && self.kept.with_value(|kept| *kept != entries) {
            self.kept.set_value(entries.clone());
            let text = entries.and_then(|entries| serde_json::to_string(&entries).ok());
            text.into_iter().for_each(|text| self.tell(&Command::SaveFields(text)));
        }
    }

    fn carry_out(self, effect: Effect) {
        match effect {
            Effect::Inspect(file, resume) => self.inspect(&file, resume),
            Effect::LoadApps => self.call(api::apps(), Draft::apps_loaded),
            Effect::FindApp(conflict) => {
                self.call(api::apps(), |draft, answer| draft.conflict_examined(conflict, answer));
            }
            Effect::CreateApp(request) => {
                self.call(api::create_app(&request), Draft::app_created);
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
                self.call(api::all_releases(&key), move |draft, answer| draft.releases_loaded(&key, answer));
            }
            Effect::LoadGroups(key) => self.call(api::groups(&key), Draft::groups_loaded),
            Effect::CreateGroup(key, name) => {
                self.call(api::create_group(&key, name), Draft::group_created);
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

    /// The session may be what ended; the engine cannot open one.
    fn retry(self) {
        spawn_local(async move {
            // Without a session the engine's next call says so itself.
            let _ = api::open_session().answer().await;
            self.tell(&Command::Retry);
        });
    }

    /// The session has ended during an upload. Only a refusal says that there is no new one.
    fn renew(self) {
        spawn_local(async move {
            match api::open_session().answer().await {
                Err(error) if error.passes_by() => set_timeout(move || self.renew(), RENEWAL_PAUSE),
                answer => self.tell(&Command::CredentialsRenewed { is_renewed: answer.is_ok() }),
            }
        });
    }

    fn inspect(self, file: &PickedFile, resume: Option<String>) {
        if self.engine.with_value(Option::is_none) {
            self.start_engine(EngineKind::Small);
        }
        match self.engine.with_value(|engine| engine.as_ref().map(|engine| engine.inspect(file, resume))) {
            Some(()) => {}
            None => self.hear(EngineMessage::Lost),
        }
    }

    fn tell(self, command: &Command) {
        self.engine.with_value(|engine| engine.iter().for_each(|engine| engine.tell(command)));
    }

    /// Asks the other build about this file. It stays: it knows all that the first one knows.
    fn replace_engine(self, file: PickedFile, resume: Option<String>) {
        // Not here: this runs inside the old engine's own listener.
        spawn_local(async move {
            let retired = self.engine.try_update_value(Option::take).flatten();
            self.retired.set_value(retired.map(Engine::muted));
            self.start_engine(EngineKind::Full);
            self.inspect(&file, resume);
        });
    }

    fn start_engine(self, kind: EngineKind) {
        self.engine.set_value(Engine::start(kind, move |news| self.hear(news)));
        self.tell(&Command::ListSavedUploads);
    }

    fn hear(self, news: EngineMessage) {
        match news {
            EngineMessage::Event(EngineEvent::RenewCredentials) => self.renew(),
            EngineMessage::Event(EngineEvent::SavedUploads(list)) => {
                self.unfinished.set(list);
                self.knows_unfinished.set(true);
            }
            EngineMessage::Event(report) => {
                if matches!(report, EngineEvent::Resumed(_)) {
                    // The engine goes by what it had kept itself, until it hears otherwise.
                    self.kept.set_value(None);
                }
                self.act(|wizard| wizard.report(report));
            }
            EngineMessage::Lost => {
                self.state.update(Wizard::engine_lost);
                // A broken engine is replaced when the next file comes, not here: this runs inside its own
                // listener.
                spawn_local(async move { self.engine.set_value(None) });
            }
        }
    }
}

async fn deliver(key: AppKey, release: i64, part: Part) -> Result<String, ApiError> {
    let call = match part {
        Part::Notes(notes) => api::write_notes(&key, release, notes),
        Part::Group { id, terms: Terms { mandatory_update, notify_testers }, .. } => {
            let request = AddGroupRequest { id, mandatory_update, notify_testers };
            api::add_group(&key, release, &request)
        }
        Part::Link => {
            // A try before may have made one, and only its answer was lost.
            let links = api::install_links(&key, release).answer().await?;
            if !api::read::<Vec<InstallLink>>(&links)?.is_empty() {
                return Ok(links);
            }
            api::create_install_link(&key, release)
        }
    };
    call.answer().await
}
