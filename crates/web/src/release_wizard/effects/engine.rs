//! The engine: started, told what to do, listened to.

use std::time::Duration;

use engine::message::{Command, EngineEvent};
use leptos::{prelude::*, task::spawn_local};

use super::WizardHandle;
use crate::{
    api::calls,
    browser::{Engine, EngineKind, EngineMessage},
    package::PickedFile,
    release_wizard::state::{Draft, Wizard},
};

/// How long to wait between two tries to open a session for an upload that waits for it.
const RENEWAL_PAUSE: Duration = Duration::from_secs(5);

impl WizardHandle {
    pub(super) fn inspect(self, file: &PickedFile, resume: Option<String>) {
        if self.engine.with_value(Option::is_none) {
            self.start_engine(EngineKind::Small);
        }
        match self.engine.with_value(|engine| engine.as_ref().map(|engine| engine.inspect(file, resume))) {
            Some(()) => {}
            None => self.hear(EngineMessage::Lost),
        }
    }

    pub(super) fn tell(self, command: &Command) {
        self.engine.with_value(|engine| engine.iter().for_each(|engine| engine.tell(command)));
    }

    /// Asks the other build about this file. It stays: it knows all that the first one knows.
    pub(super) fn replace_engine(self, file: PickedFile, resume: Option<String>) {
        // Not here: this runs inside the old engine's own listener.
        spawn_local(async move {
            let retired = self.engine.try_update_value(Option::take).flatten();
            self.retired.set_value(retired.map(Engine::muted));
            self.start_engine(EngineKind::Full);
            self.inspect(&file, resume);
        });
    }

    pub(super) fn start_engine(self, kind: EngineKind) {
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

    /// The session may be what ended; the engine cannot open one.
    pub(super) fn retry(self) {
        spawn_local(async move {
            // Without a session the engine's next call says so itself.
            let _ = calls::open_session().answer().await;
            self.tell(&Command::Retry);
        });
    }

    /// The session has ended during an upload. Only a refusal says that there is no new one.
    fn renew(self) {
        spawn_local(async move {
            match calls::open_session().answer().await {
                Err(error) if error.passes_by() => set_timeout(move || self.renew(), RENEWAL_PAUSE),
                answer => self.tell(&Command::CredentialsRenewed { is_renewed: answer.is_ok() }),
            }
        });
    }

    /// Has what was entered kept with the upload, when it changes. The engine writes no more often than it can.
    pub(super) fn keep(self) {
        let entries = self.state.with_untracked(|wizard| {
            wizard.draft().filter(|draft| draft.transfer.is_unfinished()).map(Draft::entries)
        });
        if entries.is_some() && self.kept.with_value(|kept| *kept != entries) {
            self.kept.set_value(entries.clone());
            let text = entries.and_then(|entries| serde_json::to_string(&entries).ok());
            text.into_iter().for_each(|text| self.tell(&Command::SaveFields(text)));
        }
    }
}
