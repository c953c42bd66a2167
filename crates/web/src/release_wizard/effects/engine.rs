//! The engine: started, sent commands, listened to.

use std::time::Duration;

use engine::message::{Command, EngineEvent};
use leptos::{prelude::*, task::spawn_local};

use super::WizardHandle;
use crate::{
    api::calls,
    browser::{Engine, EngineBuild, EngineMessage},
    package::PickedFile,
    release_wizard::state::{Draft, Wizard},
};

/// How long to wait between two tries to open a session for an upload that waits for it.
const SESSION_RETRY_PAUSE: Duration = Duration::from_secs(5);

impl WizardHandle {
    pub(super) fn start_engine(self, build: EngineBuild) {
        self.engine.set_value(Engine::start(build, move |message| self.on_engine_message(message)));
        self.send(&Command::ListSavedUploads);
    }

    pub(super) fn send(self, command: &Command) {
        self.engine.with_value(|engine| engine.iter().for_each(|engine| engine.send(command)));
    }

    pub(super) fn inspect(self, file: &PickedFile, resume: Option<String>) {
        if self.engine.with_value(Option::is_none) {
            self.start_engine(EngineBuild::Small);
        }
        match self.engine.with_value(|engine| engine.as_ref().map(|engine| engine.inspect(file, resume))) {
            Some(()) => {}
            None => self.on_engine_message(EngineMessage::Lost),
        }
    }

    /// Lets the full build read this file, and keeps that build: it reads what the small one reads, too.
    ///
    /// There are two builds of the engine because the readers of Windows packages, disk images and installers are large,
    /// and most files are none of these. With one build, everyone would wait for that code before the first file is read.
    /// The small build recognizes such a file and says so instead of reading it. Only then does the page load the full
    /// build. The small one is not stopped but retired, because it may still be telling the server to delete the upload
    /// of the file before.
    pub(super) fn replace_engine(self, file: PickedFile, resume: Option<String>) {
        // Not at once: this runs inside the listener of the engine that goes.
        spawn_local(async move {
            let retired = self.engine.try_update_value(Option::take).flatten();
            self.retired_engine.set_value(retired.map(Engine::without_listeners));
            self.start_engine(EngineBuild::Full);
            self.inspect(&file, resume);
        });
    }

    /// Opens a session first, because that may be what was missing; the engine cannot open one.
    pub(super) fn retry(self) {
        spawn_local(async move {
            // Without a session the engine's next request fails and says so.
            let _ = calls::open_session().send().await;
            self.send(&Command::Retry);
        });
    }

    /// Sends what the user entered to the engine if it has changed. The engine limits how often it writes.
    pub(super) fn save_fields(self) {
        let fields = self.state.with_untracked(|wizard| {
            wizard.draft().filter(|draft| draft.upload.is_unfinished()).map(Draft::fields)
        });
        if fields.is_some() && self.sent_fields.with_value(|sent| *sent != fields) {
            self.sent_fields.set_value(fields.clone());
            fields.into_iter().for_each(|fields| self.send(&Command::SaveFields(fields)));
        }
    }

    fn on_engine_message(self, message: EngineMessage) {
        match message {
            EngineMessage::Event(EngineEvent::RenewCredentials) => self.renew_session(),
            EngineMessage::Event(EngineEvent::SavedUploads(list)) => {
                self.saved_uploads.set(list);
                self.has_saved_uploads.set(true);
            }
            EngineMessage::Event(event) => {
                if matches!(event, EngineEvent::Resumed(_)) {
                    // The engine has the fields that it saved before, whatever was sent to it since.
                    self.sent_fields.set_value(None);
                }
                self.update(|wizard| wizard.on_engine_event(event));
            }
            EngineMessage::Lost => {
                self.state.update(Wizard::on_engine_lost);
                // The next file starts another engine. It is not replaced here, because this runs inside its listener.
                spawn_local(async move { self.engine.set_value(None) });
            }
        }
    }

    /// The session has ended during an upload. Only a refusal means that there is no new one.
    fn renew_session(self) {
        spawn_local(async move {
            match calls::open_session().send().await {
                Err(error) if error.is_transient() => {
                    set_timeout(move || self.renew_session(), SESSION_RETRY_PAUSE);
                }
                response => self.send(&Command::CredentialsRenewed { is_renewed: response.is_ok() }),
            }
        });
    }
}
