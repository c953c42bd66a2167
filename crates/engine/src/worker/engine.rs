use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::driver::DriverEvent;
use super::page::{self, Message};
use super::saved_uploads::{SavedUploads, verify};
use super::session::{ChosenFile, Session, UploadTarget};
use super::tabs::{TabChannel, TabMessage};
use crate::message::{Command, EngineEvent, EnteredVersion};

/// One file at a time: what was inspected, and its upload.
pub(super) struct Engine {
    channel: TabChannel,
    saved_uploads: Rc<SavedUploads>,
    chosen: Option<ChosenFile>,
    session: Option<Rc<Session>>,
    /// Uploads before, each kept until the server has been told to forget it.
    leaving: Vec<Rc<Session>>,
}

impl Engine {
    /// An engine that hears the other tabs.
    pub(super) fn new() -> Rc<RefCell<Engine>> {
        Rc::new_cyclic(|me: &std::rc::Weak<RefCell<Engine>>| {
            let me = me.clone();
            let channel = TabChannel::open(move |word| {
                if let Some(engine) = me.upgrade() {
                    engine.borrow().hear_others(word);
                }
            });
            let saved_uploads = SavedUploads::new(channel.clone());
            RefCell::new(Engine { channel, saved_uploads, chosen: None, session: None, leaving: Vec::new() })
        })
    }

    /// A message from the page.
    pub(super) fn hear(&mut self, message: &JsValue) {
        let Some(Message { command, file, handle }) = page::read(message) else {
            return fail("The page is out of date", "expected a command of this version", "reload the page");
        };
        match (command, file) {
            (Command::Inspect { file: number, resume }, Some(file)) => {
                self.pick(ChosenFile { number, file, handle }, resume);
            }
            (Command::Inspect { .. }, None) => {
                fail("The file did not arrive", "expected a file", "reload the page")
            }
            (Command::Handle { file }, _) => self.open_by(file, handle),
            (Command::Upload { owner, app, version }, _) => self.upload(owner, app, version),
            (Command::ListSavedUploads, _) => self.saved_uploads.show(),
            (Command::DiscardSavedUpload { key }, _) => self.saved_uploads.forget(key),
            (command, _) => self.tell(command),
        }
    }

    /// What concerns the upload at hand.
    fn tell(&self, command: Command) {
        let Some(session) = &self.session else { return };
        match command {
            Command::SaveFields(entries) => session.enter(entries),
            Command::Cancel => session.tell(DriverEvent::Cancel),
            Command::Retry => session.tell(DriverEvent::Retry),
            Command::Pause => session.tell(DriverEvent::Pause),
            Command::Unpause => session.tell(DriverEvent::Unpause),
            Command::TryNow => session.tell(DriverEvent::Online),
            Command::CredentialsRenewed { is_renewed } => session.tell(DriverEvent::Renewed { is_renewed }),
            _ => {}
        }
    }

    fn pick(&mut self, chosen: ChosenFile, resume: Option<String>) {
        self.leave();
        let (number, file) = (chosen.number, chosen.file.clone());
        self.chosen = Some(chosen);
        match resume {
            Some(key) => spawn_local(inspect_if_it_is(number, file, key)),
            None => inspect(number, &file),
        }
    }

    fn open_by(&mut self, number: u32, handle: JsValue) {
        let Some(chosen) = self.chosen.as_mut().filter(|chosen| chosen.number == number) else { return };
        if let Some(session) = &self.session {
            session.open_by(handle.clone());
        }
        chosen.handle = handle;
    }

    fn upload(&mut self, owner: String, app: String, version: Option<EnteredVersion>) {
        self.leave();
        let Some(chosen) = self.chosen.clone() else {
            return fail(
                "No file is chosen",
                "expected a file that was inspected, got none",
                "choose the file again",
            );
        };
        let target = UploadTarget { owner, app, version };
        self.session =
            Some(Session::start(chosen, target, self.channel.clone(), Rc::clone(&self.saved_uploads)));
    }

    fn leave(&mut self) {
        self.leaving.retain(|session| !session.is_over());
        let Some(session) = self.session.take() else { return };
        session.leave();
        if !session.is_over() {
            self.leaving.push(session);
        }
        self.saved_uploads.set_own(None);
    }

    fn hear_others(&self, word: TabMessage) {
        match word {
            TabMessage::AskProgress => self.session.iter().for_each(|session| session.answer_others()),
            TabMessage::SavedUploadsChanged => self.saved_uploads.refresh(),
            TabMessage::Update(update) => {
                self.saved_uploads.hear(&update);
                let is_same = |session: &&Rc<Session>| session.key().as_ref() == Some(&update.key);
                self.session.iter().filter(is_same).for_each(|session| session.hear(&update));
            }
        }
    }
}

async fn inspect_if_it_is(number: u32, file: File, key: String) {
    match verify(&file, &key).await {
        Ok(()) => inspect(number, &file),
        Err((message, fix)) => {
            page::post(&EngineEvent::OtherFile { file: number, message, fix: fix.to_owned() });
        }
    }
}

#[cfg(feature = "inspect")]
fn inspect(number: u32, file: &File) {
    super::inspect::report(number, file);
}

/// Without parsers nothing is to be said of a file.
#[cfg(not(feature = "inspect"))]
fn inspect(_: u32, _: &File) {}

fn fail(title: &str, message: &str, fix: &str) {
    let title = title.to_owned();
    page::post(&EngineEvent::Failed {
        title,
        message: message.to_owned(),
        fix: fix.to_owned(),
        can_retry: false,
    });
}
