//! Carries out the wizard's effects: between [`Wizard`], the engine and the server.
//!
//! The handle that components have is here; `engine` starts the engine and listens to it, `server` calls the server.

mod engine;
mod server;

use ::engine::message::{Command, DraftFields, SavedUploadSummary};
use leptos::prelude::*;
use leptos_router::NavigateOptions;

use crate::release_wizard::state::{Draft, Effect, Wizard};
use crate::{
    api::types::AppKey,
    browser::{Engine, EngineKind},
    package::PickedFile,
};

/// The router's way to another page.
type Navigate = Box<dyn Fn(&str, NavigateOptions)>;

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
}
