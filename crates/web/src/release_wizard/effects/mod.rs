//! Runs the wizard's effects: between the state, the engine, the server and the router.
//!
//! - here: [`WizardHandle`], what components have of the wizard.
//! - `engine`: starts the engine, sends it commands, takes in its events.
//! - `server`: runs each effect, most of them by a call to the server.

mod engine;
mod server;

use ::engine::message::{Command, DraftFields, SavedUploadSummary};
use leptos::prelude::*;
use leptos_router::NavigateOptions;

use crate::{
    api::types::AppKey,
    browser::{Engine, EngineBuild},
    package::PickedFile,
    release_wizard::state::{Draft, Effect, Wizard},
    routes::RELEASE_WIZARD,
};

/// The router's way to another page.
type Navigate = Box<dyn Fn(&str, NavigateOptions)>;

/// The wizard as components see it: one signal, and what the user can do.
#[derive(Clone, Copy)]
pub(crate) struct WizardHandle {
    state: RwSignal<Wizard>,
    saved_uploads: RwSignal<Vec<SavedUploadSummary>>,
    /// Whether the engine has reported the saved uploads.
    has_saved_uploads: RwSignal<bool>,
    /// The fields as they were last sent to the engine.
    sent_fields: StoredValue<Option<DraftFields>>,
    engine: StoredValue<Option<Engine>, LocalStorage>,
    /// The engine that was replaced. It may still have to tell the server to delete an upload.
    retired_engine: StoredValue<Option<Engine>, LocalStorage>,
    navigate: StoredValue<Navigate, LocalStorage>,
}

/// The wizard of this page.
pub(crate) fn use_wizard() -> WizardHandle {
    expect_context()
}

impl WizardHandle {
    /// Starts the engine right away, so that it is loaded when the user chooses a file.
    pub(crate) fn start(navigate: impl Fn(&str, NavigateOptions) + 'static) -> WizardHandle {
        let navigate: Navigate = Box::new(navigate);
        let wizard = WizardHandle {
            state: RwSignal::default(),
            saved_uploads: RwSignal::default(),
            has_saved_uploads: RwSignal::default(),
            sent_fields: StoredValue::default(),
            engine: StoredValue::new_local(None),
            retired_engine: StoredValue::new_local(None),
            navigate: StoredValue::new_local(navigate),
        };
        wizard.start_engine(EngineBuild::Small);
        wizard
    }

    /// The state, for views to derive from.
    pub(crate) fn state(self) -> ReadSignal<Wizard> {
        self.state.read_only()
    }

    /// The uploads that can be resumed.
    pub(crate) fn saved_uploads(self) -> ReadSignal<Vec<SavedUploadSummary>> {
        self.saved_uploads.read_only()
    }

    /// Whether it is known which uploads can be resumed.
    pub(crate) fn has_saved_uploads(self) -> ReadSignal<bool> {
        self.has_saved_uploads.read_only()
    }

    /// A value derived from the draft; the default while there is none.
    pub(crate) fn draft_memo<T>(self, read: impl Fn(&Draft) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: Default + PartialEq + Send + Sync + 'static,
    {
        let state = self.state;
        Memo::new(move |_| state.with(|wizard| wizard.draft().map(&read).unwrap_or_default()))
    }

    /// Starts a release of `file` and shows it.
    pub(crate) fn pick(self, file: PickedFile, hint: Option<AppKey>) {
        self.update(|wizard| wizard.pick(file, hint));
        self.go_to(RELEASE_WIZARD);
    }

    /// Resumes a saved upload and shows it.
    pub(crate) fn resume(self, file: PickedFile, upload: SavedUploadSummary) {
        self.update(|wizard| wizard.resume(file, upload));
        self.go_to(RELEASE_WIZARD);
    }

    /// Deletes a saved upload, on the server too.
    pub(crate) fn discard_saved_upload(self, key: String) {
        self.send(&Command::DiscardSavedUpload { key });
    }

    /// Tells the engine that the user has come back to the page: there may be a network again.
    pub(crate) fn on_page_visible(self) {
        if self.state.with_untracked(|wizard| wizard.draft().is_some_and(|draft| draft.upload.is_offline())) {
            self.try_now();
        }
    }

    /// Lets the engine try now instead of when its wait ends.
    pub(crate) fn try_now(self) {
        self.send(&Command::TryNow);
    }

    /// Changes the draft, and runs the effects that follow.
    pub(crate) fn edit(self, change: impl FnOnce(&mut Draft) -> Vec<Effect>) {
        self.update(|wizard| wizard.draft_mut().map(change).unwrap_or_default());
    }

    /// Changes the draft in a way that has no effects.
    pub(crate) fn set(self, change: impl FnOnce(&mut Draft)) {
        self.edit(|draft| {
            change(draft);
            Vec::new()
        });
    }

    /// Discards the draft and its upload.
    pub(crate) fn discard(self) {
        self.update(Wizard::discard);
    }

    /// Shows another page.
    pub(crate) fn go_to(self, path: &str) {
        self.navigate.with_value(|navigate| navigate(path, NavigateOptions::default()));
    }

    fn update(self, change: impl FnOnce(&mut Wizard) -> Vec<Effect>) {
        let effects = self.state.try_update(change).unwrap_or_default();
        effects.into_iter().for_each(|effect| self.run(effect));
        self.save_fields();
    }
}
