use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::channel::{Channel, Word};
use super::driver::Event;
use super::page::{self, Message};
use super::roster::{Roster, verify};
use super::session::{Picked, Session, Target};
use crate::message::{Command, EngineEvent, EnteredVersion};

/// One file at a time: what was inspected, and its upload.
pub(super) struct Engine {
    channel: Channel,
    roster: Rc<Roster>,
    picked: Option<Picked>,
    session: Option<Rc<Session>>,
    /// Uploads before, each kept until the server has been told to forget it.
    leaving: Vec<Rc<Session>>,
}

impl Engine {
    /// An engine that hears the other tabs.
    pub(super) fn new() -> Rc<RefCell<Engine>> {
        Rc::new_cyclic(|me: &std::rc::Weak<RefCell<Engine>>| {
            let me = me.clone();
            let channel = Channel::open(move |word| {
                if let Some(engine) = me.upgrade() {
                    engine.borrow().hear_others(word);
                }
            });
            let roster = Roster::new(channel.clone());
            RefCell::new(Engine { channel, roster, picked: None, session: None, leaving: Vec::new() })
        })
    }

    /// A message from the page.
    pub(super) fn hear(&mut self, message: &JsValue) {
        let Some(Message { command, file, handle }) = page::read(message) else {
            return fail("expected a command of this version", "reload the page");
        };
        match (command, file) {
            (Command::Inspect { file: number, resume }, Some(file)) => {
                self.pick(Picked { number, file, handle }, resume);
            }
            (Command::Inspect { .. }, None) => fail("expected a file", "reload the page"),
            (Command::Handle { file }, _) => self.open_by(file, handle),
            (Command::Upload { owner, app, version }, _) => self.upload(owner, app, version),
            (Command::ListSavedUploads, _) => self.roster.show(),
            (Command::DiscardSavedUpload { key }, _) => self.roster.forget(key),
            (command, _) => self.tell(command),
        }
    }

    /// What concerns the upload at hand.
    fn tell(&self, command: Command) {
        let Some(session) = &self.session else { return };
        match command {
            Command::SaveFields(entries) => session.enter(entries),
            Command::Cancel => session.tell(Event::Cancel),
            Command::Retry => session.tell(Event::Retry),
            Command::Pause => session.tell(Event::Pause),
            Command::Unpause => session.tell(Event::Unpause),
            Command::TryNow => session.tell(Event::Online),
            Command::CredentialsRenewed { is_renewed } => session.tell(Event::Renewed { is_renewed }),
            _ => {}
        }
    }

    fn pick(&mut self, picked: Picked, resume: Option<String>) {
        self.leave();
        let (number, file) = (picked.number, picked.file.clone());
        self.picked = Some(picked);
        match resume {
            Some(key) => spawn_local(inspect_if_it_is(number, file, key)),
            None => inspect(number, &file),
        }
    }

    fn open_by(&mut self, number: u32, handle: JsValue) {
        let Some(picked) = self.picked.as_mut().filter(|picked| picked.number == number) else { return };
        if let Some(session) = &self.session {
            session.open_by(handle.clone());
        }
        picked.handle = handle;
    }

    fn upload(&mut self, owner: String, app: String, version: Option<EnteredVersion>) {
        self.leave();
        let Some(picked) = self.picked.clone() else {
            return fail("expected a file that was inspected, got none", "choose the file again");
        };
        let target = Target { owner, app, version };
        self.session = Some(Session::start(picked, target, self.channel.clone(), Rc::clone(&self.roster)));
    }

    fn leave(&mut self) {
        self.leaving.retain(|session| !session.is_over());
        let Some(session) = self.session.take() else { return };
        session.leave();
        if !session.is_over() {
            self.leaving.push(session);
        }
        self.roster.set_own(None);
    }

    fn hear_others(&self, word: Word) {
        match word {
            Word::Ask => self.session.iter().for_each(|session| session.answer_others()),
            Word::SavedChanged => self.roster.refresh(),
            Word::News(news) => {
                self.roster.hear(&news);
                let is_same = |session: &&Rc<Session>| session.key().as_ref() == Some(&news.key);
                self.session.iter().filter(is_same).for_each(|session| session.hear(&news));
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

fn fail(message: &str, fix: &str) {
    page::post(&EngineEvent::Failed { message: message.to_owned(), fix: fix.to_owned(), can_retry: false });
}
