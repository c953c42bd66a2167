use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::channel::{Channel, News, Stand, Word};
use super::driver::{Driver, Event, Line, Parts};
use super::keeper::Keeper;
use super::lock::{self, Ask, Held};
use super::outlet::Outlet;
use super::roster::Roster;
use super::store::Store;
use super::{identity, page};
use crate::message::{EngineEvent, EnteredVersion};
use crate::saved::Job;

/// The lock of an upload.
pub(super) fn lock_name(key: &str) -> String {
    format!("slipway-upload:{key}")
}

/// A file that somebody chose.
#[derive(Clone)]
pub(super) struct Picked {
    /// The page's number of it.
    pub(super) number: u32,
    pub(super) file: File,
    /// What opens it again, or undefined.
    pub(super) handle: JsValue,
}

/// Where an upload goes.
pub(super) struct Target {
    pub(super) owner: String,
    pub(super) app: String,
    pub(super) version: Option<EnteredVersion>,
}

/// An upload as the page asked for it: from looking for a saved one of the same file to its end.
pub(super) struct Session {
    channel: Channel,
    roster: Rc<Roster>,
    state: RefCell<State>,
}

struct State {
    stage: Stage,
    key: Option<String>,
    handle: JsValue,
    entries: Option<String>,
}

enum Stage {
    /// It is being found out what there is to be done.
    Looking,
    /// Another tab does it, and how that one stands, as far as is known.
    Elsewhere(Option<Stand>),
    /// This tab does it.
    Driving(Rc<RefCell<Driver>>),
    /// The page has given it up, or another tab has ended it.
    Left,
}

impl Session {
    pub(super) fn start(picked: Picked, target: Target, channel: Channel, roster: Rc<Roster>) -> Rc<Session> {
        let state = State { stage: Stage::Looking, key: None, handle: picked.handle.clone(), entries: None };
        let session = Rc::new(Session { channel, roster, state: RefCell::new(state) });
        spawn_local(begin(Rc::clone(&session), picked.file, target));
        session
    }

    /// Names the upload, once it is known.
    pub(super) fn key(&self) -> Option<String> {
        self.state.borrow().key.clone()
    }

    pub(super) fn tell(&self, event: Event) {
        if let Some(driver) = self.driver() {
            Line::to(&driver).tell(event);
        } else if matches!(event, Event::Cancel) {
            self.state.borrow_mut().stage = Stage::Left;
            page::post(&EngineEvent::Cancelled);
        }
    }

    /// Ends it for this page: it is cancelled if it is this tab's.
    pub(super) fn leave(&self) {
        if let Some(driver) = self.driver() {
            driver.borrow_mut().mute();
            Line::to(&driver).tell(Event::Cancel);
        } else {
            self.state.borrow_mut().stage = Stage::Left;
        }
    }

    /// Whether nothing more will be sent.
    pub(super) fn is_over(&self) -> bool {
        self.driver().is_none_or(|driver| driver.borrow().is_over())
    }

    pub(super) fn enter(&self, entries: String) {
        if let Some(driver) = self.driver() {
            driver.borrow().keeper().enter(entries.clone());
        }
        self.state.borrow_mut().entries = Some(entries);
    }

    pub(super) fn open_by(&self, handle: JsValue) {
        if let Some(driver) = self.driver() {
            driver.borrow().keeper().open_by(handle.clone());
        }
        self.state.borrow_mut().handle = handle;
    }

    /// Answers another tab that asks how far it is, if it is this tab's.
    pub(super) fn answer_others(&self) {
        if let Some(driver) = self.driver() {
            driver.borrow().answer_others();
        }
    }

    /// What another tab says of the same upload.
    pub(super) fn hear(&self, news: &News) {
        let mut state = self.state.borrow_mut();
        let Stage::Elsewhere(stand) = &mut state.stage else { return };
        *stand = Some(news.stand);
        page::post_text(&news.report);
        if news.stand == Stand::Over {
            state.stage = Stage::Left;
        }
    }

    fn driver(&self) -> Option<Rc<RefCell<Driver>>> {
        if let Stage::Driving(driver) = &self.state.borrow().stage { Some(Rc::clone(driver)) } else { None }
    }

    fn is_left(&self) -> bool {
        matches!(self.state.borrow().stage, Stage::Left)
    }

    /// The lock, or nothing if there is nothing to be done any more.
    async fn turn(&self, key: &str) -> Option<Held> {
        let name = lock_name(key);
        if let Some(held) = lock::take(&name, Ask::Now).await {
            return Some(held).filter(|_| !self.is_left());
        }
        if self.is_left() {
            return None;
        }
        self.state.borrow_mut().stage = Stage::Elsewhere(None);
        page::post(&EngineEvent::InOtherTab(None));
        self.channel.say(&Word::Ask);
        lock::take(&name, Ask::Wait).await.filter(|_| !self.is_left())
    }

    /// Whether another tab was seen to be so far that the server knew of the upload.
    fn was_elsewhere(&self) -> bool {
        let state = self.state.borrow();
        matches!(state.stage, Stage::Elsewhere(Some(Stand::Known)))
    }
}

async fn begin(session: Rc<Session>, file: File, target: Target) {
    let Target { owner, app, version } = target;
    let Ok(identity) = identity::identity(&file).await else {
        return fail_unreadable(&session);
    };
    let content_type = Some(file.type_()).filter(|content_type| !content_type.is_empty());
    let job = Job { owner, app, version, content_type, file: identity };
    let key = job.key();
    if session.is_left() {
        return;
    }
    session.state.borrow_mut().key = Some(key.clone());
    session.roster.set_own(Some(key.clone()));
    let Some(lock) = session.turn(&key).await else { return };
    let store = Store::open().await;
    let record = match &store {
        Some(store) => store.get(&key).await,
        None => None,
    };
    if session.is_left() {
        return;
    }
    // Where nothing can be kept, that nothing was says nothing.
    if store.is_some() && record.is_none() && session.was_elsewhere() {
        // The other tab has ended it a moment ago, and its word is still on its way. To begin anew would be against the
        // will of whoever did that.
        session.tell(Event::Cancel);
        return;
    }
    let mut state = session.state.borrow_mut();
    let keeper = Keeper::new(store, session.channel.clone(), job.clone(), state.handle.clone());
    let mut checkpoint = None;
    if let Some(record) = record {
        page::post(&EngineEvent::Resumed(record.saved.entries.clone()));
        page::post(&EngineEvent::Saved);
        checkpoint = Some(record.saved.checkpoint.clone());
        keeper.take_over(record);
    }
    // What was kept counts until the page has seen it.
    if let Some(entries) = state.entries.clone().filter(|_| checkpoint.is_none()) {
        keeper.enter(entries);
    }
    let outlet = Outlet::new(key, session.channel.clone());
    let parts = Parts { file: Some(file), order: job.order(), checkpoint, keeper, outlet, lock };
    state.stage = Stage::Driving(Driver::start(parts));
}

fn fail_unreadable(session: &Session) {
    if !session.is_left() {
        page::post(&EngineEvent::Failed {
            message: "the file cannot be read: it was changed, moved or removed".to_owned(),
            fix: "choose it again, once whatever writes it is done".to_owned(),
            can_retry: false,
        });
    }
}
