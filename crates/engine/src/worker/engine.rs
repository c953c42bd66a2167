use std::cell::RefCell;
use std::rc::{Rc, Weak};

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::discards::SavedUploadDiscarder;
use super::driver::DriverEvent;
use super::page::{self, PageMessage};
use super::saved_uploads::{FileMismatch, SavedUploads, verify_file};
use super::tabs::{TabChannel, TabMessage};
use super::upload_session::{ChosenFile, UploadSession, UploadTarget};
use crate::message::{Command, EngineEvent, EnteredVersion};

/// One file at a time: what was inspected, and its upload.
pub(super) struct Engine {
    tabs: TabChannel,
    saved_uploads: Rc<SavedUploads>,
    discards: Rc<SavedUploadDiscarder>,
    chosen: Option<ChosenFile>,
    session: Option<Rc<UploadSession>>,
    /// Uploads before, each kept until it is cancelled on the server.
    cancelling: Vec<Rc<UploadSession>>,
}

impl Engine {
    /// An engine that hears the other tabs.
    pub(super) fn new() -> Rc<RefCell<Engine>> {
        Rc::new_cyclic(|me: &Weak<RefCell<Engine>>| {
            let me = me.clone();
            let tabs = TabChannel::open(move |message| {
                if let Some(engine) = me.upgrade() {
                    engine.borrow().on_tab_message(message);
                }
            });
            let saved_uploads = SavedUploads::new(tabs.clone());
            let discards = SavedUploadDiscarder::new(tabs.clone(), Rc::clone(&saved_uploads));
            RefCell::new(Engine {
                tabs,
                saved_uploads,
                discards,
                chosen: None,
                session: None,
                cancelling: Vec::new(),
            })
        })
    }

    /// A message from the page.
    pub(super) fn on_message(&mut self, message: &JsValue) {
        let Some(PageMessage { command, file, handle }) = page::read(message) else {
            return fail("The page is out of date", "expected a command of this version", "reload the page");
        };
        match command {
            Command::Inspect { file: number, resume } => match file {
                Some(file) => self.choose(ChosenFile { number, file, handle }, resume),
                None => fail("The file did not arrive", "expected a file", "reload the page"),
            },
            Command::Handle { file } => self.set_handle(file, handle),
            Command::Upload { owner, app, version } => self.upload(owner, app, version),
            Command::ListSavedUploads => self.saved_uploads.show(),
            Command::DiscardSavedUpload { key } => self.discards.discard(key),
            Command::SaveFields(fields) => {
                if let Some(session) = &self.session {
                    session.set_fields(fields);
                }
            }
            Command::Cancel => self.send(DriverEvent::Cancel),
            Command::Retry => self.send(DriverEvent::Retry),
            Command::Pause => self.send(DriverEvent::Pause),
            Command::Unpause => self.send(DriverEvent::Unpause),
            Command::TryNow => self.send(DriverEvent::Online),
            Command::CredentialsRenewed { is_renewed } => {
                self.send(DriverEvent::CredentialsRenewed { is_renewed });
            }
        }
    }

    /// Hands the event to the current upload, if there is one.
    fn send(&self, event: DriverEvent) {
        if let Some(session) = &self.session {
            session.send(event);
        }
    }

    fn choose(&mut self, chosen: ChosenFile, resume: Option<String>) {
        self.abandon_session();
        let (number, file) = (chosen.number, chosen.file.clone());
        self.chosen = Some(chosen);
        match resume {
            Some(key) => spawn_local(verify_and_inspect(number, file, key)),
            None => inspect(number, &file),
        }
    }

    fn set_handle(&mut self, number: u32, handle: JsValue) {
        let Some(chosen) = self.chosen.as_mut().filter(|chosen| chosen.number == number) else { return };
        if let Some(session) = &self.session {
            session.set_handle(handle.clone());
        }
        chosen.handle = handle;
    }

    fn upload(&mut self, owner: String, app: String, version: Option<EnteredVersion>) {
        self.abandon_session();
        let Some(chosen) = self.chosen.clone() else {
            return fail(
                "No file is chosen",
                "expected a file that was inspected, got none",
                "choose the file again",
            );
        };
        let target = UploadTarget { owner, app, version };
        let session = UploadSession::start(chosen, target, self.tabs.clone(), Rc::clone(&self.saved_uploads));
        self.session = Some(session);
    }

    fn abandon_session(&mut self) {
        self.cancelling.retain(|session| !session.is_over());
        let Some(session) = self.session.take() else { return };
        session.abandon();
        if !session.is_over() {
            self.cancelling.push(session);
        }
        self.saved_uploads.set_current(None);
    }

    fn on_tab_message(&self, message: TabMessage) {
        match message {
            TabMessage::AskProgress => self.session.iter().for_each(|session| session.answer_other_tabs()),
            TabMessage::SavedUploadsChanged => self.saved_uploads.refresh(),
            TabMessage::Update(update) => {
                self.saved_uploads.on_update(&update);
                let is_same = |session: &&Rc<UploadSession>| session.key().as_ref() == Some(&update.key);
                self.session.iter().filter(is_same).for_each(|session| session.on_update(&update));
            }
        }
    }
}

async fn verify_and_inspect(number: u32, file: File, key: String) {
    match verify_file(&file, &key).await {
        Ok(()) => inspect(number, &file),
        Err(FileMismatch { message, fix }) => {
            page::post(&EngineEvent::OtherFile { file: number, message, fix: fix.to_owned() });
        }
    }
}

#[cfg(feature = "inspect")]
fn inspect(number: u32, file: &File) {
    super::inspect::inspect_for_page(number, file);
}

/// Without parsers there is nothing to say of a file.
#[cfg(not(feature = "inspect"))]
fn inspect(_: u32, _: &File) {}

fn fail(title: &str, message: &str, fix: &str) {
    page::post(&EngineEvent::Failed {
        title: title.to_owned(),
        message: message.to_owned(),
        fix: fix.to_owned(),
        can_retry: false,
    });
}
